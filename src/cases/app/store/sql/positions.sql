-- The positions of given facts, in the order given; those without one yet are left out.
select l.idx
  from unnest(%(stream_ids)b::uuid[], %(versions)b::bigint[]) with ordinality as g(stream_id, version, n)
  join log.ledger l using (stream_id, version)
 order by g.n
