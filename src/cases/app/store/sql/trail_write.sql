-- Access records outside an act: reads, searches, refusals. One JSON document of any number of them.
insert into trail.access (id, at, subject, organisation, role, purpose, purpose_version, action,
                          case_id, sections, case_version, result, request_id, traits)
select * from json_to_recordset(%(access)b::text::json)
    as a(id uuid, at timestamptz, subject text, organisation text, role text, purpose text,
         purpose_version text, action text, case_id uuid, sections text[],
         case_version bigint, result text, request_id text, traits text[])
