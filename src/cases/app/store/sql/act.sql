-- The record of an act by its key, which decides what a failed append was. An act's facts lie side by
-- side under one header, and the first has the act's key: it ends before the next one that has.
select e.fingerprint, e.metadata->>'act', e.version,
       coalesce((select n.version - 1 from log.event n
                  where n.stream_id = e.stream_id and n.version > e.version
                    and n.act_key is not null
                  order by n.version limit 1),
                (select max(m.version) from log.event m
                  where m.stream_id = e.stream_id
                    and m.metadata->>'actId' = e.metadata->>'actId')),
       e.recorded_at
  from log.event e
 where e.stream_id = %(stream_id)b and e.act_key = %(act_key)b
