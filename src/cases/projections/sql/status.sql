-- How far every projection is.
select t.name, t.allotted, t.mark, t.watermark, held.held_error, held.held_case, held.held_since,
       (select count(*) from views.turn u where u.name = t.name and u.first > t.finished)
           as unfinished,
       (select count(*) from views.parked p where p.projection = t.name) as parked,
       greatest(0, extract(epoch from clock_timestamp() - greatest(
           t.current_at, case when t.watermark >= t.level then t.level_at end))) as behind_for
  from (select tracking.*,
               coalesce((select min(u.first) - 1 from views.turn u
                          where u.name = tracking.name and u.first > tracking.finished),
                        tracking.allotted) as watermark
          from views.tracking) t
  left join lateral (
       select u.held_error, u.held_case, u.held_since from views.turn u
        where u.name = t.name and u.first > t.finished and u.held_error is not null
        order by u.first limit 1) held on true
