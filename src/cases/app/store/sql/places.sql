-- Which facts stand at the positions of a page: all that a view of whole cases needs to know of it.
select idx, stream_id, version from log.ledger
 where idx > %(after)b::bigint and idx <= %(upto)b::bigint
 order by idx
