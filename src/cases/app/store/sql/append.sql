-- One act, one statement, one round trip, one commit.
--
-- Order and concurrency. The primary key (stream_id, version) is the optimistic lock: two acts decided
-- against one version meet there, and exactly one of them commits. The other gets a unique violation,
-- never silence: nothing here swallows a conflict (a source test forbids the clause that would).
-- There is no table lock, no advisory lock, no trigger and no NOTIFY, so appends to different streams
-- share their flush and wait for nobody.
--
-- The first insert lets everything pass or nothing. It asks, in the snapshot of this statement:
--   * Is the stream where the act was decided? Besides saving a failed insert, this refuses a version
--     inserted by guess: version n+1 is only ever written by someone who sees n committed. The order of
--     the ledger rests on that (tick.sql).
--   * Is the new instant at least the last one? "Known at T" means the largest version recorded by T.
--   * Is the key that sealed these payloads the stream's living key? A key destroyed meanwhile must
--     not seal anything new.
-- Everything else follows from a fact having been inserted. No row affected means that nothing was
-- written; refused.sql then tells what was in the way.
--
-- seq and xid are filled in by the table. Rows enter in the order of the act, so seq ascends with it.
--
-- A guidance record that is found by another code, or by none, goes by another row of the index, which
-- the writer can't change by itself.
--
-- What forgets a record destroys its key after the last fact was sealed with it; where it can't, it
-- raises, and nothing of the act is written.
--
-- The text is made for the shape of an act (shapes.py): "each" repeats a row with numbered parameters,
-- "if" keeps lines for the acts that need them. Measured: one statement for every shape, with JSON or
-- arrays for the rows, costs the server half as much again. A new stream has a new key, and identities
-- come sorted, so that two openings with the same ones queue instead of deadlocking.
with
fact as (
    insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata, key_id,
                           payload_hash, sealed, act_key, fingerprint)
    select %(stream_id)b::uuid, %(expected)b::bigint + f.n, f.event_id, f.topic,
           %(at)b::timestamptz, %(metadata)b::text::json, %(key_id)b::uuid, sha256(f.sealed),
           f.sealed,
           case when f.n = 1 then %(act_key)b::bytea end,
           case when f.n = 1 then %(fingerprint)b::bytea end
      from
-- if later
           (select version, recorded_at from log.event
             where stream_id = %(stream_id)b::uuid
             order by version desc limit 1) as head,
           log.case_key as living,
-- end
           (values
-- each fact
                   ({n}, %(event_id_{n})b::uuid, %(topic_{n})b::text, %(sealed_{n})b::bytea)
-- end
           ) as f(n, event_id, topic, sealed)
-- if later
     where head.version = %(expected)b::bigint and head.recorded_at <= %(at)b::timestamptz
       and living.stream_id = %(stream_id)b::uuid and living.key_id = %(key_id)b::uuid
       and living.destroyed_at is null
-- end
-- if first
     where not exists (select 1 from log.event where stream_id = %(stream_id)b::uuid)
-- end
     order by f.n
    returning 1
),
-- if first
new_key as (
    insert into log.case_key (stream_id, key_id, wrapped, wrapping_key, created_at)
    select %(stream_id)b::uuid, %(key_id)b::uuid, %(wrapped)b::bytea, %(wrapping_key)b::text,
           %(at)b::timestamptz
     where exists (select 1 from fact)
),
-- end
-- if turn
turned as (
    update log.identity as i set open = %(turn)b::boolean
     where i.stream_id = %(stream_id)b::uuid and i.open <> %(turn)b::boolean
       and not i.blind = any(%(released)b::bytea[])
       and exists (select 1 from fact)
),
-- end
-- if released
released as (
    delete from log.identity as i
     where i.stream_id = %(stream_id)b::uuid and i.blind = any(%(released)b::bytea[])
       and exists (select 1 from fact)
),
-- end
-- if identities
new_identity as (
    insert into log.identity (blind, stream_id, open, recorded_at)
    select blind, %(stream_id)b::uuid, %(identities_open)b::boolean, %(at)b::timestamptz
      from unnest(%(identities)b::bytea[]) as blind
     where exists (select 1 from fact)
),
-- end
-- if indexed
new_index as (
    insert into log.guidance_index (stream_id, blind)
    select %(stream_id)b::uuid, %(index)b::bytea
     where exists (select 1 from fact)
),
-- end
-- if members_untold
untold as (
    insert into log.family_plan_untold (stream_id, version)
    select %(stream_id)b::uuid, %(last)b::bigint
     where exists (select 1 from fact)
),
-- end
-- if others_untold
others_untold as (
    insert into log.case_untold (stream_id, version)
    select %(stream_id)b::uuid, %(last)b::bigint
     where exists (select 1 from fact)
),
-- end
-- if of_draft
recorded_draft as (
    delete from drafts.draft as d
     where d.case_id = %(stream_id)b::uuid and d.id = %(draft_id)b::uuid
       and d.organisation = %(draft_of)b::text and exists (select 1 from fact)
),
-- end
-- if ends_drafts
ended_drafts as (
    delete from drafts.draft as d
     where d.case_id = %(stream_id)b::uuid and exists (select 1 from fact)
),
-- end
-- if limits_drafts
limited_drafts as (
    update drafts.draft as d set answers_until = %(answers_until)b::date
     where d.case_id = %(stream_id)b::uuid and d.organisation = %(drafts_of)b::text
       and exists (select 1 from fact)
),
-- end
line as (
    insert into trail.access (id, at, subject, organisation, role, purpose, purpose_version, action,
                              case_id, sections, case_version, result, request_id, traits)
    select a.*
      from (values
-- each access
            (%(id_{n})b::uuid, %(at_{n})b::timestamptz, %(subject_{n})b::text,
             %(organisation_{n})b::text, %(role_{n})b::text, %(purpose_{n})b::text,
             %(purpose_version_{n})b::text, %(action_{n})b::text, %(case_id_{n})b::uuid,
             %(sections_{n})b::text::text[], %(case_version_{n})b::bigint, %(result_{n})b::text,
             %(request_id_{n})b::text, %(traits_{n})b::text::text[])
-- end
           ) as a
     where exists (select 1 from fact)
)
select 1 from fact
-- if reindexed
 where log.reindex_guidance_record(%(stream_id)b::uuid, %(index)b::bytea)
-- end
-- if forgets
 where log.forget_guidance_record(%(stream_id)b::uuid, %(at)b::timestamptz)
-- end
