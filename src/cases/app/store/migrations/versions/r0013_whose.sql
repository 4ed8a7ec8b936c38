-- A hand-over may be recorded before the day it takes effect, and on that day nothing is recorded. So
-- a row says who answers in the end, who does until then, and from which day the case has passed.
-- Rows that were taken in before are right as they are: nothing could be recorded ahead.
do $$
declare
    view  text;
    mine  constant text :=
        'any ((select nullif(current_setting(''cases.authorities'', true), ''''))::text[])';
    today constant text := '(select nullif(current_setting(''cases.today'', true), ''''))::date';
begin
    foreach view in array array['client', 'client_plan', 'worklist_case', 'worklist'] loop
        execute format('alter table views.%I add column former_authority text,'
                       ' add column handed_over_on date,'
                       ' add constraint handed_over'
                       ' check ((former_authority is null) = (handed_over_on is null))', view);
        -- The reader names the legal day it asks on in cases.today; without one it sees no row that
        -- passes from one authority to another. Which day it asks about, is the query's.
        execute format('drop policy own_authorities on views.%I', view);
        execute format('create policy own_authorities on views.%I for select to cases_reader using ('
                       '(authority = ' || mine
                       || ' and (handed_over_on is null or handed_over_on <= ' || today || '))'
                       || ' or (former_authority = ' || mine
                       || ' and handed_over_on > ' || today || '))', view);
    end loop;
end $$;

alter table views.client   add column former_worker text;
alter table views.worklist add column former_worker text;
create index on views.client (former_authority, case_id) where former_authority is not null;
create index on views.worklist (former_authority) where former_authority is not null;
