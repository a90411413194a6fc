-- Which days of which halls are kept already: kept twice, each meeting would count twice.
create table watch_day(
    hall blob not null,
    day bigint not null,
    kept blob not null,
    primary key (hall, day)
);
