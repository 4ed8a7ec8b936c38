-- Every member's case knows where the plan stands at this version.
delete from log.family_plan_untold
 where stream_id = %(stream_id)b::uuid and version <= %(version)b::bigint
