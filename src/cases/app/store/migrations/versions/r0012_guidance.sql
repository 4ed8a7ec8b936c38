-- Guidance records: streams of their own in the log, one for each consent, each with its own key.

-- Which of an authority's records are about a person: keyed blind indexes of authority and identity
-- code together, under another label than those of cases, so that nothing here says which case, or
-- which record of another authority, is about the same person. A record is about one person.
create table log.guidance_index (
    stream_id uuid  primary key,
    blind     bytea not null check (length(blind) = 32)
);
create index guidance_index_blind on log.guidance_index (blind);

grant select on log.guidance_index to cases_writer, cases_reader;
grant insert on log.guidance_index to cases_writer;

-- A consent that is withdrawn takes its key along, and the row of the index. The writer may destroy
-- no key and remove no row by itself: only this, and only of a guidance record.
create function log.forget_guidance_record(stream uuid, since timestamptz) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    update log.case_key k set wrapped = null, destroyed_at = since
     where k.stream_id = stream and k.destroyed_at is null
       and exists (select 1 from log.event e
                    where e.stream_id = stream and e.version = 1
                      and starts_with(e.topic, 'guidance-record.'));
    if not found then
        raise exception 'there is no living guidance record of this id';
    end if;
    delete from log.guidance_index g where g.stream_id = stream;
    return true;
end
$$;
revoke execute on function log.forget_guidance_record(uuid, timestamptz) from public;
grant execute on function log.forget_guidance_record(uuid, timestamptz) to cases_writer;
