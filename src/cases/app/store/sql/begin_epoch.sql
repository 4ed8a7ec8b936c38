-- Begin an epoch for this server and these files, at the next position; see migration r0004.
--
-- The sequencer holds its row meanwhile, so that no other places anything between the look at the
-- ledger's end and the commit. Two that begin at the same moment meet at the number.
insert into log.epoch (number, first_idx, reason, server_started, ledger_file, system_identifier,
                       timeline)
select coalesce(last.number, 0) + 1, (select coalesce(max(idx), 0) + 1 from log.ledger),
       coalesce(%(reason)b::text,
                case when last.timeline <> here.timeline then 'recovery'
                     when last.ledger_file <> here.ledger_file then 'copy'
                     else 'restart' end),
       here.server_started, here.ledger_file, here.system_identifier, here.timeline
  from (select pg_postmaster_start_time() as server_started,
               pg_relation_filepath('log.ledger') as ledger_file,
               (select system_identifier from pg_control_system()) as system_identifier,
               -- The timeline in use; the control file tells that of the last checkpoint.
               ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint
                   as timeline) here
  left join (select * from log.epoch order by number desc limit 1) last on true
returning number, id, first_idx, begun_at, reason, timeline
