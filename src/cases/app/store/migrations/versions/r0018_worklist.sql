-- What tells where a protected client lives is shown to the worker assigned alone, until this day.
alter table views.worklist add column withheld_until date;

-- Which duplicates have been joined to a case. An entry of the worklist asks for the joining of a
-- duplicate as long as there is no such row; it is the row of the authority that joined them.
create table views.worklist_joined (
    case_id          uuid   not null,
    duplicate        uuid   not null,
    version          bigint not null,
    authority        text   not null,
    former_authority text,
    handed_over_on   date,
    outdated_since   timestamptz,
    constraint handed_over check ((former_authority is null) = (handed_over_on is null)),
    primary key (case_id, duplicate)
);

do $$
declare
    mine  constant text :=
        'any ((select nullif(current_setting(''cases.authorities'', true), ''''))::text[])';
    today constant text := '(select nullif(current_setting(''cases.today'', true), ''''))::date';
begin
    alter table views.worklist_joined enable row level security;
    alter table views.worklist_joined force row level security;
    create policy projector on views.worklist_joined for all to cases_projector
        using (true) with check (true);
    execute 'create policy own_authorities on views.worklist_joined for select to cases_reader'
            ' using ((authority = ' || mine
            || ' and (handed_over_on is null or handed_over_on <= ' || today || '))'
            || ' or (former_authority = ' || mine || ' and handed_over_on > ' || today || '))';
    grant all on views.worklist_joined to cases_projector;
    grant select on views.worklist_joined to cases_reader;
end $$;

-- A newer version of the worklist, which the workers take in anew, of every case.
truncate views.worklist, views.worklist_case;
