-- Agencies for whose halls this node holds shares.
create table desk_hold(
    agency blob primary key,
    since_ms bigint not null
);
-- Shares of this node, sealed to its key process.
create table desk_share(
    setup blob primary key,
    hall blob not null,
    about blob not null,       -- the set-up as it was said: who, how many, which days
    me bigint not null,
    sealed blob not null,
    ready bigint not null,     -- 1: all holders agreed on the keys
    since_ms bigint not null
);
-- For which records this node answered, once for each draw.
create table desk_answered(
    hall blob not null,
    day bigint not null,
    kind bigint not null,
    number bigint not null,
    known blob not null,
    primary key (hall, day, kind, number)
);
