-- Indexes in the order in which lists are read, so that a page is walked to and not sorted out of all
-- that an authority has. Every entry of the worklist stands in one of the first three: what has a day
-- it must be done by, what has none, and what is missing in the record; and of a case that somebody
-- handles in one of the next two. The queries say the same words (worklist/queries.py). Not coalesce:
-- row level security would have it looked at only after the rows were fetched.
create index worklist_by_due_day on views.worklist (authority, due_by, case_id, entry)
    where due_by is not null;
create index worklist_undated on views.worklist
    (authority,
     (case when planned_on is not null then planned_on when since is not null then since
           else shown_from end),
     case_id, entry)
    where due_by is null and kind <> 'RECORD_TO_COMPLETE';
-- With what is asked to count them.
create index worklist_gap on views.worklist
    (authority,
     (case when planned_on is not null then planned_on when since is not null then since
           else shown_from end),
     case_id, entry) include (item, shown_from, former_authority, handed_over_on)
    where due_by is null and kind = 'RECORD_TO_COMPLETE';
create index worklist_of_worker on views.worklist (authority, worker, due_by, case_id, entry)
    where worker is not null and kind <> 'RECORD_TO_COMPLETE';
create index worklist_gap_of_worker on views.worklist
    (authority, worker,
     (case when planned_on is not null then planned_on when since is not null then since
           else shown_from end),
     case_id, entry)
    where worker is not null and due_by is null and kind = 'RECORD_TO_COMPLETE';
drop index views.worklist_authority_due_by_idx;

-- The list of what is missing in the record does not look for a day that is never set.
alter table views.worklist
    add constraint gap_without_day check (kind <> 'RECORD_TO_COMPLETE' or due_by is null);

-- What one worker has is little of what the authority has.
create index client_of_worker on views.client (authority, worker, case_id) where worker is not null;
