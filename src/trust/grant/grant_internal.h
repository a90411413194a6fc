/* grant_internal: what the files of the room share: the papers that travel, and the rows.
 *
 * A grant is kept under (issuer, id): an issuer chooses its own ids, so nobody's recall or grant meets another's. Beside its rows a
 * node knows those below what it issued only through their holders' own signed statements.
 */
#ifndef COMITY_GRANT_INTERNAL_H
#define COMITY_GRANT_INTERNAL_H

#include "trust/grant/grant.h"

/* One field of a canonical form: u32 length and bytes. */
void grant_field(struct buf *b, const void *p, size_t len);

/* --- papers: grant_papers.c, pure --- */

/* A grant with the signed grants above it, from the owner's down. Each comes with its issuer's agency key: an agency's id is the hash
 * of its key, so the holder checks signatures of agencies it has never met. */
struct grant_chain {
    size_t n; /* 1..GRANT_CHAIN_MAX */
    struct grant grants[GRANT_CHAIN_MAX];
    uint8_t keys[GRANT_CHAIN_MAX][SIGN_PUBLIC_LEN];
};
#define GRANT_CHAIN_TEXT_MAX (GRANT_CHAIN_MAX * (2 * GRANT_TEXT_MAX + 256))

str grant_chain_write(struct arena *a, const struct grant_chain *c);
/* Strict, as grant_read; looks at neither signatures nor order. */
MUST_USE int grant_chain_read(struct arena *a, bytes in, struct grant_chain *out, struct err *err);
/* Whether the last one holds: every signature, each within the one above, each above one to be passed on. ERR_CRYPTO, ERR_DENIED. */
MUST_USE int grant_chain_verify(struct arena *a, const struct grant_chain *c, struct err *err);

str grant_recall_write(struct arena *a, const uint8_t id[static ID_LEN]);
MUST_USE int grant_recall_read(struct arena *a, bytes in, uint8_t id[static ID_LEN], struct err *err);

/* A holder's signed word that it can no longer read what it held under a grant, and to whom it had passed it on. */
struct grant_passed { uint8_t id[ID_LEN], holder[ID_LEN]; };
struct grant_statement {
    uint8_t issuer[ID_LEN], grant[ID_LEN], holder[ID_LEN];
    int64_t time_ms;
    size_t n_passed; /* up to GRANT_PASSED_MAX */
    const struct grant_passed *passed;
    uint8_t key[SIGN_PUBLIC_LEN]; /* the holder's agency key */
    uint8_t signature[SIGNATURE_LEN];
};
#define GRANT_STATEMENT_MAX GRANT_WORD_MAX

bytes grant_statement_canonical(struct arena *a, const struct grant_statement *s);
str grant_statement_write(struct arena *a, const struct grant_statement *s);
MUST_USE int grant_statement_read(struct arena *a, bytes in, struct grant_statement *out, struct err *err);
/* The key is the holder's and the signature holds. ERR_CRYPTO. */
MUST_USE int grant_statement_verify(struct arena *a, const struct grant_statement *s, struct err *err);

/* --- rows: grant_store.c. Strings from arena. --- */

enum grant_due { /* what a row still has to send; a partner without a valid letter key makes it wait */
    GRANT_DUE_RECALL = 1,    /* ours: to its holder */
    GRANT_DUE_STATEMENT = 2, /* held: our own, to its issuer */
    GRANT_DUE_RELAY = 4,     /* ours: the holder's statement, to the issuer of the grant it rests on */
};
enum grant_letter_state { GRANT_LETTER_AWAITED = 0, GRANT_LETTER_HERE = 1, GRANT_LETTER_ERASED = 2 };

struct grant_row {
    uint8_t issuer[ID_LEN], id[ID_LEN], holder[ID_LEN], object[ID_LEN];
    bool ours, has_parent;
    uint8_t parent_issuer[ID_LEN], parent[ID_LEN]; /* ours: the held one it rests on */
    bool seen;                 /* false: a recall came, the grant has not */
    str papers;                /* the chain that ends with it, as it travels */
    int64_t expires_ms;
    enum grant_state state;    /* live, withdrawn, expired; ours may be live and run out: the clock says it */
    int64_t ended_ms, recalled_ms, received_ms, stated_ms;
    str statement;             /* the holder's; empty: none yet */
    enum grant_letter_state letter;
    unsigned due;
};

/* 1 with *out filled, or 0. */
MUST_USE int grant_store_find(struct db *db, struct arena *a, const uint8_t issuer[static ID_LEN], const uint8_t id[static ID_LEN],
                              struct grant_row *out, struct err *err);
/* Inserts or replaces the whole row. */
MUST_USE int grant_store_put(struct db *db, const struct grant_row *row, struct err *err);

/* Which rows: see the table in grant_store.c for what the two arguments mean. */
enum grant_which {
    GRANT_ALL,         /* of this node */
    GRANT_OF_OBJECT,   /* held; id: the object */
    GRANT_PASSED_ON,   /* ours; issuer, id: of the held one they rest on */
    GRANT_DUE,         /* something is to be sent */
    GRANT_RUN_OUT,     /* held, live, expired at time */
    GRANT_UNANSWERED,  /* ours, live, expired before time, no word from the holder */
    GRANT_BY_RECALL,   /* ours; id: of the recall letter */
    GRANT_BY_ID,       /* id; whoever issued it */
};
struct grant_key { const uint8_t *issuer, *id; int64_t time_ms; };
MUST_USE int grant_store_rows(struct db *db, struct arena *a, enum grant_which which, const struct grant_key *key, struct grant_row **out,
                              size_t *n, struct err *err);
MUST_USE int grant_store_recall_letter(struct db *db, const struct grant_row *row, const uint8_t letter[static ID_LEN], struct err *err);

/* Those below a grant that we issued (root), as the holders' statements name them. */
struct grant_below {
    uint8_t root[ID_LEN], issuer[ID_LEN], id[ID_LEN], holder[ID_LEN];
    str statement; /* empty: none yet */
    int64_t stated_ms;
    bool due;      /* to be passed on upwards */
};
MUST_USE int grant_store_below_count(struct db *db, const uint8_t root[static ID_LEN], int64_t *n, int64_t *stated, struct err *err);
/* New, or nothing when it is there. */
MUST_USE int grant_store_below_add(struct db *db, const struct grant_below *b, struct err *err);
MUST_USE int grant_store_below_state(struct db *db, const struct grant_below *b, struct err *err); /* its statement and due */
MUST_USE int grant_store_below_roots(struct db *db, struct arena *a, const uint8_t issuer[static ID_LEN], const uint8_t id[static ID_LEN],
                                     struct grant_below **out, size_t *n, struct err *err);
/* The statement of the one with this id: 1, or 0. */
MUST_USE int grant_store_below_word(struct db *db, struct arena *a, const uint8_t id[static ID_LEN], str *out, struct err *err);
/* In the order in which their statements came; those without one last. root NULL: those that are due. */
MUST_USE int grant_store_below(struct db *db, struct arena *a, const uint8_t *root, struct grant_below **out, size_t *n, struct err *err);

/* Erased since the last scrub: 1 or 0. */
MUST_USE int grant_store_unscrubbed(struct db *db, struct err *err);
MUST_USE int grant_store_scrubbed(struct db *db, struct err *err);

/* --- the steps that effects and acts share, within a transaction --- */

void grant_self(const struct node *node, uint8_t id[static ID_LEN]);

/* Holder: takes in what a "grant" letter brought. ERR_DENIED, ERR_CRYPTO: refused. */
MUST_USE int grant_take(struct node *node, const uint8_t from[static ID_LEN], const struct grant_chain *chain, int64_t now_ms, struct err *err);
/* Holder: the issuer takes it back; also when the grant itself has not come yet. */
MUST_USE int grant_recall_take(struct node *node, const uint8_t from[static ID_LEN], const uint8_t id[static ID_LEN], int64_t now_ms,
                               struct err *err);
/* Ours: ended, and a recall is due. The caller writes the row. */
void grant_ask_back(struct grant_row *row, int64_t now_ms);
/* Holder: the end of a held grant, for whatever reason: the letter's key is erased, what was passed on is asked back (asked: the issuer
 * asked; else the clock did, which those below have too), and the signed statement is due. Writes the row. */
MUST_USE int grant_end(struct node *node, struct arena *a, struct grant_row *row, enum grant_state state, bool asked, int64_t now_ms,
                       struct err *err);
/* The grant of a row: the last of its chain. ERR_CORRUPT. */
MUST_USE int grant_of_row(struct arena *a, const struct grant_row *row, struct grant_chain *chain, const struct grant **out, struct err *err);
/* Issuer: a statement, of the holder itself or of one below it. */
MUST_USE int grant_statement_take(struct node *node, const uint8_t from[static ID_LEN], const struct grant_statement *s, int64_t now_ms,
                                  struct err *err);
/* Sends what is due and can be sent. */
MUST_USE int grant_send_due(struct node *node, int64_t now_ms, struct err *err);

#endif
