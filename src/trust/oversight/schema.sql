-- Who watches. What was done without leave beforehand, and has to be found right or wrong afterwards: a glass that was broken, a consent that
-- was overridden. Why is sealed.
create table oversight_review(
    id blob primary key,
    kind bigint not null,        -- enum review_kind
    file blob not null,
    member blob not null,        -- who did it
    at_ms bigint not null,
    due_ms bigint not null,
    said blob not null,          -- vault: purpose and reference
    state bigint not null,       -- enum review_state
    reviewer blob,
    reviewed_ms bigint not null,
    words blob                   -- vault: what the reviewer says
);
create index oversight_review_waits on oversight_review(due_ms) where state = 1;
create index oversight_review_file on oversight_review(file);
create index oversight_review_at on oversight_review(at_ms);
-- Invented records that nobody has a reason to open. Acts on them are found by the index of act_detail: nothing is done at the time of the act.
create table oversight_canary(
    object blob primary key,     -- as acts name it: a person's record or a file
    by_member blob not null,
    at_ms bigint not null,
    seen_leaf bigint not null,   -- acts up to this leaf have been looked at
    words blob not null          -- vault: what was invented, and why
);
