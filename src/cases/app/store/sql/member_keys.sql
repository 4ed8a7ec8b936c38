-- The living keys of some streams; one that was destroyed has no row.
select stream_id, key_id, wrapped, wrapping_key from log.case_key
 where stream_id = any (%(stream_ids)b::uuid[]) and wrapped is not null
