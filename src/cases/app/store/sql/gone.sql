-- Streams whose key was destroyed: of those named, or all. A partial index holds exactly these.
select stream_id from log.case_key
 where destroyed_at is not null
   and (%(stream_ids)b::uuid[] is null or stream_id = any (%(stream_ids)b::uuid[]))
