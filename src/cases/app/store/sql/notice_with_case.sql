-- Notices, of those named or of all, whose person has an open case with anybody: for each the case.
select n.id, n.organisation, i.stream_id
  from notices.notice n join log.identity i on i.blind = n.blind and i.open
 where n.last_day >= %(today)b
   and (%(ids)b::uuid[] is null or n.id = any (%(ids)b::uuid[]))
   and (%(after)b::uuid is null or n.id > %(after)b::uuid)
 order by n.id
 limit %(limit)b::bigint
