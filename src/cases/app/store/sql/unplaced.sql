-- How many committed facts have no place yet: those that the next ticks find (tick.sql).
--
-- Every range of ids is a walk along (xid), which the bounds keep short for the planner, too.
select count(*)
  from log.sequencer s,
       lateral (select pg_snapshot_xmax(s.snapshot) as first, '18446744073709551615'::xid8 as last
                union all
                select xip, xip from pg_snapshot_xip(s.snapshot) xip) invisible
  join log.event e on e.xid >= invisible.first and e.xid <= invisible.last
