-- What is posted of a hall (work/desk/hall.h): public, as JSON.
create table desk_hall(
    id blob primary key,
    setup blob not null,
    made_ms bigint not null
);
-- Who sat at which counter when: for the watch, and so that nobody presses for another.
create table desk_seat(
    hall blob not null,
    day bigint not null,
    counter bigint not null,
    member blob not null,
    since_ms bigint not null,
    until_ms bigint not null, -- 0: she sits there
    primary key (hall, day, counter, since_ms)
);
create index desk_seat_member on desk_seat(hall, day, member);
