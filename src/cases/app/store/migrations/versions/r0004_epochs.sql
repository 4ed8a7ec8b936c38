-- Epochs: which history of the ledger a place belongs to.
--
-- A ledger can go back: a stand-by is promoted without the last transactions, a backup or a snapshot
-- of the disk is restored, a recovery stops before an accident. The positions given afterwards are
-- given a second time, to other facts. A follower that knows its position and nothing else sees that
-- only while the new ledger is shorter than the old one; after that it goes on in silence.
--
-- So the ledger is divided into epochs. An epoch is one run of a server on one set of files: the
-- sequencer places nothing before there is a row for the server it works on (tick.sql). Whatever
-- takes a ledger back starts a server on other bytes than it had, so it begins an epoch; and an
-- ordinary restart begins one as well, which harms nobody, since nothing was lost before it. A row is
-- never changed or removed, and is lost only together with the positions that were given under it.

create table log.epoch (
    -- Counts up. Two servers promoted from one primary both begin the same number, hence the id.
    number            bigint      primary key check (number >= 1),
    id                uuid        not null unique default gen_random_uuid(),
    -- The first position this epoch gives, or would: several may begin at one, the last one gave it.
    first_idx         bigint      not null check (first_idx >= 1),
    begun_at          timestamptz not null default now(),
    -- Why it began, as it looked to the server; for people.
    reason            text        not null
        check (reason in ('installation', 'restart', 'recovery', 'copy', 'rebase')),
    -- The server and the files: pg_postmaster_start_time() and pg_relation_filepath('log.ledger')
    -- tell one run on one set of files from every other. The rest is for people.
    server_started    timestamptz not null,
    ledger_file       text        not null,
    system_identifier bigint      not null,
    timeline          bigint      not null
);
insert into log.epoch (number, first_idx, reason, server_started, ledger_file, system_identifier,
                       timeline)
select 1, 1, 'installation', pg_postmaster_start_time(), pg_relation_filepath('log.ledger'),
       system_identifier, ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint
  from pg_control_system();

-- Whether the newest epoch is of this server and these files: true, or the error CA001, so that no
-- statement that asks can take the answer for something else.
create function log.epoch_holds() returns boolean language plpgsql as $$
begin
    if exists (select from (select * from log.epoch order by number desc limit 1) newest
                where newest.server_started = pg_postmaster_start_time()
                  and newest.ledger_file = pg_relation_filepath('log.ledger')) then
        return true;
    end if;
    raise 'the newest epoch of the ledger is of another server' using errcode = 'CA001';
end $$;

-- The epoch that gave a position: the last of those that begin at or before it.
create function log.epoch_at(idx bigint) returns uuid
    language sql stable parallel safe
    return (select e.id from log.epoch e where e.first_idx <= $1 order by e.number desc limit 1);

-- Whether a follower that has taken in everything up to a position, given in an epoch, may go on.
-- Null: it may. Otherwise the first position from which on what it took in is not in this ledger.
-- It may not when its epoch is unknown here (then nothing is known to be common, hence 1), when a
-- later epoch gave its position again, or when the ledger ends before its position. An epoch of null
-- stands for a follower that has kept its position only: then nothing but the end can be compared.
create function log.went_back(epoch uuid, idx bigint) returns bigint
    language sql stable parallel safe
    return case
        when $2 = 0 then null
        when $1 is not null and not exists (select from log.epoch e where e.id = $1) then 1
        else least(
            (select min(later.first_idx)
               from log.epoch mine join log.epoch later on later.number > mine.number
              where mine.id = $1 and later.first_idx <= $2),
            (select h.head + 1 from (select coalesce(max(l.idx), 0) as head from log.ledger l) h
              where h.head < $2))
    end;

grant select on log.epoch to cases_writer, cases_sequencer, cases_projector, cases_reader;
grant insert on log.epoch to cases_sequencer;
