-- The newest version of streams at the positions of the ledger up to one.
select stream_id, max(version) from log.ledger
 where stream_id = any (%(stream_ids)b::uuid[]) and idx <= %(upto)b::bigint
 group by stream_id
