-- Stored events through the library's interface: any streams and versions, nothing but the facts.
-- The primary key is the concurrency control, as in append.sql; a conflict is an error, never silence.
with
given as materialized (
    select * from unnest(%(stream_ids)b::uuid[], %(versions)b::bigint[], %(event_ids)b::uuid[],
                         %(topics)b::text[], %(instants)b::timestamptz[], %(metadata)b::text[],
                         %(key_ids)b::uuid[], %(sealed)b::bytea[]) with ordinality
        as g(stream_id, version, event_id, topic, recorded_at, metadata, key_id, sealed, n)
),
payload as (
    insert into log.payload (stream_id, version, sealed)
    select stream_id, version, sealed from given order by n
)
insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata, key_id,
                       payload_hash)
select stream_id, version, event_id, topic, recorded_at, metadata::json, key_id, sha256(sealed)
  from given order by n
