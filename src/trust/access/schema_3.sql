-- Files that stand still for whatever goes against a person of them, and the record that each stop rests on.
create table access_stop(
    file blob not null,
    about blob not null,
    since_ms bigint not null,
    primary key (file, about)
);
