-- Notices from outside (84 section): what another authority told a municipality of a person, who may
-- be nobody's client. They are no facts of a case yet, so they stand in a schema of their own, which
-- nobody reads who keeps the ledger or a read model, and a row that goes is gone, with its key.
create table notices.notice (
    id           uuid        primary key,
    -- The municipality it was sent to.
    organisation text        not null,
    received_at  timestamptz not null,
    -- The last legal day on which it is shown.
    last_day     date        not null,
    -- Everything that was told, and by whom, under a key of its own.
    sealed       bytea       not null,
    key_id       uuid        not null,
    wrapped      bytea       not null,
    wrapping_key text        not null,
    -- The keyed index of the identity code, as the registry of open cases has it: only of a notice
    -- that is recorded in such a case where there is one.
    blind        bytea       check (length(blind) = 32)
);
alter table notices.notice alter column sealed set storage external;
create index notice_of on notices.notice (organisation, received_at, id);
create index notice_blind on notices.notice (blind) where blind is not null;
create index notice_last_day on notices.notice (last_day);

-- What was answered under an idempotency key, so that a repeat is answered alike. It names nobody.
create table notices.answer (
    -- Follows from the caller and the key.
    id           uuid  primary key,
    organisation text  not null,
    fingerprint  bytea not null check (length(fingerprint) = 32),
    answer       text  not null,
    last_day     date  not null
);
create index answer_last_day on notices.answer (last_day);

-- The writer writes notices without reading them; the reader reads those of the authorities that its
-- transaction names, as in the read models; nobody else comes near. Whoever owns the tables is held
-- to the policies too.
grant usage on schema notices to cases_writer, cases_reader;
grant insert, delete on notices.notice, notices.answer to cases_writer;
grant select (id, organisation, received_at, last_day, blind) on notices.notice to cases_writer;
grant select (id, organisation, last_day) on notices.answer to cases_writer;
grant select on notices.notice, notices.answer to cases_reader;

alter table notices.notice enable row level security;
alter table notices.notice force row level security;
create policy writer on notices.notice for all to cases_writer using (true) with check (true);
create policy own_authorities on notices.notice for select to cases_reader using (organisation =
    any ((select nullif(current_setting('cases.authorities', true), ''))::text[]));

alter table notices.answer enable row level security;
alter table notices.answer force row level security;
create policy writer on notices.answer for all to cases_writer using (true) with check (true);
create policy own_authorities on notices.answer for select to cases_reader using (organisation =
    any ((select nullif(current_setting('cases.authorities', true), ''))::text[]));
