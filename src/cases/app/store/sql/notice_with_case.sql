-- Notices, of those named or of all, whose person has or had a case with anybody: for each the cases,
-- first the one that the registry has as the open one. Of several open ones it leaves some unclaimed.
select n.id, n.organisation, array_agg(i.stream_id order by i.open desc, i.recorded_at desc)
  from notices.notice n join log.identity i on i.blind = n.blind
 where n.last_day >= %(today)b
   and (%(ids)b::uuid[] is null or n.id = any (%(ids)b::uuid[]))
   and (%(after)b::uuid is null or n.id > %(after)b::uuid)
 group by n.id
 order by n.id
 limit %(limit)b::bigint
