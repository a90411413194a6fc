-- Offences that are laid to people: what they are is a record of the file; here stands only what clocks and stops ask for.
create table shield_allegation(
    id blob primary key,          -- the record
    file blob not null,
    person blob not null,         -- the record of whom it is laid to
    state bigint not null,        -- enum allegation_state
    laid_ms bigint not null,
    laid_by blob not null,        -- the member
    open_ms bigint not null,      -- since when it waits for a prosecutor; 0: it does not
    ruled bigint not null,        -- the last decision: 0, or an enum allegation_state
    ruled_ms bigint not null,
    ruling blob,                  -- its record
    level bigint not null,        -- how far it was escalated
    own_leaf bigint not null      -- this agency's own records were looked through up to this leaf
);
create index shield_allegation_file on shield_allegation(file);
create index shield_allegation_state on shield_allegation(state, open_ms);
-- What each partner answered. The outputs of its question are kept sealed for the epoch, so that its later maps can be searched without asking.
create table shield_answer(
    allegation blob not null,
    partner blob not null,        -- zeros: this agency's own records
    answer bigint not null,       -- 0: not yet, 1: not presumed, 2: presumed a victim
    epoch bigint not null,
    maps blob,                    -- digest of the maps that were searched last
    kept blob,                    -- vault: whom it was asked of, and the outputs
    tried_ms bigint not null,
    presumed_ms bigint not null,  -- when it became so; 0: it is not
    primary key (allegation, partner)
);
