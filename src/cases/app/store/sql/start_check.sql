-- What must hold before a sequencer may run; see sequencer.py.
select (select q.seqcache from pg_sequence q
         where q.seqrelid = pg_get_serial_sequence('log.event', 'seq')::regclass),
       s.system_identifier = (select system_identifier from pg_control_system()),
       pg_snapshot_xmax(s.snapshot) > pg_snapshot_xmax(pg_current_snapshot())
       or exists (select 1 from log.event
                   where xid >= pg_snapshot_xmax(pg_current_snapshot()))
  from log.sequencer s
