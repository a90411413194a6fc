-- The keys that a share is of, so that a day goes on with those it began with when newer ones are made.
alter table desk_share add column keys blob;
-- Who was at fault in a set-up of keys, by what everybody signed (work/desk/holders.h).
create table desk_fault(
    setup blob primary key,
    hall blob not null,
    agency blob not null,
    since_ms bigint not null,
    over_ms bigint not null -- 0: it takes no part; else since when it may again, for a reason that is in the log
);
