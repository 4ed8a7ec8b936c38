delete from notices.notice where id = %(id)b and organisation = %(organisation)b
