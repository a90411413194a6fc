/* grant: what a partner may do with what it was given, for how long; and taking it back.
 *
 * What: a signed, versioned grant for one object (a letter, later a file or a statement): purpose, fields, handling, expiry; recall down
 *       the chain of those who passed it on; who has acknowledged and who is overdue.
 * Why:  nothing is "sent and gone". The holder's own node asks grant_may at every read, print, export and forward.
 *
 *     grant_send(node, act, &partner, &letter, &g, id, err);    // issuer, in an act: the grant, and the letter that rests on it
 *     grant_letter_may(node, id, GRANT_READ, act->purpose, act->now_ms, err);  // holder, in the act that reads it
 *     grant_withdraw(node, act, id, err);                       // issuer: a recall to the holder, and by it to those below
 *
 * Recall: each holder's node, on the recall or at the expiry, erases the letter's key (post_erase), recalls what it passed on, and
 * states so, signed ("recalled" letter), naming whom it had passed it on to. Statements go up the chain, so that the owner has one from
 * every holder. A recall that overtakes its grant wins. To withdraw once more sends the recall once more.
 *
 * Handling codes, evaluation (4x4) and TLP decide, they are not labels: the table in grant_rules.c says what each lets a holder do.
 * An honest node obeys; a dishonest one keeps copies, and the words shown to the giver say so. Not here: consent of the person
 * (work/cases), the letters themselves (trust/letter), grants for anything but letters.
 */
#ifndef COMITY_GRANT_H
#define COMITY_GRANT_H

#include "trust/letter/post.h"

#define GRANT_VERSION 1                /* of the form; a grant's own versions count its changes */
#define GRANT_TEXT_MAX 4096            /* bytes of a written grant */
#define GRANT_FIELDS_MAX 400           /* bytes of the list */
#define GRANT_WORDS_MAX 200            /* bytes of handling_words */
#define GRANT_CHAIN_MAX 8              /* holders one behind the other */
#define GRANT_PASSED_MAX 500           /* partners one holder passes one letter on to */
#define GRANT_BELOW_MAX 10000          /* holders below one grant */
#define GRANT_LIFE_MAX_MS (5LL * 366 * 24 * 3600 * 1000) /* nothing is given for longer; give anew what is still needed */

/* Europol's handling codes: H0 no restriction beyond the purpose; H1 not in court without the owner's permission; H2 not passed on
 * without permission; H3 other restrictions, in words: until they are met by a person, nothing but reading. */
enum grant_handling { GRANT_H0, GRANT_H1, GRANT_H2, GRANT_H3 };
enum grant_tlp { GRANT_TLP_CLEAR, GRANT_TLP_GREEN, GRANT_TLP_AMBER, GRANT_TLP_AMBER_STRICT, GRANT_TLP_RED }; /* FIRST TLP 2.0 */
enum grant_use { GRANT_READ, GRANT_FORWARD, GRANT_PRINT, GRANT_EXPORT, GRANT_COURT, GRANT_N_USES };

struct grant {
    uint8_t id[ID_LEN];
    uint32_t version;              /* 1, 2 ..: a later one replaces the earlier one */
    uint8_t issuer[ID_LEN], holder[ID_LEN], owner[ID_LEN]; /* owner: the first issuer of the chain */
    uint8_t object[ID_LEN];        /* the letter that rests on it */
    bool has_parent;
    uint8_t parent[ID_LEN];        /* the grant under which it was passed on: never wider than that one */
    str purpose;                   /* one of access_purposes */
    str fields;                    /* comma-separated names, or "all" */
    enum grant_handling handling;
    str handling_words;            /* what H3 asks for; empty for the others */
    char source, information;      /* 4x4: 'A', 'B', 'C' or 'X'; '1'..'4' */
    enum grant_tlp tlp;
    int64_t issued_ms, expires_ms; /* expiry is always set */
    uint8_t signature[SIGNATURE_LEN]; /* by the issuer's agency key, label "grant" */
};

extern const struct db_schema grant_schema;
extern const struct letter_kind grant_letter_kinds[];  /* "grant", "recall", "recalled" */
extern const struct letter_kind grant_people_kinds[];  /* the kinds of letter_kinds_people, each held against its grant as it arrives */

/* What is signed (label "grant"), from arena: every field but the signature. */
bytes grant_canonical(struct arena *a, const struct grant *g);
str grant_write(struct arena *a, const struct grant *g); /* one line of JSON, from arena */
/* Strict; strings from arena. ERR_INPUT or ERR_LIMIT name the member, ERR_PEER another version. The signature is not looked at. */
MUST_USE int grant_read(struct arena *a, bytes in, struct grant *out, struct err *err);

/* Pure: the table. May a holder do this under the grant, for this purpose, at this time? ERR_DENIED says what stands against it. */
MUST_USE int grant_decide(const struct grant *g, enum grant_use use, str purpose, int64_t now_ms, struct err *err);
/* Pure: child follows from parent (its id, owner, and issued by whom it was given to) and is nowhere wider (purpose, fields, handling,
 * evaluation, TLP, expiry). ERR_DENIED says where. Whether the parent may be passed on at all is grant_decide's. */
MUST_USE int grant_narrower(const struct grant *child, const struct grant *parent, struct err *err);

/* Names as people type and read them: "H2", "amber", "amber+strict", "forward". The tables end with NULL. */
extern const char *const grant_handling_names[], *const grant_tlp_names[], *const grant_use_names[];
/* What a handling code asks for, one clause in plain words; static. */
const char *grant_handling_says(enum grant_handling handling);

/* --- issuer, within an act --- */

/* A fresh id for a grant or the letter it is for. */
void grant_new_id(int64_t now_ms, uint8_t id[static ID_LEN]);
/* Signs, stores, and sends it as a "grant" letter ahead of the letter that rests on it. g->object is that letter's id; g->id may be
 * chosen before (else zeros); fills ids, version, issued_ms, signature. purpose empty: the act's. ERR_USAGE: what a holder would refuse. */
MUST_USE int grant_give(struct node *node, const struct act *act, const struct partner *to, struct grant *g, struct err *err);
/* Both in one: the grant, then the letter; *l gets its id and grant. A letter with l->file was sealed under g->id before. */
MUST_USE int grant_send(struct node *node, const struct act *act, const struct partner *to, const struct letter *l, struct grant *g,
                        uint8_t id[static ID_LEN], struct err *err);
/* The next version of one of ours, with the handling, words, evaluation, TLP and expiry of *terms; what it is for stays. The holder's
 * node takes it in, and asks back what it passed on and is wider now. ERR_NOT_FOUND: not ours. ERR_DENIED: it has ended, or it would
 * be wider than the one it rests on. */
MUST_USE int grant_change(struct node *node, const struct act *act, const uint8_t id[static ID_LEN], const struct grant *terms, struct err *err);
/* Every holder down the chain loses the read. Again: the recall goes out again. ERR_NOT_FOUND: not ours. */
MUST_USE int grant_withdraw(struct node *node, const struct act *act, const uint8_t id[static ID_LEN], struct err *err);
/* The same of every live one of ours on this object: a letter that we sent. None: nothing happens. */
MUST_USE int grant_withdraw_object(struct node *node, const struct act *act, const uint8_t object[static ID_LEN], struct err *err);

/* --- holder, within an act --- */

/* The grant of an object allows this now. Recalled, expired, unknown: ERR_DENIED says which. */
MUST_USE int grant_may(struct node *node, const uint8_t object[static ID_LEN], enum grant_use use, str purpose, int64_t now_ms, struct err *err);
/* The same for a received letter, of which some kinds may come without a grant: reading those is free, nothing else. */
MUST_USE int grant_letter_may(struct node *node, const uint8_t letter[static ID_LEN], enum grant_use use, str purpose, int64_t now_ms,
                              struct err *err);
/* In the effect of a letter that may rest on a grant (rooms above that have kinds of their own): it is that one's, and live. ERR_DENIED. */
MUST_USE int grant_letter_take(struct node *node, const struct letter_header *h, const struct letter_content *c, int64_t now_ms, struct err *err);
/* A letter that came is erased here although nobody asked it back (the person is erased): as if it had been recalled, so what was passed on is asked
 * back and the issuer gets our signed word. One without a grant, or that is gone: its key alone. */
MUST_USE int grant_give_up(struct node *node, const struct act *act, const uint8_t letter[static ID_LEN], struct err *err);
/* The grant under which a letter is held, whatever its state; strings from arena. ERR_NOT_FOUND: none. */
MUST_USE int grant_of_letter(struct node *node, struct arena *a, const uint8_t letter[static ID_LEN], struct grant *out, struct err *err);
/* Passes the letter on under a narrower grant, sealed anew; the child's parent is the letter's own grant. What child leaves empty
 * (purpose, fields, source, information, expires_ms, and the words of H3) is as in the parent. Fields that are left out are left out of
 * a payload of application/json; of other payloads all or nothing. A letter of more than GRANT_INLINE_MAX bytes is sealed before the act,
 * under child->id (post_file_pass_on; file), others are not (NULL). Fills child->id; id: the new letter's. */
MUST_USE int grant_forward(struct node *node, const struct act *act, const uint8_t letter[static ID_LEN], const struct partner *to,
                           const struct post_file *file, struct grant *child, uint8_t id[static ID_LEN], struct err *err);
#define GRANT_INLINE_MAX (LETTER_INLINE_MAX - 8 * 1024) /* what surrounds a payload has room in the rest */

/* --- by the clock (trust/serve, each minute) --- */

/* What has expired loses the read here, and says so; holders of ours that have said nothing GRANT_GRACE_MS after the expiry are sent a
 * recall; what waited for a partner's key goes out. Acts of its own (VERB_EXPIRE), only when there is something to do. *n: how many. */
#define GRANT_GRACE_MS (3600 * 1000LL)
MUST_USE int grant_expire(struct node *node, int64_t now_ms, int64_t *n, struct err *err);
/* Outside transactions: rewrites the database's pages when something was erased since the last time (db_scrub). ERR_RETRY: busy. */
MUST_USE int grant_tidy(struct node *node, struct err *err);

/* --- looking --- */

enum grant_state { GRANT_LIVE = 1, GRANT_WITHDRAWN, GRANT_EXPIRED, GRANT_SETTLED }; /* settled: every holder has said so */
struct grant_item {
    struct grant grant;
    bool ours;                 /* we issued it */
    enum grant_state state;
    int64_t ended_ms;          /* withdrawn or expired; 0: not */
    int64_t recalled_ms;       /* ours: asked back; 0: not */
    int64_t received_ms;       /* ours: the holder's signed receipt of the recall */
    int64_t acknowledged_ms;   /* the holder's own signed statement that it can no longer read it */
    bool overdue;              /* ended more than GRANT_OVERDUE_MS ago, and a holder has not said so */
    int64_t depth;             /* how many grants above it */
    int64_t below, below_acknowledged; /* ours: holders down the chain, as their statements name them */
};
#define GRANT_OVERDUE_MS (24LL * 3600 * 1000)
MUST_USE int grant_list(struct node *node, struct arena *a, int64_t now_ms, struct grant_item **out, size_t *n, struct err *err);
/* How many of ours are overdue, without reading any. */
MUST_USE int grant_overdue_count(struct db *db, int64_t now_ms, int64_t *n, struct err *err);
/* One of them; ERR_NOT_FOUND. */
MUST_USE int grant_find(struct node *node, struct arena *a, const uint8_t id[static ID_LEN], int64_t now_ms, struct grant_item *out, struct err *err);
/* Of one of ours: those below. */
struct grant_holder { uint8_t grant[ID_LEN], issuer[ID_LEN], holder[ID_LEN]; int64_t acknowledged_ms; };
MUST_USE int grant_holders(struct node *node, struct arena *a, const uint8_t id[static ID_LEN], struct grant_holder **out, size_t *n, struct err *err);

/* The signed word of a grant's holder that the read is lost: of one of ours, of one below those, or our own. Text from arena. */
#define GRANT_WORD_MAX (1024 + GRANT_PASSED_MAX * 128) /* bytes of its text */
MUST_USE int grant_word(struct node *node, struct arena *a, const uint8_t id[static ID_LEN], str *text, struct err *err);
struct grant_lost { uint8_t grant[ID_LEN], issuer[ID_LEN], holder[ID_LEN]; int64_t time_ms; size_t passed_on; };
/* Is such a word good, offline, with the holder's agency key alone. ERR_INPUT, ERR_CRYPTO. */
MUST_USE int grant_word_verify(struct arena *a, bytes text, const uint8_t agency_key[static SIGN_PUBLIC_LEN], struct grant_lost *out, struct err *err);

#endif
