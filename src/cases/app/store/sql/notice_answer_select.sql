select fingerprint, answer, last_day from notices.answer
 where id = %(id)b and organisation = %(organisation)b
