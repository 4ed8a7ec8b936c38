delete from drafts.draft
 where case_id = %(case_id)b and id = %(draft_id)b and organisation = %(organisation)b
   and revision = %(revision)b::bigint
