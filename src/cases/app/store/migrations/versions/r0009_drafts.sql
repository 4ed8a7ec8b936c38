-- Drafts of acts: what somebody has begun to write about a case and nobody has decided. They are no
-- facts, so they stand in a schema of their own, which nobody reads who keeps the ledger or a read
-- model, and a row that goes is gone.
create table drafts.draft (
    case_id      uuid        not null,
    id           uuid        not null,
    -- Whose draft it is: the authority that answered for the case when it was begun.
    organisation text        not null,
    revision     bigint      not null check (revision >= 1),
    -- Everything that was written, and by whom, under the case's own key.
    sealed       bytea       not null,
    -- The keyed digest of what it was begun with: the same again is a repeat, another is not.
    fingerprint  bytea       not null check (length(fingerprint) = 32),
    changed_at   timestamptz not null,
    -- The last legal day on which it is shown.
    last_day     date        not null,
    primary key (case_id, id)
);
alter table drafts.draft alter column sealed set storage external;
create index draft_last_day on drafts.draft (last_day);

-- The writer writes drafts without reading them; the reader reads those of the authorities that its
-- transaction names, as in the read models; nobody else comes near. Whoever owns the table is held
-- to the policies too.
grant usage on schema drafts to cases_writer, cases_reader;
grant insert on drafts.draft to cases_writer;
grant select (case_id, id, organisation, revision, changed_at, last_day) on drafts.draft
    to cases_writer;
grant update (revision, sealed, changed_at, last_day) on drafts.draft to cases_writer;
grant delete on drafts.draft to cases_writer;
grant select on drafts.draft to cases_reader;

alter table drafts.draft enable row level security;
alter table drafts.draft force row level security;
create policy writer on drafts.draft for all to cases_writer using (true) with check (true);
create policy own_authorities on drafts.draft for select to cases_reader using (organisation =
    any ((select nullif(current_setting('cases.authorities', true), ''))::text[]));
