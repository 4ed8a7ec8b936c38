insert into notices.answer (id, organisation, fingerprint, answer, last_day)
values (%(id)b, %(organisation)b, %(fingerprint)b, %(answer)b, %(last_day)b)
