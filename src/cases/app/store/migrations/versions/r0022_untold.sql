-- Cases that were put right in what other cases were told of them, and that those have not been told
-- anew yet. A row comes with the act, in its statement, and goes once every other case has a fact of
-- it, or needs none; so whoever dies in between leaves it to the next. It names nobody: a case and a
-- version of it.
create table log.case_untold (
    stream_id uuid   not null,
    version   bigint not null,
    primary key (stream_id, version)
);

grant select on log.case_untold to cases_writer, cases_reader;
grant insert, delete on log.case_untold to cases_writer;
