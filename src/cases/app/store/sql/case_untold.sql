-- Some of the cases that others are still to be told of: the next after one.
select distinct stream_id from log.case_untold
 where stream_id > %(after)b::uuid
 order by stream_id
 limit %(limit)b::bigint
