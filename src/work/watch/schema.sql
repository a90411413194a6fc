-- What was drawn at the desk, with numbers for people; and who is behind a number, until its date.
create table watch_kept(
    id blob primary key,
    fingerprint blob not null unique, -- keyed, of the whole: the same days are not kept twice
    kept_ms bigint not null,
    calls bigint not null
);
create table watch_piece(
    kept blob not null,
    at bigint not null,
    content blob not null,            -- vault: a table as draws.h reads it
    primary key (kept, at)
);
create table watch_name(
    code bigint primary key,          -- random: says nothing of whom it stands for
    name blob not null,               -- vault: the code that the desk's file had
    until_ms bigint not null          -- then it is erased, and the number stands for nobody
);
create index watch_name_until on watch_name(until_ms);
