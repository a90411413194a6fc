-- Members by random id, and what they may be; their names are sealed elsewhere.
create table access_member(
    id blob primary key,
    roles bigint not null,  -- ROLE_* of access.h
    state bigint not null   -- enum member_state
);
