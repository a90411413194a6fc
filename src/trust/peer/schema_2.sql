-- What version 2 of invitations brings, and since when a partner's status is what it is.
alter table peer_partner add column witness_key text not null default '';
alter table peer_partner add column letter_key blob;
alter table peer_partner add column letter_key_until_ms bigint not null default 0;
alter table peer_partner add column status_ms bigint not null default 0;
