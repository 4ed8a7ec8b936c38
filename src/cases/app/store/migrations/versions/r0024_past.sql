-- What is not shown any more stays until its case is told anew, so with the years a walk along the
-- list passes more and more of it. The days from and until which an entry is shown are the last words
-- of each key: what is not shown on the day is passed within the index, and no row is looked at for
-- it. The queries say the same words (worklist/queries.py). Indexes of the record's gaps have no need
-- of them: those have no last day.
drop index views.worklist_by_due_day, views.worklist_undated, views.worklist_of_worker;
create index worklist_by_due_day on views.worklist
    (authority, due_by, case_id, entry, shown_from,
     (case when shown_until is null then date 'infinity' else shown_until end))
    where due_by is not null;
create index worklist_undated on views.worklist
    (authority,
     (case when planned_on is not null then planned_on when since is not null then since
           else shown_from end),
     case_id, entry, shown_from,
     (case when shown_until is null then date 'infinity' else shown_until end))
    where due_by is null and kind <> 'RECORD_TO_COMPLETE';
create index worklist_of_worker on views.worklist
    (authority, worker, due_by, case_id, entry, shown_from,
     (case when shown_until is null then date 'infinity' else shown_until end))
    where worker is not null and kind <> 'RECORD_TO_COMPLETE';
