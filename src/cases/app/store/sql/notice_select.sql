-- Notices of an authority, the oldest first, after a place; or one of them. What has expired is not
-- there, whether it was removed or not.
select id, received_at, last_day, sealed, key_id, wrapped, wrapping_key
  from notices.notice
 where organisation = %(organisation)b and last_day >= %(today)b
   and (%(id)b::uuid is null or id = %(id)b::uuid)
   and (%(after_id)b::uuid is null
        or (received_at, id) > (%(after)b::timestamptz, %(after_id)b::uuid))
 order by received_at, id
 limit %(limit)b::bigint
