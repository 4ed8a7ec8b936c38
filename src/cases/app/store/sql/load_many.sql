-- Several streams whole, each oldest first.
select e.stream_id, e.version, e.topic, e.event_id, e.recorded_at, e.metadata::text, e.key_id,
       p.sealed, k.key_id, k.wrapped, k.wrapping_key
  from log.event e
  left join log.payload p using (stream_id, version)
  left join log.case_key k using (stream_id)
 where e.stream_id = any (%(stream_ids)b::uuid[])
 order by e.stream_id, e.version
