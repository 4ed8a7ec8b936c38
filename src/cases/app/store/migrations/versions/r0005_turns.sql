-- How far a projection is. All instants are the server's own.
alter table views.tracking rename column position to allotted;
alter table views.tracking
    drop column moved_at,
    drop column held_case,
    drop column held_error,
    drop column held_since,
    -- At or below it nothing was unfinished when a page was last handed out. Looking for turns starts
    -- here, so that the dead entries of finished ones are never walked through.
    add column finished   bigint      not null default 0,
    -- A position that was the ledger's last, and when it was handed out; once it is taken in,
    -- everything placed by then is.
    add column level      bigint      not null default 0,
    add column level_at   timestamptz not null default now(),
    -- Everything placed by then has been taken in.
    add column current_at timestamptz not null default now(),
    -- The last position whose consequences may have been shown before a rebuild.
    add column mark       bigint      not null default 0;

-- A page of the ledger that has been handed out and is not finished. Whoever works on it holds its
-- row locked; a row that nobody has locked is anybody's.
create table views.turn (
    name        text    not null,
    first       bigint  not null,
    last        bigint  not null check (last >= first),
    -- What holds it at this page: which error, and where; no content.
    held_error  text,
    held_case   uuid,
    held_since  timestamptz,
    attempts    integer not null default 0,
    next_try_at timestamptz,
    primary key (name, first)
);

-- A case that a projection cannot take in: where it stands, and which error; no content. Its later
-- facts wait in the log.
create table views.parked (
    projection  text    not null,
    case_id     uuid    not null,
    position    bigint  not null,
    version     bigint  not null,
    error       text    not null,
    -- The release that parked it, and the latest ones that have tried since.
    release     text    not null,
    tried_by    text[]  not null,
    attempts    integer not null default 1,
    parked_at   timestamptz not null default now(),
    tried_at    timestamptz not null default now(),
    next_try_at timestamptz not null,
    primary key (projection, case_id)
);
alter table views.parked enable row level security;
alter table views.parked force row level security;
create policy projector on views.parked for all to cases_projector using (true) with check (true);
grant all on views.turn, views.parked to cases_projector;
grant select on views.turn, views.parked to cases_reader;

-- Since when a row may be older than its case, because the case is parked.
alter table views.client        add column outdated_since timestamptz;
alter table views.client_plan   add column outdated_since timestamptz;
alter table views.worklist_case add column outdated_since timestamptz;
alter table views.worklist      add column outdated_since timestamptz;
alter table views.timer_case    add column outdated_since timestamptz;
alter table views.timer         add column outdated_since timestamptz;

-- The cases that were erased, few among many: their rows have to go wherever they are.
create index case_key_destroyed on log.case_key (stream_id) where destroyed_at is not null;
