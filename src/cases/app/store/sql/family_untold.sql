-- Family plans whose members' cases are still to be told of an act: one of them, or some of all.
select distinct stream_id from log.family_plan_untold
 where %(stream_id)b::uuid is null or stream_id = %(stream_id)b::uuid
 limit %(limit)b::bigint
