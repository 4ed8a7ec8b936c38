-- Whether others are still to be told of a case.
select 1 from log.case_untold where stream_id = %(stream_id)b::uuid limit 1
