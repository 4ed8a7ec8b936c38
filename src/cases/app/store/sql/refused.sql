-- What stood in the way of an append that wrote nothing.
select (select version from log.event where stream_id = %(stream_id)b order by version desc limit 1),
       (select max(recorded_at) from log.event where stream_id = %(stream_id)b),
       (select key_id from log.case_key where stream_id = %(stream_id)b and destroyed_at is null)
