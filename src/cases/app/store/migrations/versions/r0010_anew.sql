-- Newer versions of the read models, which the workers take in anew, of every case: a plan lasts to
-- the maximum at most, whatever is told of the person later, and the worklist tells goals without a
-- reason.
truncate views.worklist, views.worklist_case, views.client, views.client_plan, views.timer,
         views.timer_case;

-- No other review is agreed on where the plan is over before it.
alter table views.client_plan alter column next_review_on drop not null;
