-- Newer versions of the read models, which the workers take in anew, of every case: a plan agreed
-- until the maximum moves with it, and the worklist tells of the plan that is to take the place of
-- one continued for studies.
truncate views.worklist, views.worklist_case, views.client, views.client_plan, views.timer,
         views.timer_case;
