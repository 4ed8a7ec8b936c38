-- Notices whose person has or had a case with anybody, the oldest first, after a place: all of them,
-- or all of the people of those named. For each the cases, first the one that the registry has as the
-- open one. Of several open ones it leaves some unclaimed.
select n.id, n.received_at, n.organisation,
       array_agg(i.stream_id order by i.open desc, i.recorded_at desc)
  from notices.notice n join log.identity i on i.blind = n.blind
 where n.last_day >= %(today)b
   and (%(ids)b::uuid[] is null
        or n.blind in (select named.blind from notices.notice named
                        where named.id = any (%(ids)b::uuid[])))
   and (%(after_id)b::uuid is null
        or (n.received_at, n.id) > (%(after)b::timestamptz, %(after_id)b::uuid))
 group by n.id
 order by n.received_at, n.id
 limit %(limit)b::bigint
