-- Whom travellers are linked with (work/watch/flags.h): kept on a legal basis, until a date. What it says stands in the vault only.
create table watch_flag(
    id blob primary key,
    content blob not null,  -- vault
    made_ms bigint not null,
    until_ms bigint not null
);
create index watch_flag_until on watch_flag(until_ms);
-- Documents of whoever is linked: keyed fingerprints. One document may belong to several.
create table watch_flag_document(
    fingerprint blob not null,
    flag blob not null,
    primary key (fingerprint, flag)
);
create index watch_flag_document_of on watch_flag_document(flag);
-- Tickets that were given for such a document, or that a paper proved to be.
create table watch_flag_ticket(
    hall blob not null,
    day bigint not null,
    ticket bigint not null,
    flag blob not null,
    primary key (hall, day, ticket, flag)
);
create index watch_flag_ticket_of on watch_flag_ticket(flag);
-- The order by which the node takes its own days: one, the newest.
create table watch_order(
    id bigint primary key,
    basis blob not null,    -- vault: it may name a person
    days bigint not null,
    made_ms bigint not null
);
-- Rotas that are over and were compared with who sat where.
create table watch_rota(
    rota blob primary key,
    kept blob not null
);
-- What a look by the clock found: counts only, kept for good.
create table watch_count(
    at_ms bigint primary key,
    calls bigint not null,
    tested bigint not null,
    found bigint not null
);
