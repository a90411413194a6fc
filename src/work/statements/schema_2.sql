-- Where in the partner's log the leaf is that proves a statement that came; -1: not checked, or checked before this was kept.
alter table statements_received add column leaf_index bigint not null default -1;
