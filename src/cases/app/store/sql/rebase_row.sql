-- From here on. The snapshot is taken under the lock: whoever was running has written nothing yet.
update log.sequencer
   set snapshot = pg_current_snapshot(), upto = null, reached = 0,
       next = (select coalesce(max(idx), 0) + 1 from log.ledger),
       system_identifier = (select system_identifier from pg_control_system())
