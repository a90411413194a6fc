-- Recordings: chunks lie sealed in DIR/recordings/ID, one behind the other; here stand where, when, and what seals them.
create table statements_recording(
    id blob not null primary key,
    file blob not null,
    interview blob not null,
    state bigint not null,     -- enum recording_state
    type text not null,        -- media type
    seed blob not null,        -- vault: what the salts of the leaves come from
    begun_ms bigint not null,
    sealed_ms bigint not null, -- 0: not yet
    chunks bigint not null,
    media_bytes bigint not null,
    stored_bytes bigint not null, -- of the file that count: what is behind them was never acknowledged
    length_ms bigint not null,
    about blob,                -- vault: the first leaf, once sealed
    root blob,                 -- of the sealed tree
    leaves bigint not null,    -- 0: not sealed yet
    heads bigint not null,     -- of them: media headers of sessions
    leaf bigint not null       -- of the act of sealing, in the log; -1: not yet
);
create index statements_recording_file on statements_recording(file);
create table statements_chunk(
    recording blob not null,
    sequence bigint not null,
    stored_at bigint not null, -- bytes from the beginning of the file
    stored_len bigint not null,
    at_ms bigint not null,
    session bigint not null,   -- of the browser's recorder: each begins with a media header of its own
    wrapped blob not null,     -- the chunk's data key
    hash blob not null,        -- of its leaf
    primary key (recording, sequence)
);
create table statements_mark(
    recording blob not null,
    number bigint not null,
    kind bigint not null,      -- enum recording_mark_kind
    at_ms bigint not null,
    question blob,
    words blob,                -- vault
    primary key (recording, number)
);
-- What was given to partners, and what was left out of it.
create table statements_given(
    letter blob not null primary key,
    recording blob not null,
    partner blob not null,
    grant_id blob not null,
    at_ms bigint not null,
    cut blob                   -- vault: from, until, spans, why; null: all of it
);
create index statements_given_recording on statements_given(recording, at_ms);
-- What came from partners, and whether it proves itself. What it says lies in the letter.
create table statements_received(
    letter blob not null primary key,
    partner blob not null,
    standing bigint not null,  -- enum statement_standing
    taken_ms bigint not null,
    checked_ms bigint not null,
    statement blob,            -- once checked: the partner's id of it
    root blob,
    leaves bigint not null,
    held bigint not null,
    length_ms bigint not null,
    sealed_ms bigint not null,
    type text not null
);
create index statements_received_unchecked on statements_received(taken_ms) where standing = 0;
