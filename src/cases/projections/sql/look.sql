-- Find a turn of a projection that nobody works on, else hand out the next page, up to :head.
--
-- "known" is the state that is decided on. The update waits for another worker's, then finds
-- "allotted" moved on and does nothing, whatever else has changed since: two pages are never handed
-- out on what only one of them could know.
with known as materialized (
    select t.allotted, t.finished,
           coalesce((select min(u.first) - 1 from views.turn u
                      where u.name = t.name and u.first > t.finished), t.allotted) as watermark,
           exists (select from views.turn u
                    where u.name = t.name and u.first > t.finished and u.held_error is not null)
               as held
      from views.tracking t where t.name = :name
),
free as materialized (
    select u.first from views.turn u, known
     where u.name = :name and u.first > known.finished
       and (u.held_error is null or u.next_try_at <= now())
     order by u.first limit 1
       for update of u skip locked
),
moved as (
    update views.tracking t
       set allotted   = least(known.allotted + :size, :head),
           finished   = known.watermark,
           current_at = case when known.watermark >= t.level then t.level_at else t.current_at end,
           level      = case when known.watermark >= t.level and :head <= known.allotted + :size
                             then :head else t.level end,
           level_at   = case when known.watermark >= t.level and :head <= known.allotted + :size
                             then now() else t.level_at end
      from known
     where t.name = :name and t.allotted = known.allotted and known.allotted < :head
       and not exists (select from free)
       and not known.held
       and not (:ordered and known.watermark < known.allotted)
    returning known.allotted + 1 as first, t.allotted as last
),
added as (
    insert into views.turn (name, first, last) select :name, first, last from moved
),
-- Nothing is missing: noted now and then, so that the next fact is known to have waited since.
idle as (
    update views.tracking t
       set current_at = now(), level_at = now()
      from known
     where t.name = :name and t.allotted = known.allotted
       and known.watermark = :head and known.allotted = :head
       and t.current_at < now() - interval '5 seconds'
)
select known.allotted, known.held, known.watermark < known.allotted as unfinished,
       coalesce((select first from free), (select first from moved)) as first,
       exists (select from views.parked
                where projection = :name and (next_try_at <= now() or not :release = any(tried_by)))
           as parked_due
  from known
