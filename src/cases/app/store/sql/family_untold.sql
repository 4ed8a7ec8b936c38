-- Some of the family plans whose members' cases are still to be told of an act: the next after one.
select distinct stream_id from log.family_plan_untold
 where stream_id > %(after)b::uuid
 order by stream_id
 limit %(limit)b::bigint
