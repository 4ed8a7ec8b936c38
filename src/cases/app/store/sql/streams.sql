-- The next streams in the order of their ids, whatever the ledger says: each begins with version 1.
select stream_id from log.event
 where version = 1 and stream_id > %(after)b::uuid and stream_id <= %(upto)b::uuid
 order by stream_id limit %(limit)b::bigint
