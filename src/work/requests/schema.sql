-- Ties: a person whom this agency and a partner both know, under a number that only these two share.
create table requests_tie(
    id blob not null,
    partner blob not null,
    file blob,                 -- here: the file, and the record of the person in it
    person blob,
    identity blob,             -- vault: whom a request's number meant, before there is a file
    made_ms bigint not null,
    primary key (partner, id)
);
create index requests_tie_person on requests_tie(file, person) where file is not null;
