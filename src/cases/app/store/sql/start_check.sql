-- What must hold before a sequencer may run, and for how long the oldest fact without a place has waited; see
-- ledger.py.
select (select q.seqcache from pg_sequence q
         where q.seqrelid = pg_get_serial_sequence('log.event', 'seq')::regclass),
       s.system_identifier = (select system_identifier from pg_control_system()),
       pg_snapshot_xmax(s.snapshot) > pg_snapshot_xmax(pg_current_snapshot())
       or exists (select 1 from log.event
                   where xid >= pg_snapshot_xmax(pg_current_snapshot())),
       -- Transactions the last tick did not see: all from some id on, and those that were running then. Ordered
       -- and cut, so that no planner ever reads the log for the few rows at its end.
       (select extract(epoch from now() - min(oldest.written_at))::float8
          from (select pg_snapshot_xmax(s.snapshot) as first, '18446744073709551615'::xid8 as last
                union all
                select xip, xip from pg_snapshot_xip(s.snapshot) xip) invisible,
               lateral (select e.written_at from log.event e
                         where e.xid >= invisible.first and e.xid <= invisible.last
                         order by e.xid limit 1) oldest)
  from log.sequencer s
