-- A partner's log as this node cosigned it last. No row: never, or begun anew after a confirmation (then size is 0).
create table witness_seen(
    partner blob primary key,
    size bigint not null,
    root blob not null,
    checkpoint text not null,      -- signed by the log, with our cosignature
    since_ms bigint not null,      -- what others cosigned before this was given up by a confirmation
    looked_ms bigint not null,     -- the last look that was whole
    trouble text not null          -- why the last look was not; empty: it was
);
-- This node's log as a partner cosigned it last.
create table witness_told(
    partner blob primary key,
    size bigint not null,
    cosigned_ms bigint not null,   -- by our clock; 0: never
    since_ms bigint not null,      -- since when it is asked
    failures bigint not null,      -- in a row
    tried_ms bigint not null,
    trouble text not null,         -- what it or the line said instead; empty: nothing
    line text not null             -- its cosignature of that size
);
-- The last head of this node's log that a quorum cosigned.
create table witness_own(
    id bigint primary key check (id = 0),
    size bigint not null,          -- -1: none yet
    checkpoint text not null,
    recovered_ms bigint not null   -- heads that were cosigned before this are known to be lost
);
-- What contradicts itself. Never deleted; closed when a person has confirmed it.
create table witness_evidence(
    id blob primary key,
    log blob not null,
    witness blob not null,
    kind text not null,
    first text not null,
    second text not null,
    proof text not null,
    found_ms bigint not null,
    closed_ms bigint not null
);
create index witness_evidence_log on witness_evidence (log, closed_ms);
