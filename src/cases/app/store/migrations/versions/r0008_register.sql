-- Organisations by validity. An import is a fact: who, when, of which file; what it says is added to
-- what was said before, and nothing is ever altered. Of one organisation and day the highest number
-- counts, and it holds until the organisation's next day.
create table register.import (
    number      bigint      primary key check (number >= 1),
    recorded_at timestamptz not null default clock_timestamp(),
    recorded_by text        not null check (recorded_by <> ''),
    source      text        not null check (source <> ''),
    digest      bytea       not null check (length(digest) = 32),
    valid_from  date,
    added       integer     not null,
    changed     integer     not null,
    ended       integer     not null,
    unchanged   integer     not null
);

create table register.change (
    organisation    text   not null check (organisation <> ''),
    valid_from      date   not null,
    number          bigint not null references register.import,
    -- Null: from the day on it is no more.
    kind            text,
    code            text,
    name_fi         text,
    name_sv         text,
    name_en         text,
    welfare_area    text,
    employment_area text,
    primary key (organisation, valid_from, number),
    check (num_nonnulls(kind, name_fi, name_sv, name_en) in (0, 4))
);

-- The writer adds. When it was, says the server.
grant usage on schema register to cases_writer, cases_reader;
grant select on register.import, register.change to cases_writer, cases_reader;
grant insert (number, recorded_by, source, digest, valid_from, added, changed, ended, unchanged)
    on register.import to cases_writer;
grant insert on register.change to cases_writer;
