-- An identity code that was corrected in a guidance record leads to the record from then on, and the
-- wrong one no longer does: a row that stayed would show somebody's guidance to whoever looks up the
-- person whose code it is. The writer may remove and change no row by itself: only this, and only of
-- a guidance record whose key lives. Called again by the same statement it changes nothing more.
create function log.reindex_guidance_record(stream uuid, found_by bytea) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    perform from log.case_key k
       join log.event e on e.stream_id = k.stream_id and e.version = 1
      where k.stream_id = stream and k.destroyed_at is null
        and starts_with(e.topic, 'guidance-record.');
    if not found then
        raise exception 'there is no living guidance record of this id';
    end if;
    delete from log.guidance_index g where g.stream_id = stream;
    if found_by is not null then
        insert into log.guidance_index (stream_id, blind) values (stream, found_by);
    end if;
    return true;
end
$$;
revoke execute on function log.reindex_guidance_record(uuid, bytea) from public;
grant execute on function log.reindex_guidance_record(uuid, bytea) to cases_writer;
