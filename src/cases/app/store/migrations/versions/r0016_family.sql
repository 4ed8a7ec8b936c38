-- Family plans: streams of their own in the log, each over several cases.

-- Acts on family plans that the cases of the members have not been told of yet. A row comes with the
-- act, in its statement, and goes once every case has a fact of it, or can have none; so whoever dies
-- in between leaves it to the next. It names nobody: a plan and a version of it.
create table log.family_plan_untold (
    stream_id uuid   not null,
    version   bigint not null,
    primary key (stream_id, version)
);

grant select on log.family_plan_untold to cases_writer, cases_reader;
grant insert, delete on log.family_plan_untold to cases_writer;

-- A newer version of the worklist, which the workers take in anew, of every case: it tells that a
-- family plan is needed, or to be reviewed.
truncate views.worklist, views.worklist_case;
