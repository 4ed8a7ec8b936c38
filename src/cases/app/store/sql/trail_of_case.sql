-- The trail of one case, in the order it was written.
select seq, id, at, subject, organisation, role, purpose, purpose_version, action, case_id,
       sections, case_version, result, request_id, traits
  from trail.access
 where case_id = %(case_id)b and seq > %(after)b::bigint
 order by seq limit %(limit)b::bigint
