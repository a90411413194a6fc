-- Keys that changed: what a partner has announced and nobody has confirmed yet, and from where on a key that was lost counts no more.
alter table peer_partner add column revoked_index bigint not null default -1;
create table peer_announced (
    partner blob primary key references peer_partner (id),
    card text not null,
    seen_ms bigint not null
);
