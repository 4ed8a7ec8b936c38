-- How many notices wait for an authority, and since when the oldest does.
select count(*), min(received_at) from notices.notice
 where organisation = %(organisation)b and last_day >= %(today)b
