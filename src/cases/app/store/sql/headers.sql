-- What stands unsealed of the facts of a stream with versions in (gt, lte], oldest first.
select version, topic, event_id, recorded_at, metadata::text from log.event
 where stream_id = %(stream_id)b and version > %(gt)b::bigint and version <= %(lte)b::bigint
 order by version
