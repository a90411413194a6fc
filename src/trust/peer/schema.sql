-- Partners: who they are, their keys, what they may ask.
create table peer_partner (
    id blob primary key,
    name text not null unique,
    agency text not null,
    country text not null,
    kind text not null,
    address text not null,
    agency_key blob not null unique,
    tls_pin blob not null unique,
    log_key text not null,
    status bigint not null,
    daily_budget bigint not null,
    paired_ms bigint not null
);
-- Questions that were answered: an id counts once. Rows are needed only while the clock window lets a question in.
create table peer_seen (
    partner blob not null references peer_partner (id),
    question blob not null,
    seen_ms bigint not null,
    primary key (partner, question)
);
create index peer_seen_age on peer_seen (partner, seen_ms);
-- How many questions a partner has asked on a UTC day (days since 1970).
create table peer_spent (
    partner blob not null references peer_partner (id),
    day bigint not null,
    questions bigint not null,
    primary key (partner, day)
);
-- Our requests that follow a hit: the number we name to the holder, and the handle by which it finds its record.
create table peer_request (
    id blob primary key,
    number text not null unique,
    partner blob not null references peer_partner (id),
    epoch bigint not null,
    handle bigint not null,
    band text not null,
    asked_ms bigint not null
);
