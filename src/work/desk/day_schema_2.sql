-- Rules that two agreed on, each with the leaf that commits to it. A leaf of desk_record says in its frame which it is: K, P, R (work/desk/day.h).
create table desk_posted(
    hall blob not null,
    leaf bigint not null,
    rule blob not null, -- its digest
    since_ms bigint not null,
    primary key (hall, leaf)
);
