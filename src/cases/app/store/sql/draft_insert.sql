-- A new draft, unless the key that sealed it is gone.
insert into drafts.draft (case_id, id, organisation, revision, sealed, fingerprint, changed_at,
                          last_day, answers_until)
select %(case_id)b, %(draft_id)b, %(organisation)b, %(revision)b::bigint, %(sealed)b,
       %(fingerprint)b, %(changed_at)b, %(last_day)b, %(answers_until)b::date
  from log.case_key k
 where k.stream_id = %(case_id)b and k.key_id = %(key_id)b and k.destroyed_at is null
