-- The log: headers and payloads of facts apart, so that a payload can go and the proof stay.
-- The stream id is the first part of every key, so the log can be distributed by it one day.

create table log.event (
    stream_id    uuid        not null,
    version      bigint      not null check (version >= 0),
    -- Drawn while inserting. Cache 1: with a larger cache a session would hold numbers drawn before
    -- it read the stream, and the order argument of the ledger would be void.
    seq          bigint      generated always as identity (cache 1),
    -- The writing transaction. Null once a logical restore has been re-based: the counter of the
    -- cluster the fact was written in means nothing here.
    xid          xid8        default pg_current_xact_id(),
    event_id     uuid        not null,
    topic        text        not null,
    recorded_at  timestamptz not null,
    -- json, not jsonb: the text is kept as it was written, because its bytes are part of the proof.
    metadata     json        not null,
    key_id       uuid        not null,
    payload_hash bytea       not null check (length(payload_hash) = 32),
    primary key (stream_id, version)
);
create index event_xid on log.event (xid);

create table log.payload (
    stream_id uuid   not null,
    version   bigint not null,
    sealed    bytea  not null,
    primary key (stream_id, version)
);

create table log.ledger (
    idx       bigint primary key check (idx >= 1),
    stream_id uuid   not null,
    version   bigint not null,
    constraint ledger_fact unique (stream_id, version)
);

-- One row. ``snapshot``: everything visible in it has its place. ``upto`` and ``reached`` are set
-- only while a backlog is being entered in instalments (see sql/tick.sql).
create table log.sequencer (
    one               boolean     primary key default true check (one),
    snapshot          pg_snapshot not null,
    next              bigint      not null,
    upto              pg_snapshot,
    reached           bigint      not null default 0,
    system_identifier bigint      not null
) with (fillfactor = 50);
insert into log.sequencer (snapshot, next, system_identifier)
select pg_current_snapshot(), 1, system_identifier from pg_control_system();

-- The idempotency record of an act. No foreign key: it would lock, and the append writes both.
create table log.act (
    stream_id     uuid        not null,
    caller        text        not null,
    key           text        not null,
    fingerprint   bytea       not null,
    act           text        not null,
    first_version bigint      not null,
    last_version  bigint      not null,
    recorded_at   timestamptz not null,
    expires_at    timestamptz not null,
    primary key (stream_id, caller, key)
);
-- Rows come nearly in order of expiry, and only the purge asks.
create index act_expiry on log.act using brin (expires_at);

-- Keyed blind indexes of identity codes: the only constraint across streams.
create table log.identity (
    blind       bytea       not null check (length(blind) = 32),
    stream_id   uuid        not null,
    open        boolean     not null,
    recorded_at timestamptz not null,
    primary key (blind, stream_id)
);
create unique index identity_one_open on log.identity (blind) where open;
create index identity_stream on log.identity (stream_id);

create table log.case_key (
    stream_id    uuid        primary key,
    key_id       uuid        not null,
    -- Null once destroyed.
    wrapped      bytea,
    wrapping_key text        not null,
    created_at   timestamptz not null,
    destroyed_at timestamptz,
    check ((wrapped is null) = (destroyed_at is not null))
);

create table trail.access (
    seq             bigint      generated always as identity (cache 1) primary key,
    xid             xid8        default pg_current_xact_id(),
    id              uuid        not null,
    at              timestamptz not null,
    subject         text        not null,
    organisation    text        not null,
    role            text        not null,
    purpose         text        not null,
    purpose_version text        not null,
    action          text        not null,
    case_id         uuid,
    sections        text[]      not null,
    case_version    bigint,
    result          text        not null,
    request_id      text        not null,
    traits          text[]      not null
);
create index access_case on trail.access (case_id, seq) where case_id is not null;
create index access_subject on trail.access (subject, seq);

create table views.tracking (
    name     text   primary key,
    position bigint not null check (position >= 0),
    moved_at timestamptz
);

-- What each role may do. The writer may not touch what stands: no UPDATE, no DELETE anywhere but the
-- one column that says whether an identity has an open case. It may not name seq or xid either, so it
-- cannot forge its place in the order.
grant usage on schema log   to cases_writer, cases_sequencer, cases_projector, cases_reader;
grant usage on schema trail to cases_writer, cases_reader;
grant usage, create on schema views to cases_projector;
grant usage on schema views to cases_reader;

grant select on log.event, log.payload, log.ledger, log.act, log.identity, log.case_key
    to cases_writer, cases_projector, cases_reader;
grant select on log.sequencer to cases_projector, cases_reader;

grant insert (stream_id, version, event_id, topic, recorded_at, metadata, key_id, payload_hash)
    on log.event to cases_writer;
grant insert on log.payload, log.act, log.identity, log.case_key to cases_writer;
grant update (open) on log.identity to cases_writer;

grant select on log.event, log.ledger, log.sequencer to cases_sequencer;
grant insert on log.ledger to cases_sequencer;
grant update on log.sequencer to cases_sequencer;

grant insert (id, at, subject, organisation, role, purpose, purpose_version, action, case_id,
              sections, case_version, result, request_id, traits)
    on trail.access to cases_writer, cases_reader;
grant select on trail.access to cases_writer;

grant all on all tables in schema views to cases_projector;
grant select on all tables in schema views to cases_reader;
-- Tables of later migrations, and those a projector builds beside the live ones.
alter default privileges for role cases_owner in schema views grant all on tables to cases_projector;
alter default privileges for role cases_owner in schema views grant usage on sequences to cases_projector;
alter default privileges for role cases_owner in schema views grant select on tables to cases_reader;
-- Default privileges belong to whoever creates the table.
set local role cases_projector;
alter default privileges in schema views grant select on tables to cases_reader;
set local role cases_owner;
