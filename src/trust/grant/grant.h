/* grant: what a partner may do with what it was given, for how long; and taking it back.
 *
 * What: a signed, versioned grant for one object (a letter, later a file or a statement): purpose, fields, handling, expiry; recall down
 *       the chain of those who passed it on; who has acknowledged and who is overdue.
 * Why:  nothing is "sent and gone". The holder's own node asks grant_may at every read, print, export and forward.
 *
 *     grant_give(node, act, &partner, &g, err);                 // issuer, in the act that sends the letter
 *     grant_may(node, letter_id, GRANT_READ, act->purpose, now, err);  // holder, in the act that reads it
 *     grant_withdraw(node, act, id, now, err);                  // issuer: a recall to every holder
 *
 * Handling codes, evaluation (4x4) and TLP decide, they are not labels: the table in grant_rules.c says what each lets a holder do.
 * An honest node obeys; a dishonest one keeps copies, and the words shown to the giver say so. Not here: consent of the person
 * (work/cases), the letters themselves (trust/letter).
 */
#ifndef COMITY_GRANT_H
#define COMITY_GRANT_H

#include "trust/letter/post.h"

#define GRANT_VERSION 1                /* of the form; a grant's own versions count its changes */
#define GRANT_TEXT_MAX 4096            /* bytes of a written grant */
#define GRANT_FIELDS_MAX 400           /* bytes of the list */
#define GRANT_WORDS_MAX 200            /* bytes of handling_words */
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
extern const struct letter_kind grant_letter_kinds[]; /* "grant", "recall", "recalled" */

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

/* Issuer, within an act: signs, stores, and sends it as a "grant" letter ahead of the letter that rests on it. Fills id, times, signature. */
MUST_USE int grant_give(struct node *node, const struct act *act, const struct partner *to, struct grant *g, struct err *err);
/* Holder, within an act: the grant of a letter (or other object) allows this now. Recalled, expired, unknown: ERR_DENIED. */
MUST_USE int grant_may(struct node *node, const uint8_t object[static ID_LEN], enum grant_use use, str purpose, int64_t now_ms, struct err *err);
/* Issuer, within an act. Every holder down the chain loses the read; each node tells the one above when all below it have. */
MUST_USE int grant_withdraw(struct node *node, const struct act *act, const uint8_t id[static ID_LEN], struct err *err);
/* Holder, within an act: passes the letter on under a narrower grant; the child's parent is the letter's own grant. */
MUST_USE int grant_forward(struct node *node, const struct act *act, const uint8_t letter[static ID_LEN], const struct partner *to,
                           struct grant *child, struct err *err);
/* By the clock (trust/serve, each minute): what has expired loses the read here, and acknowledges. *n: how many. */
MUST_USE int grant_expire(struct node *node, int64_t now_ms, int64_t *n, struct err *err);

enum grant_state { GRANT_LIVE = 1, GRANT_WITHDRAWN, GRANT_EXPIRED, GRANT_SETTLED }; /* settled: every holder has acknowledged */
struct grant_item {
    struct grant grant;
    bool ours;                     /* we issued it */
    enum grant_state state;
    int64_t recalled_ms, acknowledged_ms; /* 0: not */
    bool overdue;                  /* recalled more than GRANT_OVERDUE_MS ago and not acknowledged */
    int64_t below, below_acknowledged; /* holders down the chain, as reported */
};
#define GRANT_OVERDUE_MS (24LL * 3600 * 1000)
MUST_USE int grant_list(struct node *node, struct arena *a, int64_t now_ms, struct grant_item **out, size_t *n, struct err *err);

#endif
