-- Every case that is told of this one knows what there is to know of it at this version.
delete from log.case_untold
 where stream_id = %(stream_id)b::uuid and version <= %(version)b::bigint
