-- The records of a hall's days, as they are chained (work/desk/day.h), and where leaves of the log stand among them. Public; names nobody.
create table desk_record(
    hall blob not null,
    day bigint not null,
    number bigint not null, -- from 0, in order
    leaf bigint not null,   -- of the log; -1: a frame
    frame blob,
    primary key (hall, day, number)
);
-- Keys that draw for a hall, each with the leaf that commits to it.
create table desk_keys(
    hall blob not null,
    leaf bigint not null,
    from_day bigint not null,
    until_day bigint not null,
    since_ms bigint not null,
    primary key (hall, leaf)
);
