-- Grants: those we issued and those we hold, under the issuer's id of them. No personal data: purposes, codes, ids, times.
create table grant_paper(
    issuer blob not null,
    id blob not null,
    ours bigint not null,               -- 1: we issued it
    holder blob not null,
    object blob not null,               -- the letter that rests on it
    parent_issuer blob,                 -- ours and passed on: the held grant it rests on
    parent blob,
    seen bigint not null,               -- 0: its recall came before it, and waits for it
    papers text not null,               -- the signed chain that ends with it, as it travels
    expires_ms bigint not null,
    state bigint not null,              -- enum grant_state
    ended_ms bigint not null,           -- withdrawn or expired; 0: not
    recalled_ms bigint not null,        -- ours: first asked back; 0: not
    recall blob,                        -- ours: the letter that asked it back
    received_ms bigint not null,        -- ours: the holder's signed receipt of that letter
    statement text not null,            -- the holder's signed word that it can no longer read it
    stated_ms bigint not null,
    letter bigint not null,             -- held: 0 not come yet, 1 here, 2 erased
    due bigint not null,                -- enum grant_due
    unscrubbed bigint not null default 0, -- held: erased, the file's pages not yet rewritten
    primary key (issuer, id)
);
create index grant_paper_object on grant_paper(object) where ours = 0;
create index grant_paper_parent on grant_paper(parent_issuer, parent) where parent is not null;
create index grant_paper_expires on grant_paper(expires_ms) where state = 1;
create index grant_paper_due on grant_paper(due) where due <> 0;
create index grant_paper_recall on grant_paper(recall) where recall is not null;
create index grant_paper_unscrubbed on grant_paper(unscrubbed) where unscrubbed = 1;

-- Holders below a grant of ours: named by the statements of those above them, and their own statements.
create table grant_below(
    root blob not null,                 -- id of ours
    issuer blob not null,
    id blob not null,
    holder blob not null,
    statement text not null,
    stated_ms bigint not null,
    arrived bigint not null,            -- in which order statements came; 0: none yet
    due bigint not null,                -- 1: to be passed on to whom we hold from
    primary key (root, issuer, id)
);
create index grant_below_grant on grant_below(issuer, id);
create index grant_below_due on grant_below(due) where due = 1;
