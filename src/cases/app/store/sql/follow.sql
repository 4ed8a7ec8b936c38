-- The ledger as the library's notification log, after a place: see page.sql on the first two columns.
with
due as materialized (
    select l.idx, e.stream_id, e.version, e.topic, e.sealed
      from log.ledger l
      join log.event e using (stream_id, version)
     where l.idx > %(after)b::bigint
       and (%(topics)b::text[] = '{}' or e.topic = any (%(topics)b::text[]))
     order by l.idx limit %(limit)b::bigint
),
place as materialized (
    select log.went_back(%(epoch)b::uuid, %(after)b::bigint) as went_back,
           log.epoch_at(%(after)b::bigint) as epoch
)
select place.went_back, place.epoch, due.stream_id, due.version, due.topic, coalesce(due.sealed, ''),
       due.idx, log.epoch_at(due.idx)
  from place left join due on place.went_back is null
 order by due.idx
