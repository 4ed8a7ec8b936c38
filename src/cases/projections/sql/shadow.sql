-- What makes a table of views_next like its live twin once its rows are in: each row is a statement.
-- Keys and indexes come last, since they are built faster over all rows than kept up row by row.
-- CREATE TABLE … LIKE copies no policies, and a table that came in without them would be open to
-- every reader; while it has them, nothing can be copied into it.
with live as (
    select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity
      from pg_class c
     where c.oid = format('views.%I', cast(:table as text))::regclass
)
select format('alter table views_next.%I add constraint %I %s',
              live.relname, k.conname, pg_get_constraintdef(k.oid))
  from live join pg_constraint k on k.conrelid = live.oid and k.contype in ('p', 'u')
union all
select replace(pg_get_indexdef(i.indexrelid), ' ON views.', ' ON views_next.')
  from live join pg_index i on i.indrelid = live.oid
 where not exists (select from pg_constraint k where k.conindid = i.indexrelid)
union all
select format('alter table views_next.%I enable row level security', relname)
  from live where relrowsecurity
union all
select format('alter table views_next.%I force row level security', relname)
  from live where relforcerowsecurity
union all
select format('create policy %I on views_next.%I as %s for %s to %s%s%s',
              p.polname, live.relname,
              case when p.polpermissive then 'permissive' else 'restrictive' end,
              case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                            when 'd' then 'delete' else 'all' end,
              (select string_agg(case r when 0 then 'public' else quote_ident(pg_get_userbyid(r)) end,
                                 ', ')
                 from unnest(p.polroles) as r),
              ' using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
              ' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
  from live join pg_policy p on p.polrelid = live.oid
