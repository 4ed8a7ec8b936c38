select 1 from notices.notice where id = %(id)b and last_day >= %(today)b
