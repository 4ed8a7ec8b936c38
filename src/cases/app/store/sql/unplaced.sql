-- How many committed facts have no place yet: those that the next ticks find (tick.sql).
--
-- Every range of ids is a walk along (xid); "offset 0" keeps the planner from taking the log first. While a
-- backlog is entered in instalments (tick_backlog.sql), what lies up to "reached" mostly has its place and is
-- looked up.
select count(*)
  from log.sequencer s,
       lateral (select pg_snapshot_xmax(s.snapshot) as first, '18446744073709551615'::xid8 as last
                union all
                select xip, xip from pg_snapshot_xip(s.snapshot) xip) invisible,
       lateral (select from log.event e
                 where e.xid >= invisible.first and e.xid <= invisible.last
                   and (e.seq > s.reached
                        or (select l.idx from log.ledger l
                             where l.stream_id = e.stream_id and l.version = e.version) is null)
                offset 0) waiting
