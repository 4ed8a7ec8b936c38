-- Who is found by name and date of birth: keyed blind indexes of authority, word and date together.
-- The workers take all cases in.
create table views.named_case (
    case_id          uuid   primary key,
    version          bigint not null,
    authority        text   not null,
    former_authority text,
    handed_over_on   date,
    outdated_since   timestamptz,
    constraint handed_over check ((former_authority is null) = (handed_over_on is null))
);
create table views.name (
    case_id          uuid   not null,
    blind            bytea  not null check (length(blind) = 32),
    version          bigint not null,
    authority        text   not null,
    former_authority text,
    handed_over_on   date,
    outdated_since   timestamptz,
    constraint handed_over check ((former_authority is null) = (handed_over_on is null)),
    primary key (case_id, blind)
);
create index on views.name (blind);

do $$
declare
    view  text;
    mine  constant text :=
        'any ((select nullif(current_setting(''cases.authorities'', true), ''''))::text[])';
    today constant text := '(select nullif(current_setting(''cases.today'', true), ''''))::date';
begin
    foreach view in array array['named_case', 'name'] loop
        execute format('alter table views.%I enable row level security', view);
        execute format('alter table views.%I force row level security', view);
        execute format('create policy projector on views.%I for all to cases_projector'
                       ' using (true) with check (true)', view);
        execute format('create policy own_authorities on views.%I for select to cases_reader using ('
                       '(authority = ' || mine
                       || ' and (handed_over_on is null or handed_over_on <= ' || today || '))'
                       || ' or (former_authority = ' || mine
                       || ' and handed_over_on > ' || today || '))', view);
        execute format('grant all on views.%I to cases_projector', view);
        execute format('grant select on views.%I to cases_reader', view);
    end loop;
end $$;
