-- Who works here and how they sign in. No name, no login name, no password in clear: those are vault records.
create table people_member(
    id blob primary key,
    login blob not null unique,   -- keyed fingerprint of the login name
    record blob not null,         -- vault: name, login name, languages
    secret blob,                  -- vault: what she signs in with; null before she has joined
    added_ms bigint not null
);
-- The code with which a member joins: good once, for three days.
create table people_code(
    member blob primary key,
    hash blob not null,           -- keyed
    until_ms bigint not null
);
-- Stands once for the six digits of a lost telephone.
create table people_recovery(
    hash blob primary key,        -- keyed, over member and code
    member blob not null
);
create index people_recovery_member on people_recovery(member);
create table people_session(
    token blob primary key,       -- keyed hash of what the browser holds
    id blob not null unique,
    member blob not null,
    enrolling boolean not null,   -- may only set up how she signs in
    started_ms bigint not null,
    seen_ms bigint not null,
    agent blob                    -- vault: what the browser called itself
);
create index people_session_member on people_session(member);
-- What did not succeed, by login name and by address (keyed): so that nobody can try for long.
create table people_attempt(
    who blob not null,
    at_ms bigint not null
);
create index people_attempt_who on people_attempt(who, at_ms);
