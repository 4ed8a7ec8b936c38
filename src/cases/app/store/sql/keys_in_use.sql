-- One stored key of each wrapping key in use; what is destroyed opens nothing. Two walks are faster
-- than sorting a million keys for one.
select used.wrapping_key, one.wrapped, one.stream_id
  from (select distinct wrapping_key from log.case_key where wrapped is not null) used,
       lateral (select k.wrapped, k.stream_id
                  from log.case_key k
                 where k.wrapping_key = used.wrapping_key and k.wrapped is not null
                 limit 1) one
 order by used.wrapping_key
