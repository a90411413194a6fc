-- Calls without a draw that two agreed on and that wait for their counter (work/desk/override.h). Numbers; names nobody.
create table desk_override(
    hall blob not null,
    day bigint not null,
    ticket bigint not null,
    counter bigint not null,
    first bigint not null,  -- a number for each of the two, another one every day
    second bigint not null,
    since_ms bigint not null,
    primary key (hall, day, ticket)
);
