-- In instalments a backlog is walked along seq (sql/tick_backlog.sql), so that each reads what it
-- places and not everything that is left. Numbers only ascend: rows go to the right-hand edge.
create index event_seq on log.event (seq);
