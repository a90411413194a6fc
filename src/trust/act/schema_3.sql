-- Who did what, beside its detail, so that what one member did, or all acts of one kind, are found without reading the whole log.
-- Null in rows of before. The actor is the leaf's pseudonym.
alter table act_detail add column at_ms bigint;
alter table act_detail add column actor blob;
alter table act_detail add column verb text;
create index act_detail_actor on act_detail (actor, leaf);
create index act_detail_verb on act_detail (verb, leaf);
-- What waits for a second person, and what became of it. What is asked, by whom and why, is sealed.
create table act_approval(
    id blob primary key,
    verb text not null,
    first blob not null,          -- the member who asked
    file blob,                    -- the file that it is about
    asked_ms bigint not null,
    until_ms bigint not null,     -- after that it can no longer be agreed to
    asked blob not null,          -- vault
    state bigint not null,        -- enum approval_state
    second blob,                  -- who agreed or refused
    ended_ms bigint not null,
    answer blob                   -- vault: why it was refused
);
create index act_approval_open on act_approval(until_ms) where state = 1;
create index act_approval_first on act_approval(first, asked_ms);
