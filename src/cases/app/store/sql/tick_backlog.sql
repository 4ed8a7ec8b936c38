-- The next instalment of a backlog too large for one tick. One statement in a REPEATABLE READ
-- transaction; what makes the order right stands in tick.sql.
--
-- The first instalment fixes the snapshot to reach ("upto"), and each writes the next whole
-- transactions of the one order, up to the number "until", which it leaves behind as "reached". Facts
-- that commit meanwhile are not visible in "upto" and wait for their own tick. So the instalments
-- write exactly what one big tick would have written.
--
-- An instalment reads about what it places, however much is left: the order is by the last number of
-- each transaction, so whatever is next has its last number among the next numbers, and the log is
-- walked along seq. Only the first looks at all of the backlog, once, for its lowest number.
--
-- "until" is the number in which the limit falls. A transaction goes with the instalment in which its
-- last number lies, and is never cut: one longer than the limit moves "until" to its own end.
--
-- "+ 0" keeps the planner from looking for the numbers of a transaction along (seq), past everybody
-- else's, and scalar sub-selects let a walk begin where it should: measured, both make it quadratic.
with
past as materialized (
    select snapshot, coalesce(upto, pg_current_snapshot()) as upto,
           pg_snapshot_xmax(snapshot) as xmax, array(select pg_snapshot_xip(snapshot)) as xip,
           case when upto is not null then reached
                else least((select min(e.seq + 0) from log.event e
                             where e.xid >= pg_snapshot_xmax(snapshot)),
                           (select min(e.seq + 0) from log.event e
                             where e.xid = any (array(select pg_snapshot_xip(snapshot))))) - 1
           end as reached
      from log.sequencer
),
ahead as materialized (
    select e.seq, e.xid
      from log.event e, past p
     where e.seq > (select reached from past)
       and (e.xid >= p.xmax or e.xid = any (p.xip)) and pg_visible_in_snapshot(e.xid, p.upto)
     order by e.seq limit %(limit)b::bigint
),
edge as materialized (
    select greatest((select max(seq) from ahead), min(ends.tx_last)) as until
      from (select distinct xid from ahead) a,
           lateral (select max(e.seq + 0) as tx_last from log.event e where e.xid = a.xid) ends
),
due as materialized (
    select distinct e.xid
      from log.event e, past p
     where e.seq > (select reached from past) and e.seq <= (select until from edge)
       and (e.xid >= p.xmax or e.xid = any (p.xip)) and pg_visible_in_snapshot(e.xid, p.upto)
),
line as materialized (
    select w.stream_id, w.version, row_number() over (order by w.tx_last, w.seq) as n
      from due,
           lateral (select e.stream_id, e.version, e.seq, max(e.seq) over () as tx_last
                      from log.event e where e.xid = due.xid) w
     where w.tx_last <= (select until from edge)
),
final as materialized (
    select not exists (
               select 1 from log.event e, past p
                where e.seq > (select until from edge)
                  and (e.xid >= p.xmax or e.xid = any (p.xip))
                  and pg_visible_in_snapshot(e.xid, p.upto)) as yes
),
mine as materialized (
    select s.next, p.snapshot, p.upto
      from log.sequencer s, past p
     where log.epoch_holds()
       for update of s skip locked
),
placed as (
    insert into log.ledger (idx, stream_id, version)
    select mine.next + line.n - 1, line.stream_id, line.version
      from mine, line
     order by line.n
    returning idx
),
tally as (
    select count(*) as n, max(idx) as last from placed
),
moved as (
    update log.sequencer s
       set next = s.next + tally.n,
           snapshot = case when final.yes then mine.upto else mine.snapshot end,
           upto     = case when final.yes then null else mine.upto end,
           reached  = case when final.yes then 0 else edge.until end
      from mine, tally, edge, final
     where tally.n > 0
    returning tally.n, tally.last
)
select n, last, pg_notify('cases_ledger', last::text) from moved
