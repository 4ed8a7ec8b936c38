-- The trail of one case, in the order it was written, up to a place: whoever reads it page by page
-- adds a line with every page, and would otherwise never come to the end.
select seq, id, at, subject, organisation, role, purpose, purpose_version, action, case_id,
       sections, case_version, result, request_id, traits
  from trail.access
 where case_id = %(case_id)b and seq > %(after)b::bigint
   and seq <= coalesce(%(until)b::bigint, 9223372036854775807)
 order by seq limit %(limit)b::bigint
