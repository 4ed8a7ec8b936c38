-- Who else holds the open case of these identities, or of those the stream itself had (a reopening).
select stream_id from log.identity
 where open and stream_id <> %(stream_id)b
   and (blind = any (%(blinds)b::bytea[])
        or blind in (select blind from log.identity where stream_id = %(stream_id)b))
 limit 1
