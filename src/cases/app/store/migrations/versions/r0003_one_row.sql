-- A fact is one row: header, sealed payload and, on the first fact of an act, what recognises a
-- repeat of that act. One heap row and three indexes where there were three tables and six.

do $$
begin
    if exists (select 1 from log.event) then
        raise exception 'this log was written before the first release, in a form that is no longer'
                        ' read: start with an empty database';
    end if;
end $$;

alter table log.event
    -- Null once removed: the header and the hash stay.
    add column sealed      bytea,
    -- SHA-256 of caller, line feed, idempotency key. On the first fact of an act, else null.
    add column act_key     bytea check (length(act_key) = 32),
    -- The digest of what the act was asked with: the same again is a repeat, another is not.
    add column fingerprint bytea,
    -- By the server's clock, to tell how long a fact has waited for its place: recorded_at is by the
    -- clock of a node, which may be wrong, and histories come with instants of long ago.
    add column written_at  timestamptz not null default now(),
    add check ((act_key is null) = (fingerprint is null));
-- Ciphertext does not compress.
alter table log.event alter column sealed set storage external;
create unique index event_act on log.event (stream_id, act_key) where act_key is not null;

drop table log.payload;
drop table log.act;

grant insert (sealed, act_key, fingerprint) on log.event to cases_writer;
