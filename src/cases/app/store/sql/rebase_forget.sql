-- Transaction ids of another cluster mean nothing here; every fact that has one has its place.
update log.event set xid = null where xid is not null
