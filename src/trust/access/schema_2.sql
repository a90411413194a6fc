-- Files, and who has which part in them. What is in a file is work/cases' own; here stands only what every act on it asks for.
create table access_file(
    id blob primary key,
    state bigint not null,   -- FILE_* of access.h
    unit blob                -- whose supervisors have a part in it; null: all supervisors
);
create table access_part(
    file blob not null,
    member blob not null,
    relation bigint not null, -- RELATION_READER, _WORKER, _LEAD, _GLASS
    since_ms bigint not null,
    until_ms bigint not null, -- 0: until it is taken away
    primary key (file, member)
);
create index access_part_member on access_part(member, file);
-- The unit of a member: null is none.
alter table access_member add column unit blob;
create table access_unit(
    id blob primary key,
    name text not null       -- "Siem Reap office": no person's
);
