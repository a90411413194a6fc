-- What the holder's side keeps track of. The evaluations and the maps themselves are files; a file that no row names is the
-- rest of a run that was stopped.
create table index_held(
    epoch bigint not null,
    run bigint not null,
    records bigint not null,
    keys bigint not null,
    next_ordinal bigint not null,  -- where the next run goes on numbering
    ruleset text not null,         -- the rules the keys were made by
    primary key (epoch, run)
);
create table index_map(
    partner blob not null,
    epoch bigint not null,
    run bigint not null,           -- of the run that wrote it; in the file's name
    delta bigint not null,         -- 0: the base
    held_to bigint not null,       -- evaluations up to this run are in it
    size bigint not null,
    digest blob not null,
    primary key (partner, epoch, run)
);
