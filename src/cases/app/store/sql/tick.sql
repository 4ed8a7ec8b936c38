-- Give every newly committed fact its place. One statement in a REPEATABLE READ transaction.
--
-- The sequencer's row holds the snapshot S of the last tick. This tick places the facts that are
-- visible now and were not visible in S. A transaction is invisible in S exactly when its id is at or
-- above S's upper bound, or S lists it as running. Hence
--   * nothing is lost and nothing placed twice: between two consecutive snapshots every transaction
--     turns visible once, whatever the order in which ids and numbers were drawn and commits came;
--   * nothing stalls: a transaction open for a minute delays its own facts only (never wait for the
--     *oldest* running transaction), and one that rolls back is simply never seen;
--   * transactions stay whole: all facts of one turn visible together.
--
-- Order: by the largest seq of the transaction, then by seq. Version n+1 of a stream is written only
-- by a statement that saw n committed (append.sql), or by the transaction that wrote n, after it
-- (bulk.py). So all numbers of n's transaction were drawn before n+1 drew its own, or n and n+1 stand
-- in one transaction by their numbers: n comes first, also when both fall into one tick, and also when
-- n+1's transaction had drawn numbers or its id long before. The same holds across streams for whoever
-- read before writing.
--
-- A backlog larger than the limit is not placed here but in instalments (tick_backlog.sql); then the
-- answer is a row of nulls. No more than the limit and one is read to know.
--
-- The row is taken with SKIP LOCKED, and only when there is something to place: a second sequencer
-- finds nothing to do or fails with a serialisation error, and an idle tick writes nothing at all, no
-- lock in the row either. The NOTIFY is the last thing, once per tick that placed something; it is in
-- this transaction, so nobody is woken for what is not there.
--
-- Nothing is placed unless the newest epoch is of this very server: a ledger that went back begins an
-- epoch before it goes on (migration r0004). That is asked in the statement that places, since a pooler
-- can lead one and the same connection from a lost server to its successor.
with
-- The old snapshot's bounds as scalars, each half an index scan over (xid). "materialized": once.
past as materialized (
    select snapshot, pg_current_snapshot() as upto, upto is not null as in_instalments
      from log.sequencer
),
fresh as materialized (
    (select e.stream_id, e.version, e.seq, e.xid
       from log.event e
      where e.xid >= (select pg_snapshot_xmax(snapshot) from past)
        and pg_visible_in_snapshot(e.xid, (select upto from past))
        and not (select in_instalments from past)
     union all
     select e.stream_id, e.version, e.seq, e.xid
       from log.event e
      where e.xid = any (array(select pg_snapshot_xip(snapshot) from past))
        and pg_visible_in_snapshot(e.xid, (select upto from past))
        and not (select in_instalments from past))
     limit %(limit)b::bigint + 1
),
backlog as materialized (
    select 1 where (select in_instalments from past)
                or (select count(*) from fresh) > %(limit)b::bigint
),
mine as materialized (
    select s.next, p.upto
      from log.sequencer s, past p
     where exists (select 1 from fresh) and not exists (select 1 from backlog)
       and log.epoch_holds()
       for update of s skip locked
),
whole as (
    select stream_id, version, seq, max(seq) over (partition by xid) as tx_last from fresh
),
line as (
    select stream_id, version, row_number() over (order by tx_last, seq) as n from whole
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
       set next = s.next + tally.n, snapshot = mine.upto
      from mine, tally
     where tally.n > 0
    returning tally.n, tally.last
)
select n, last, pg_notify('cases_ledger', last::text) from moved
union all
select null, null, null from backlog
