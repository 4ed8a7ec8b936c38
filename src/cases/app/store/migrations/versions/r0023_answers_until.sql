-- A draft has days of its own, and goes earlier where its case becomes another authority's. That day
-- stands apart, so that a hand-over ahead which is cancelled, or gets another day, takes nothing from
-- the draft: the act that tells of it sets this, and the act that takes it back unsets it.
alter table drafts.draft
    -- The last legal day on which its authority answers for the case; null while no other one will.
    add column answers_until date;
create index draft_answers_until on drafts.draft (answers_until) where answers_until is not null;

grant select (answers_until), update (answers_until) on drafts.draft to cases_writer;
