-- The days of a plan change after it was drawn up: reviews, extensions, endings, switches. So it has
-- a row for each span of legal days over which nothing was decided about them.
alter table views.client_plan
    drop constraint client_plan_pkey,
    add column decided_on    date,
    add column decided_until date,
    add column fully_until   date,
    alter column last_day        drop not null,
    alter column maximum_until   drop not null,
    alter column next_review_due drop not null;
update views.client_plan set decided_on = drawn_up_on, fully_until = last_day
 where ending_decided_on is null or ending_decided_on <= drawn_up_on;
insert into views.client_plan
     (case_id, plan_id, version, authority, kind, drawn_up_on, valid_from, valid_until, last_day,
      maximum_until, next_review_due, next_review_on, outdated_since, decided_on, fully_until)
select case_id, plan_id, version, authority, kind, drawn_up_on, valid_from, valid_until, last_day,
       maximum_until, next_review_due, next_review_on, outdated_since, ending_decided_on, last_day
  from views.client_plan where decided_on is null;
update views.client_plan
   set decided_on = drawn_up_on, decided_until = ending_decided_on,
       last_day = valid_until, fully_until = valid_until
 where decided_on is null;
-- Ended before it began.
update views.client_plan set last_day = null, fully_until = null where fully_until < valid_from;
alter table views.client_plan
    alter column decided_on set not null,
    drop column ending_decided_on,
    drop column valid_until,
    add primary key (case_id, plan_id, decided_on);

-- Who handles a case, by the id the person signs in with.
alter table views.client   add column worker text;
alter table views.worklist add column worker text;

-- Which item of the record is missing, for entries about that.
alter table views.worklist add column item text;
-- Its second version tells what the record lacks, of every case: the workers take all in anew.
truncate views.worklist, views.worklist_case;
