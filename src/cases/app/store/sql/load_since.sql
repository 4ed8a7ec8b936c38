-- What several streams have gained since a version of each, every stream oldest first.
select e.stream_id, e.version, e.topic, e.event_id, e.recorded_at, e.metadata::text, e.key_id,
       e.sealed, k.key_id, k.wrapped, k.wrapping_key
  from unnest(%(stream_ids)b::uuid[], %(versions)b::bigint[]) as known(stream_id, version)
  join log.event e on e.stream_id = known.stream_id and e.version > known.version
  left join log.case_key k on k.stream_id = e.stream_id
 order by e.stream_id, e.version
