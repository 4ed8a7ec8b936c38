-- The ledger as the library's notification log.
select e.stream_id, e.version, e.topic, coalesce(e.sealed, ''), l.idx
  from log.ledger l
  join log.event e using (stream_id, version)
 where l.idx > %(after)b::bigint and l.idx <= %(stop)b::bigint
   and (%(topics)b::text[] = '{}' or e.topic = any (%(topics)b::text[]))
 order by l.idx limit %(limit)b::bigint
