/* post: the node's letters: written in the transaction of the act that causes them, received with exactly one effect.
 *
 * What: outbox, inbox, streams, receipts. letter_send puts a sealed letter into the outbox; letter_receive takes one in.
 * Why:  delivery may fail, repeat, reorder or come months late on a stick; what happens because of a letter happens once.
 *
 *     static int refer(struct node *node, struct act *act, void *arg, struct err *err)     // inside act_run
 *     {
 *         ... change own tables ...
 *         return letter_send(node, &partner, &(struct letter){.kind = "referral", .purpose = act->purpose, ...}, act->now_ms, id, err);
 *     }
 *
 * Receiving (letter_receive), one act each: outer signature, recipient, duplicate (the same receipt again), order (early ones are
 * held, effects happen in order), open, inner signature, kind; then in ONE transaction inbox row, the kind's effect, leaf,
 * place in the stream. The receipt is a function of what was stored, so it is made anew whenever it is asked for.
 *
 *     case                                     result
 *     duplicate, replay months later           the receipt again; nothing else happens
 *     gap or reordering                        held (durable); the signed position tells the sender what is missing
 *     sender restored from an old backup       its sequence is taken by another letter: the position says so; it takes over the
 *                                              receipts it lost and sends what it still holds in a new stream; from a backup
 *                                              so old that it forgot the stream: all that it keeps goes again
 *     recipient restored from an old backup    its position lies behind: the sender sends again what it keeps (POST_KEEP_DAYS),
 *                                              for what is gone it sends a signed "void" letter that both sides show
 *     clocks days apart                        no influence on order or effect; a skew above a day is shown
 *     unknown version or kind, malformed       refused with a signed receipt; the stream goes on
 *     the node is read-only, the disk is full  nothing is stored, the partner is told to come again (ERR_RETRY)
 *
 * At rest a received letter stays the ciphertext it was, its file key sealed in the vault: to erase the record is to erase the letter,
 * and the month's letter key can be deleted. Not here: transport (trust/serve), grants (trust/grant) which decides who may read.
 */
#ifndef COMITY_LETTER_POST_H
#define COMITY_LETTER_POST_H

#include "ground/crypto/age.h"
#include "trust/act/act.h"
#include "trust/letter/letter.h"
#include "trust/peer/partner.h"

#define POST_KEEP_DAYS 35 /* the sender keeps ciphertext so long after its receipt */
#define POST_SKEW_MS (24LL * 3600 * 1000)
#define POST_HELD_MAX 1000         /* letters a partner may have waiting ahead of order; */
#define POST_HELD_BYTES (64 << 20) /* beyond either they are not taken: the sender comes again */
#define POST_PARTS_MAX 8           /* large letters of a partner that may grow here side by side */
#define POST_ROOM (256LL << 20)    /* bytes of the disk that large letters leave free */

extern const struct db_schema letter_schema;

/* --- writing --- */

struct letter {
    const uint8_t *id;               /* ID_LEN bytes chosen before (a grant names the letter it is for), or NULL: a fresh UUIDv7 */
    const char *kind;
    str purpose, reference;
    const uint8_t *grant, *reply_to; /* ID_LEN bytes each, or NULL */
    str name, type;
    bytes payload;                   /* up to LETTER_INLINE_MAX; or */
    const struct post_file *file;    /* sealed before the act by post_file_seal */
};

/* A large payload, sealed ahead of the act by streaming path into DIR/letters/out/ID.age (constant memory). progress may be NULL.
 * Files that no letter refers to are removed at the next start. */
struct post_file { uint8_t id[ID_LEN]; uint64_t size, payload_size; uint8_t digest[HASH_LEN]; uint8_t recipient_key[32]; };
MUST_USE int post_file_seal(struct node *node, const struct partner *to, const struct letter *l, const char *path, int64_t now_ms,
                            void (*progress)(uint64_t done, void *arg), void *arg, struct post_file *out, struct err *err);

/* The same from what somebody makes piece by piece: nothing of it lies in the clear on the disk. next gives the next piece, empty at the end; in
 * all exactly size bytes. */
struct post_source { uint64_t size; int (*next)(void *arg, bytes *piece, struct err *err); void *arg; };
MUST_USE int post_file_make(struct node *node, const struct partner *to, const struct letter *l, const struct post_source *source, int64_t now_ms,
                            struct post_file *out, struct err *err);

/* The same from a letter that came, opened and sealed anew piece by piece: nothing of it stands on the disk in clear. Whether it may be
 * passed on is trust/grant's to say, before and in the act. */
MUST_USE int post_file_pass_on(struct node *node, const struct partner *to, const struct letter *l, const uint8_t letter[static ID_LEN],
                               int64_t now_ms, void (*progress)(uint64_t done, void *arg), void *arg, struct post_file *out, struct err *err);

/* Within act_run. id: the letter's. ERR_DENIED: partner suspended; ERR_LIMIT: too large; ERR_NOT_FOUND: no letter key of the partner. */
MUST_USE int letter_send(struct node *node, const struct partner *to, const struct letter *l, int64_t now_ms, uint8_t id[static ID_LEN],
                         struct err *err);

/* --- receiving --- */

/* An opened letter, as its effect sees it. */
struct letter_opened {
    const struct letter_header *header;
    const struct letter_content *content;
    const struct partner *from;
    bytes payload;  /* of letters up to LETTER_INLINE_MAX; larger ones: {NULL, 0}, read with post_read_file */
    const void *look; /* what the kind's look saw of this very letter, to its end; NULL: it did not see it */
    int64_t now_ms;
    struct arena *arena;
};

/* Looks at the payload of a large letter while it comes in, on a thread of its own, before anything of it is proved. What it saw counts only in the
 * effect, which runs when all of the letter holds; often it saw nothing (post_watch.h), then the letter is read when it is needed. */
struct letter_look {
    void *(*begin)(const struct partner *from, const struct letter_content *content); /* borrows nothing; NULL: need not be looked at */
    void (*add)(void *look, bytes data);
    void (*end)(void *look); /* that was all */
    void (*drop)(void *look);
};

/* What a kind of letter does. Within the act's transaction; no effect outside the database. A negative result refuses the letter
 * (with a receipt that says "refused-by-effect"), except ERR_RETRY, ERR_IO, ERR_CORRUPT, ERR_LIMIT: then nothing happened, it may come again, and the letters behind it are held. */
struct letter_kind {
    const char *name;
    bool for_people;  /* is listed for people to read, needs no effect */
    bool needs_grant; /* refused without one */
    bool always;      /* takes back, or repairs: taken in even while the node is read-only, and at once, ahead of order (the effect
                       * must not mind either). Others wait for their turn */
    int (*effect)(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err); /* may be NULL */
    int (*receipt)(struct node *node, struct act *act, const struct letter_receipt *receipt, struct err *err); /* at the sender, once; may be NULL */
    const struct letter_look *look; /* may be NULL */
};
extern const struct letter_kind letter_kinds_people[]; /* request, answer, referral, statement, notice, attachment; ends with NULL name */

/* The kinds a node understands: tables of rooms, NULL-terminated. The doors put them together (face/cli/rooms.h). */
struct post_kinds { const struct letter_kind *const *tables; };

enum post_outcome {
    POST_RECEIPT,
    POST_HELD,     /* came ahead of order, kept durably */
    POST_STALE,    /* of a place that another letter has, or of a stream that has ended: the position says where we are */
    POST_LATER,    /* not now (read-only, too much held, an attachment whose parts are not all here): bring it again */
    POST_REJECTED, /* these bytes are nobody's letter to us (damaged, not signed by the partner): nothing is kept */
};
struct post_answer {
    enum post_outcome outcome;
    struct letter_receipt receipt;   /* POST_RECEIPT */
    const char *reason;              /* POST_REJECTED: one of letter_reasons */
    struct letter_position position; /* always: where we stand now */
};

/* in[i]: outer header line, newline, and (for letters up to LETTER_INLINE_MAX) the age file; a larger one has been put together by
 * post_part before. from: whom the connection or the outer signature proved. Letters are verified and opened first, then all of them
 * are taken in in one transaction (act_run_group: a leaf each, one commit), and when that fails one by one, so that none stands in
 * another's way. Held letters that come into order are done too; their receipts go out with post_receipts. out[i] is the answer to
 * in[i]. ERR_RETRY: come again, nothing is settled. Every other trouble is an answer. n up to POST_BATCH. */
#define POST_BATCH 256
MUST_USE int letter_receive(struct node *node, const struct post_kinds *kinds, const struct partner *from, const bytes in[], size_t n,
                            int64_t now_ms, struct arena *a, struct post_answer out[], struct err *err);

/* A part of a large letter at its offset: appended to DIR/letters/in/PARTNER-ID.part when it is exactly what comes next; *have: how many
 * bytes are there now (so a cut line goes on where it was). The whole is made durable before it becomes a letter. Of a letter that was settled before
 * *have is its size: nothing is missing but the asking. ERR_RETRY: no room, or POST_PARTS_MAX others are growing. What comes is opened and
 * checked meanwhile (post_watch.h); kinds NULL: it is not. */
MUST_USE int post_part(struct node *node, const struct post_kinds *kinds, const struct partner *from, const uint8_t id[static ID_LEN], uint64_t offset, bytes part,
                       uint64_t *have, struct err *err);

/* Where we stand in the partner's live stream; sequence 0 and a stream of zeros when nothing has come yet. */
MUST_USE int post_position(struct node *node, const struct partner *from, int64_t now_ms, struct letter_position *out, struct err *err);

/* Receipts for letters from this partner whose leaf index is at least from_leaf, at most max; with proofs. For senders that lost theirs. */
MUST_USE int post_receipts(struct node *node, const struct partner *from, int64_t from_leaf, size_t max, struct arena *a,
                           struct letter_receipt **out, size_t *n, struct err *err);

/* --- sending on: used by the line and by the stick alike --- */

struct post_out {
    struct letter_header header;
    str line;             /* outer header line */
    str kind;             /* what it is, which the header does not tell */
    bytes sealed;         /* age file, or {NULL, 0} and: */
    const char *path;     /* DIR/letters/out/ID.age */
};
/* Does this kind go to a partner that is suspended: what takes back, and what keys need. */
bool post_despite_suspension(str kind);
/* The next letters to a partner without a receipt, in order, from sequence on; strings from arena. */
MUST_USE int post_due(struct node *node, const struct partner *to, uint64_t from_sequence, size_t max, struct arena *a, struct post_out **out,
                      size_t *n, struct err *err);
/* One of them, by id: for a partner that fetches it. ERR_NOT_FOUND: not for this partner, or it has its receipt. */
MUST_USE int post_due_find(struct node *node, const struct partner *to, const uint8_t id[static ID_LEN], struct arena *a, struct post_out *out,
                           struct err *err);
/* The highest leaf index of this partner's receipts here, -1: none: behind it are those that we do not have yet. */
MUST_USE int post_receipts_known(struct node *node, const struct partner *from, int64_t *leaf_index, struct err *err);
/* Takes in what the partner answered: verifies signatures and proofs, one act for all (VERB_RECEIPT), calls the kinds' receipt
 * functions once each. Known receipts change nothing. A receipt that does not verify is ERR_CRYPTO and kept as evidence. */
MUST_USE int post_receipts_take(struct node *node, const struct post_kinds *kinds, const struct partner *from, const struct letter_receipt r[],
                                size_t n, int64_t now_ms, struct err *err);
/* The partner's place in our stream: decides what to send again, whether we must begin a new stream (see the table above). */
MUST_USE int post_position_take(struct node *node, const struct partner *from, const struct letter_position *p, int64_t now_ms, struct err *err);

/* By the clock (once a day, and at start; outside of acts): drops ciphertext POST_KEEP_DAYS after its receipt, sealed files that no
 * letter refers to (a day old), old evidence, the secrets of ended months; voids letters whose file is gone. */
MUST_USE int post_tidy(struct node *node, int64_t now_ms, struct err *err);

/* --- looking (no act of its own: callers are within one) --- */

enum post_state { POST_WAITING = 1, POST_DELIVERED, POST_WAS_REFUSED, POST_RECEIVED, POST_HELD_BACK, POST_VOID };
struct post_item {
    uint8_t id[ID_LEN], partner[ID_LEN];
    char kind[LETTER_KIND_MAX + 1]; /* empty: it could not be opened */
    bool outgoing;
    enum post_state state;
    int64_t time_ms, settled_ms, leaf_index;
    uint64_t sequence, size;
    bool skewed, erased;
};
/* incoming, outgoing: which of the two (neither: both); waiting: only those without a receipt, or held; limit 0: all. Newest first. */
struct post_filter { const uint8_t *partner; bool incoming, outgoing, waiting; int64_t limit; };
/* Letters for people that came after a time, can be read, and that nobody has read yet: a number, by the acts of reading. */
MUST_USE int post_unread_count(struct db *db, int64_t since_ms, int64_t *n, struct err *err);
MUST_USE int post_list(struct node *node, const struct post_filter *filter, struct arena *a, struct post_item **out, size_t *n, struct err *err);
MUST_USE int post_find(struct node *node, const uint8_t id[static ID_LEN], struct post_item *out, struct err *err);
/* The partner's receipt for a letter of ours; our own, made anew with its proof, for one of theirs. ERR_NOT_FOUND: none yet. */
MUST_USE int post_receipt(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct letter_receipt *out, struct err *err);

/* Content of a received letter, within an act with VERB_READ (trust/grant asks first). ERR_NOT_FOUND when it was erased. */
MUST_USE int post_read(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct letter_content *content, bytes *payload, struct err *err);
/* Its content alone: who wrote it for what, under which grant. */
MUST_USE int post_content(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct letter_content *out, struct err *err);
/* A large one, piece by piece into a sink, in constant memory; what came holds only if the whole returns 0. */
MUST_USE int post_read_to(struct node *node, const uint8_t id[static ID_LEN], struct age_sink sink, struct err *err);
/* The same to fd. */
MUST_USE int post_read_file(struct node *node, const uint8_t id[static ID_LEN], int fd, struct err *err);
/* Erases a received letter's key: the loss of the read. Within act_run; post_files_drop and db_scrub come behind it. */
MUST_USE int post_erase(struct node *node, const uint8_t id[static ID_LEN], struct err *err);
/* The same of all letters of a kind from a partner: of kinds whose effect is all that they were for. Names NULL-terminated. */
MUST_USE int post_erase_kinds(struct node *node, const uint8_t partner[static ID_LEN], const char *const kinds[], struct arena *a, struct err *err);
/* Outside of acts: removes the files of letters that were erased or refused. Costs one look into an index when there are none. */
MUST_USE int post_files_drop(struct node *node, struct err *err);

/* --- the node's letter keys (monthly) --- */

/* The current one, made when the month has none; public key for cards and "keys" letters. Within act_run or at start. */
MUST_USE int post_key_current(struct node *node, int64_t now_ms, uint8_t public_key[static 32], int64_t *valid_until_ms, struct err *err);
/* Makes a new one now (rotation), and deletes secrets whose last letter is long received. */
MUST_USE int post_key_rotate(struct node *node, int64_t now_ms, uint8_t public_key[static 32], struct err *err);

#endif
