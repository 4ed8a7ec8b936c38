-- The read models. The case id is the first part of every key, so that views can be distributed by
-- it as the log can. Rows keep intervals: which day it is, is asked by the query.

alter table views.tracking
    -- A bad fact that holds the projection at its position: where, and which error; no content.
    add column held_case  uuid,
    add column held_error text,
    add column held_since timestamptz;

create table views.client (
    case_id      uuid   primary key,
    version      bigint not null,
    authority    text   not null,
    opened_on    date   not null,
    closed_on    date,
    -- The name, sealed under the case's own key, so that erasing the key erases it here too.
    label_sealed bytea
);
create index on views.client (authority, case_id);

create table views.client_plan (
    case_id           uuid   not null,
    plan_id           uuid   not null,
    version           bigint not null,
    authority         text   not null,
    kind              text   not null,
    drawn_up_on       date   not null,
    valid_from        date   not null,
    valid_until       date   not null,
    -- Until the day an ending was decided, the plan was valid until its own day.
    ending_decided_on date,
    last_day          date   not null,
    maximum_until     date   not null,
    next_review_due   date   not null,
    next_review_on    date   not null,
    primary key (case_id, plan_id)
);

-- One row for each case, since a case with nothing to do has a version as well.
create table views.worklist_case (
    case_id   uuid   primary key,
    version   bigint not null,
    authority text   not null
);
create table views.worklist (
    case_id     uuid    not null,
    entry       integer not null,
    version     bigint  not null,
    authority   text    not null,
    kind        text    not null,
    subject_id  uuid,
    section     text    not null,
    due_by      date,
    planned_on  date,
    since       date,
    shown_from  date    not null,
    shown_until date,
    primary key (case_id, entry)
);
create index on views.worklist (authority, due_by);

create table views.timer_case (
    case_id uuid   primary key,
    version bigint not null
);
create table views.timer (
    case_id    uuid   not null,
    kind       text   not null,
    subject_id uuid   not null,
    version    bigint not null,
    last_day   date   not null,
    due_on     date   not null,
    primary key (case_id, kind, subject_id)
);
create index on views.timer (due_on, case_id, subject_id);

-- Row level security, the second barrier. A reader sees the rows of the authorities its transaction
-- names in cases.authorities (an array as text); unset, or left empty by a pooled connection, is
-- nobody. The sub-select is evaluated once for a query, not once for each row. Timers are for the
-- calendar alone. Whoever owns the tables is held to the policies too.
do $$
declare
    view text;
begin
    foreach view in array array['client', 'client_plan', 'worklist_case', 'worklist',
                                'timer_case', 'timer'] loop
        execute format('alter table views.%I enable row level security', view);
        execute format('alter table views.%I force row level security', view);
        execute format('create policy projector on views.%I for all to cases_projector'
                       ' using (true) with check (true)', view);
    end loop;
    foreach view in array array['client', 'client_plan', 'worklist_case', 'worklist'] loop
        execute format(
            'create policy own_authorities on views.%I for select to cases_reader using (authority ='
            ' any ((select nullif(current_setting(''cases.authorities'', true), ''''))::text[]))',
            view);
    end loop;
end $$;

-- Whatever the default privileges of this database say.
grant all on all tables in schema views to cases_projector;
grant select on all tables in schema views to cases_reader;

-- Where views are rebuilt beside the live ones, which they then replace.
create schema views_next;
grant usage on schema views_next to cases_projector;
alter default privileges in schema views_next grant all on tables to cases_projector;
alter default privileges in schema views_next grant select on tables to cases_reader;
