-- What the witnesses' rounds found, and act_run asks before it lets anything be changed. One row; none: nothing was found yet.
create table act_watch(
    id bigint primary key check (id = 0),
    needed bigint not null,       -- cosignatures that make a quorum; 0: there are no witnesses
    quorum_ms bigint not null,    -- when there was one last
    behind bigint not null        -- 1: a witness holds a signed head of this log that the log does not lead to
);
