-- The drafts of an authority about a case, or one of them, with the case's wrapped key: one query,
-- so a destroyed key is noticed at once. What has expired is not there, whether it was removed or not.
select d.id, d.revision, d.sealed, d.fingerprint, d.changed_at, d.last_day,
       k.key_id, k.wrapped, k.wrapping_key
  from drafts.draft d left join log.case_key k on k.stream_id = d.case_id
 where d.case_id = %(case_id)b and d.organisation = %(organisation)b
   and d.last_day >= %(today)b
   and (d.answers_until is null or d.answers_until >= %(today)b)
   and (%(draft_id)b::uuid is null or d.id = %(draft_id)b::uuid)
 order by d.changed_at desc, d.id
