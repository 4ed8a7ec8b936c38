insert into notices.notice (id, organisation, received_at, last_day, sealed, key_id, wrapped,
                            wrapping_key, blind)
values (%(id)b, %(organisation)b, %(received_at)b, %(last_day)b, %(sealed)b, %(key_id)b, %(wrapped)b,
        %(wrapping_key)b, %(blind)b)
