-- A page of the ledger after a place. Positions are contiguous, so the page ends where its last position
-- says. Whether the place still holds is asked in the same snapshot: else one server could say so, and
-- its successor give the page. One row at least: from where on the follower holds what the ledger does
-- not (null: nowhere, and there may be a page), and the epoch that gave the page's last position, or the
-- place itself where there is no page.
with
due as materialized (
    select idx, stream_id, version from log.ledger where idx > %(after)b::bigint order by idx
     limit %(limit)b::bigint
),
place as materialized (
    select log.went_back(%(epoch)b::uuid, %(after)b::bigint) as went_back,
           log.epoch_at(coalesce((select max(idx) from due), %(after)b::bigint)) as epoch
),
page as (
    select due.idx, e.stream_id, e.version, e.topic, e.event_id, e.recorded_at, e.metadata::text,
           e.key_id, e.sealed, k.key_id as living_id, k.wrapped, k.wrapping_key
      from due
      join log.event e using (stream_id, version)
      left join log.case_key k using (stream_id)
)
select place.*, page.* from place left join page on place.went_back is null order by page.idx
