-- The idempotency record of a key, which decides what a failed append was.
select fingerprint, act, first_version, last_version, recorded_at, expires_at
  from log.act
 where stream_id = %(stream_id)b and caller = %(caller)b and key = %(key)b
