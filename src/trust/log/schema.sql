-- The log. Leaves and the roots of perfect subtrees are only ever added; the frontier is one row that each append moves on,
-- so an append reads one row whatever the size of the log, and two appends at once collide on that row.
create table log_leaf(
    place bigint primary key,
    content blob not null
);
-- level 1 and up: the root of leaves [place << level, (place + 1) << level). Level 0 is the hash of a leaf: not stored.
create table log_node(
    level bigint not null,
    place bigint not null,
    hash blob not null,
    primary key (level, place)
);
create table log_frontier(
    id bigint primary key check (id = 0),
    size bigint not null,
    hashes blob not null
);
