-- Stored events of one stream as the library reads them.
select e.stream_id, e.version, e.topic, coalesce(e.sealed, '')
  from log.event e
 where e.stream_id = %(stream_id)b
   and e.version > %(gt)b::bigint and e.version <= %(lte)b::bigint
 order by e.version limit %(limit)b::bigint
