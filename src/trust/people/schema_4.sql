-- A new code to join with, made for a member who is here already: by whom, and who agreed. Nothing of the code itself.
create table people_new_code(
    id blob primary key,          -- of the request that a second person agreed to; else random
    member blob not null,
    at_ms bigint not null,
    made_by blob,                 -- member; null: whoever runs the machine
    agreed_by blob,               -- member; null: one was enough
    waits boolean not null        -- agreed to, and not shown yet
);
create index people_new_code_member on people_new_code(member, at_ms);
