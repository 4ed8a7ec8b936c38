-- A page of the ledger. Positions are contiguous, so the page ends where its last position says.
select l.idx, e.stream_id, e.version, e.topic, e.event_id, e.recorded_at, e.metadata::text, e.key_id,
       e.sealed, k.key_id, k.wrapped, k.wrapping_key
  from (select * from log.ledger where idx > %(after)b::bigint order by idx
         limit %(limit)b::bigint) l
  join log.event e using (stream_id, version)
  left join log.case_key k using (stream_id)
 order by l.idx
