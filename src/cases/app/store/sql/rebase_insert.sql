-- For a dump that lacked the sequencer's row.
insert into log.sequencer (snapshot, next, system_identifier)
select pg_current_snapshot(), (select coalesce(max(idx), 0) + 1 from log.ledger), system_identifier
  from pg_control_system()
