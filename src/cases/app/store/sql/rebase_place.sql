-- After a logical restore: place what the dump held and its ledger did not. No writer is running, so
-- every such fact is known, and the order is that of a tick. A fact written here since the restore may
-- have the transaction id of one that came with the dump; but not its xmin, which is the id the row was
-- really written under: the same for all that was restored, its own for what was written since.
with
line as (
    select w.stream_id, w.version, row_number() over (order by w.tx_last, w.seq) as n
      from (select e.stream_id, e.version, e.seq, l.idx,
                   max(e.seq) over (partition by e.xid, e.xmin::text) as tx_last
              from log.event e left join log.ledger l using (stream_id, version)
             where e.xid is not null) w
     where w.idx is null
)
insert into log.ledger (idx, stream_id, version)
select (select coalesce(max(idx), 0) from log.ledger) + n, stream_id, version from line order by n
