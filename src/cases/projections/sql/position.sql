-- Everything at or below is taken in.
select coalesce((select min(u.first) - 1 from views.turn u
                  where u.name = t.name and u.first > t.finished), t.allotted)
  from views.tracking t where t.name = :name
