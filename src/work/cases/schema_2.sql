-- Which page typed what is kept, and its how many-th state it is: what another page typed meanwhile is not written over.
alter table cases_kept add column page blob;
alter table cases_kept add column state bigint not null default 0;
-- Pages whose form was sent or thrown away, and in which state: what a device without a line kept of it until then, and brings later, has no
-- effect. Random ids, no names.
create table cases_finished(
    member blob not null,
    page blob not null,
    state bigint not null,
    at_ms bigint not null,
    primary key (member, page)
);
