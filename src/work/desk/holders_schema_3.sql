-- Which set-up an id stands for, and whose hall it is: whoever named them first. Another set-up under the same id would have the same parts dealt
-- to others, and another agency's keys for a hall would draw in place of its own.
create table desk_setup(
    setup blob primary key,
    hall blob not null,
    agency blob not null, -- the hall's own
    about blob not null   -- the set-up as it was said
);
create index desk_setup_hall on desk_setup(hall);
insert into desk_setup select setup, hall, substr(about, 43, 16), about from desk_share;
