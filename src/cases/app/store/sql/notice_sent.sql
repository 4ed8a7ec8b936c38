-- Whether a notice of this id was ever sent: the trail knows of those that are gone.
select 1 from trail.access
 where case_id = %(id)b and action = 'SEND_NOTICE' and result = 'DONE'
 limit 1
