-- Passkeys, and when a member last proved who she is.
alter table people_session add column proved_ms bigint not null default 0;
update people_session set proved_ms = started_ms;
create table people_passkey(
    credential blob primary key,  -- keyed hash of the credential id
    id blob not null unique,      -- its name in lists: never a way in
    member blob not null,
    record blob not null,         -- vault: credential id, public key, how often it was used, the name she gave it
    added_ms bigint not null,
    used_ms bigint not null       -- 0: not yet
);
create index people_passkey_member on people_passkey(member);
-- Challenges that were answered, until they are too old to be answered again.
create table people_challenge(
    hash blob primary key,        -- keyed
    until_ms bigint not null
);
