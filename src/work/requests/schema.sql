-- Ties: a person whom this agency and a partner both know, under a number that only these two share.
create table requests_tie(
    id blob not null,
    partner blob not null,
    file blob,                 -- here: the file, and the record of the person in it
    person blob,
    identity blob,             -- vault: whom a request's number meant, before there is a file
    made_ms bigint not null,
    primary key (partner, id)
);
create index requests_tie_person on requests_tie(file, person) where file is not null;
-- Requests to and from partners. Codes and clocks stand here; what was asked and why is sealed.
create table requests_request(
    id blob not null primary key,  -- of the letter that asked
    partner blob not null,
    outgoing boolean not null,
    state bigint not null,         -- enum request_state
    tie blob not null,
    kind text not null,
    clock text not null,
    purpose text not null,         -- for which it was asked, and for which what is answered may be used
    asked_ms bigint not null,
    begun_ms bigint not null,      -- when the clock began; 0: not yet
    due_ms bigint not null,
    ended_ms bigint not null,
    parts bigint not null,
    member blob,
    refusal text not null,
    said blob not null,            -- vault: why, basis, its words, whether it may be evidence
    words blob                     -- vault: why it was refused or withdrawn
);
create index requests_request_open on requests_request(due_ms) where ended_ms = 0;
create index requests_request_tie on requests_request(tie);
create index requests_request_partner on requests_request(partner, outgoing);
create table requests_part(
    request blob not null,
    number bigint not null,
    letter blob not null,
    at_ms bigint not null,
    last boolean not null,
    sent blob,                     -- vault: what we answered, for ourselves; null: it lies in the letter that came
    primary key (request, number)
);
-- Referrals: a person passed on to a partner with what she agreed to, or to us. What was sent and why is sealed.
create table requests_referral(
    id blob not null primary key,  -- of the letter that offered her
    partner blob not null,
    outgoing boolean not null,
    state bigint not null,         -- enum referral_state
    tie blob not null,
    grant_id blob not null,
    purpose text not null,
    reason text not null,
    sent_ms bigint not null,
    answered_ms bigint not null,
    ended_ms bigint not null,
    member blob,
    refusal text not null,
    settled boolean not null,      -- it has ended, and nothing is left to be taken back
    said blob,                     -- vault: what we sent, for ourselves; null: it lies in the letter that came
    words blob                     -- vault: why it was refused
);
create index requests_referral_unsettled on requests_referral(sent_ms) where settled = false;
create table requests_step(
    referral blob not null,
    number bigint not null,
    ours boolean not null,
    last boolean not null,
    at_ms bigint not null,
    said blob not null,            -- vault: day, outcome, words
    primary key (referral, number)
);
-- Records that hold what came with a referral.
create table requests_came(referral blob not null, file blob not null, record blob not null, primary key (referral, record));
