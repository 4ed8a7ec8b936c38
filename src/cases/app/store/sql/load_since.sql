-- What several streams have gained since a version of each, every stream oldest first.
-- "materialized": a key is looked up once for each stream, not once for each fact.
with known as materialized (
    select g.stream_id, g.version, k.key_id, k.wrapped, k.wrapping_key
      from unnest(%(stream_ids)b::uuid[], %(versions)b::bigint[]) as g(stream_id, version)
      left join log.case_key k using (stream_id)
)
select e.stream_id, e.version, e.topic, e.event_id, e.recorded_at, e.metadata::text, e.key_id,
       e.sealed, k.key_id, k.wrapped, k.wrapping_key
  from known k join log.event e on e.stream_id = k.stream_id and e.version > k.version
 order by e.stream_id, e.version
