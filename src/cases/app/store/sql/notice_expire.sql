-- Notices past their last day; whoever else is at a row has it.
delete from notices.notice n
 using (select id from notices.notice where last_day < %(today)b
         order by last_day limit %(limit)b::bigint) as past
 where n.id = past.id
returning n.id, n.organisation
