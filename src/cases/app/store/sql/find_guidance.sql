-- The guidance records under a blind index, the oldest first.
select g.stream_id from log.guidance_index g
  join log.event e on e.stream_id = g.stream_id and e.version = 1
 where g.blind = %(blind)b
 order by e.recorded_at, g.stream_id
