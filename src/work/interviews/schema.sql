-- Windows that partners opened to us, and what we asked in them.
create table interviews_window(
    partner blob not null,
    interview blob not null,
    tie blob not null,
    until_ms bigint not null,  -- 0: shut
    came_ms bigint not null,
    language text not null,
    primary key (partner, interview)
);
create table interviews_asked(
    id blob not null primary key,
    partner blob not null,
    interview blob not null,
    content blob not null,     -- vault: the question, why, topic
    state text not null,       -- filed, in, joined, aside, back, away
    reason blob,               -- vault: why it was set aside
    at_ms bigint not null,
    answered_ms bigint not null
);
create index interviews_asked_interview on interviews_asked(partner, interview);
-- What partners state they have put a person through; and what they were told by us last.
create table interviews_register(
    partner blob not null,
    tie blob not null,
    interviews bigint not null,
    minutes bigint not null,
    exams bigint not null,
    statements blob not null,  -- id(16) sealed_ms(8) length_ms(8), one behind the other
    at_ms bigint not null,
    primary key (partner, tie)
);
create table interviews_told(
    partner blob not null,
    tie blob not null,
    said blob not null,        -- SHA-256 of the last letter
    primary key (partner, tie)
);
