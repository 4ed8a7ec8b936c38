-- The next revision of a draft, if it is still at the one before and the key that sealed it lives.
update drafts.draft d
   set revision = %(revision)b::bigint, sealed = %(sealed)b, changed_at = %(changed_at)b,
       last_day = %(last_day)b
  from log.case_key k
 where d.case_id = %(case_id)b and d.id = %(draft_id)b and d.organisation = %(organisation)b
   and d.revision = %(revision)b::bigint - 1
   and k.stream_id = d.case_id and k.key_id = %(key_id)b and k.destroyed_at is null
