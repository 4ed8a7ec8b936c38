-- Drafts past their last day or their authority's, and those of cases that were erased; whoever else
-- is at a row has it.
delete from drafts.draft d
 using (select e.case_id, e.id
          from drafts.draft e
         where e.last_day < %(today)b
            or e.answers_until < %(today)b
            or e.case_id in (select k.stream_id from log.case_key k
                              where k.destroyed_at is not null)
         order by e.last_day
         limit %(limit)b::bigint) as past
 where d.case_id = past.case_id and d.id = past.id
returning d.case_id, d.organisation
