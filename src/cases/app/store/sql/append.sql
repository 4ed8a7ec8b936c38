-- One act, one statement, one round trip, one commit.
--
-- Order and concurrency. The primary key (stream_id, version) is the optimistic lock: two acts decided
-- against one version meet there, and exactly one of them commits. The other gets a unique violation,
-- never silence: nothing here swallows a conflict (a source test forbids the clause that would).
-- There is no table lock, no advisory lock, no trigger and no NOTIFY, so appends to different streams
-- share their flush and wait for nobody.
--
-- "go" lets everything pass or nothing. It asks, in the snapshot of this statement:
--   * Is the stream where the act was decided? Besides saving a failed insert, this refuses a version
--     inserted by guess: version n+1 is only ever written by someone who sees n committed. The order of
--     the ledger rests on that (tick.sql).
--   * Is the new instant at least the last one? "Known at T" means the largest version recorded by T.
--   * Is the key that sealed these payloads the stream's living key? A key destroyed meanwhile must
--     not seal anything new.
-- The last line reports what was seen, so that the caller can say why nothing was written.
--
-- seq and xid are filled in by the table. Rows enter in the order of the act, so seq ascends with it.
--
-- The headers and the access records travel as JSON, the sealed payloads end to end in one value:
-- measured, dumping one array per column in the client cost as much as the insert in the server.
-- Identities come sorted, so that two openings with the same ones queue instead of deadlocking.
with
head as (
    select version, recorded_at from log.event
     where stream_id = %(stream_id)b
     order by version desc limit 1
),
living as (
    select key_id from log.case_key
     where stream_id = %(stream_id)b and destroyed_at is null
),
go as materialized (
    select 1
      from (values (1)) as always(one) left join head on true left join living on true
     where coalesce(head.version, 0) = %(expected)b::bigint
       and coalesce(head.recorded_at, '-infinity') <= %(first_instant)b::timestamptz
       and case when %(wrapped)b::bytea is null then living.key_id = %(key_id)b::uuid
                else living.key_id is null end
),
fact as materialized (
    select f.version, f.event_id, f.topic, f.recorded_at, f.metadata,
           substring(%(sealed)b::bytea from f.start for f.length) as sealed
      from go, json_to_recordset(%(facts)b::text::json)
               as f(version bigint, event_id uuid, topic text, recorded_at timestamptz,
                    metadata text, start int, length int)
),
header as (
    insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata, key_id,
                           payload_hash)
    select %(stream_id)b, version, event_id, topic, recorded_at, metadata::json, %(key_id)b::uuid,
           sha256(sealed)
      from fact order by version
    returning 1
),
payload as (
    insert into log.payload (stream_id, version, sealed)
    select %(stream_id)b, version, sealed from fact
),
act as (
    insert into log.act (stream_id, caller, key, fingerprint, act, first_version, last_version,
                         recorded_at, expires_at)
    select %(stream_id)b, %(caller)b, %(key)b, %(fingerprint)b, %(act)b, %(first_version)b::bigint,
           %(last_version)b::bigint, %(act_instant)b, %(expires_at)b
      from go
),
access as (
    insert into trail.access (id, at, subject, organisation, role, purpose, purpose_version, action,
                              case_id, sections, case_version, result, request_id, traits)
    select a.* from go, json_to_recordset(%(access)b::text::json)
           as a(id uuid, at timestamptz, subject text, organisation text, role text, purpose text,
                purpose_version text, action text, case_id uuid, sections text[],
                case_version bigint, result text, request_id text, traits text[])
),
new_key as (
    insert into log.case_key (stream_id, key_id, wrapped, wrapping_key, created_at)
    select %(stream_id)b, %(key_id)b::uuid, %(wrapped)b::bytea, %(wrapping_key)b::text,
           %(first_instant)b::timestamptz
      from go where %(wrapped)b::bytea is not null
),
turned as (
    update log.identity as i set open = %(turn)b::boolean
      from go
     where %(turn)b::boolean is not null
       and i.stream_id = %(stream_id)b and i.open <> %(turn)b::boolean
),
new_identity as (
    insert into log.identity (blind, stream_id, open, recorded_at)
    select blind, %(stream_id)b, true, %(first_instant)b::timestamptz
      from go, unnest(%(identities)b::bytea[]) as blind
)
select (select count(*) from header), (select version from head), (select recorded_at from head),
       (select key_id from living)
