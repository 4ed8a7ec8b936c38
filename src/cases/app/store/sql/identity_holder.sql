-- Who else holds the open case of these identities; for a reopening, of those the stream has too.
select stream_id from log.identity
 where open and stream_id <> %(stream_id)b
   and (blind = any (%(blinds)b::bytea[])
        or %(turn)b::boolean
           and blind in (select blind from log.identity where stream_id = %(stream_id)b))
 limit 1
