-- Stored events through the library's interface: any streams and versions, nothing but the facts.
-- The primary key is the concurrency control, as in append.sql; a conflict is an error, never silence.
insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata, key_id,
                       payload_hash, sealed)
select stream_id, version, event_id, topic, recorded_at, metadata::json, key_id, sha256(sealed),
       sealed
  from unnest(%(stream_ids)b::uuid[], %(versions)b::bigint[], %(event_ids)b::uuid[],
              %(topics)b::text[], %(instants)b::timestamptz[], %(metadata)b::text[],
              %(key_ids)b::uuid[], %(sealed)b::bytea[]) with ordinality
       as g(stream_id, version, event_id, topic, recorded_at, metadata, key_id, sealed, n)
 order by n
