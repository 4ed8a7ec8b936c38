-- One stream, oldest first, with its wrapped key: one query, so a destroyed key is noticed at once.
-- "materialized": the key is looked up once, not once for each fact.
with living as materialized (
    select key_id, wrapped, wrapping_key from log.case_key where stream_id = %(stream_id)b
)
select e.version, e.topic, e.event_id, e.recorded_at, e.metadata::text, e.key_id, e.sealed,
       k.key_id, k.wrapped, k.wrapping_key
  from log.event e left join living k on true
 where e.stream_id = %(stream_id)b
   and e.version > %(gt)b::bigint and e.version <= %(lte)b::bigint
 order by e.version
