-- Where two agencies stand with each other. A direction has one live stream; ended ones stay, so that what comes late from
-- them is still known. Times are milliseconds; ids, keys and hashes are blobs; a 0 or null says "not (yet)".
create table letter_stream(
    partner blob not null,
    outgoing bigint not null,       -- 1: we write, 0: we receive
    stream blob not null,
    sequence bigint not null,       -- of the last letter given out, or taken in order; 0: none
    previous blob not null,         -- SHA-256 of that letter's header; zeros when there is none
    live bigint not null,
    begun_ms bigint not null,
    primary key (partner, outgoing, stream)
);
create unique index letter_stream_live on letter_stream(partner, outgoing) where live = 1;

-- The outbox: written in the transaction of the act that causes the letter.
create table letter_out(
    id blob primary key,
    partner blob not null,
    stream blob not null,
    sequence bigint not null,
    kind text not null,             -- whose table hears of the receipt
    header text not null,           -- the outer header line: gives the bytes that travel
    sealed blob,                    -- the age file; null: it is the file letters/out/ID.age, or no longer kept
    size bigint not null,
    written_ms bigint not null,
    status bigint not null default 0, -- enum letter_status; 0: no receipt (that holds); 3: lost there, and gone here
    receipt text,                   -- as it came, verified; its kind has heard of it
    leaf bigint not null default -1, -- the receipt's, in the partner's log
    settled_ms bigint not null default 0,
    kept bigint not null default 1, -- 0: the ciphertext is gone (POST_KEEP_DAYS after the receipt)
    unique (partner, stream, sequence)
);
create index letter_out_due on letter_out(partner, stream, sequence) where status = 0;
create index letter_out_leaf on letter_out(partner, leaf);
create index letter_out_kept on letter_out(settled_ms) where kept = 1;

-- The inbox: one row a letter, in the transaction of its effect. From it the receipt is made, the same each time.
create table letter_in(
    partner blob not null,
    id blob not null,
    stream blob not null,
    sequence bigint not null,
    digest blob not null,           -- of the age file: another letter under the same id is not this one
    previous blob not null,         -- and header_hash: its links in the chain of the stream
    header_hash blob not null,
    sent_ms bigint not null,        -- by the sender's clock
    arrived_ms bigint not null,
    leaf bigint not null,           -- where the arrival stands in our log
    status bigint not null,         -- enum letter_status
    reason text not null,           -- of a refusal; empty when accepted
    kind text not null,             -- empty when it could not be opened
    size bigint not null,
    content blob,                   -- vault record: file key and content line; null: refused, or erased
    sealed blob,                    -- the age file; null: the file letters/in/PARTNER-ID.age, or erased; empty: the file is to go
    shown bigint not null default 0, -- 1: for people, listed
    primary key (partner, id)
);
create unique index letter_in_leaf on letter_in(partner, leaf);
create index letter_in_place on letter_in(partner, stream, sequence);
create index letter_in_id on letter_in(id);
create index letter_in_to_drop on letter_in(partner, id) where length(sealed) = 0;

-- Letters that came ahead of order: bounded per partner (POST_HELD_MAX letters, POST_HELD_BYTES bytes).
create table letter_held(
    partner blob not null,
    stream blob not null,
    sequence bigint not null,
    id blob not null,
    header text not null,
    sealed blob,                    -- null: the file letters/in/ID.age
    size bigint not null,
    arrived_ms bigint not null,
    primary key (partner, stream, sequence)
);

-- Our letter keys, one a period (month of UTC: year * 12 + month - 1). Deleting the sealed secret is forward secrecy.
create table letter_key(
    public_key blob primary key,
    period bigint not null,
    sealed blob,                    -- keyring_letter_make's; empty: deleted, the file's pages not yet rewritten; null: gone
    made_ms bigint not null,
    until_ms bigint not null        -- partners seal to it until then
);
create index letter_key_period on letter_key(period, made_ms);

-- What contradicts itself and is kept to be shown: two letters under one id, a receipt that does not verify.
create table letter_evidence(
    partner blob not null,
    digest blob not null,           -- SHA-256 of body: the same twice is one row
    what text not null,             -- a word of post_evidence_words
    body blob not null,             -- as it came
    seen_ms bigint not null,
    primary key (partner, digest)
);
