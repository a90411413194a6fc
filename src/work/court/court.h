/* court: a case as a court gets it: one ZIP archive that proves itself to strangers.
 *
 * What: what two agreed to (language, for whom it is sealed), and the packing: documents, originals and statements one after the other, streamed;
 *       then MANIFEST (SHA-256 of each, as sha256sum -c reads it), its signature by the agency, and the log's word that it was made: the leaf, what
 *       the leaf commits to, the proof, the keys.
 * Why:  a judge abroad has neither this program nor a reason to believe it. sha256sum, openssl and age are enough (README in it says how).
 *
 *     court_open(own_connection, &plan, &b, &err);
 *     while ((n = court_pull(b, to, sizeof to, &err)) > 0) ...                    // what struct site_reply.produce wants
 *     court_close(b);
 *
 * Sealed with age as a whole when a recipient is named. Constant memory but for one attachment. Not here: what is in the documents (face/web),
 * what may be in it (work/cases/firewall.h), checking one (court_check.h).
 */
#ifndef COMITY_COURT_COURT_H
#define COMITY_COURT_COURT_H

#include "ground/crypto/age.h"
#include "trust/act/approval.h"
#include "work/cases/casefile.h"

/* --- what two agree to --- */

struct court_order { str language; bool sealed; uint8_t recipient[AGE_KEY_LEN]; };
/* recipient: age1..., or empty. ERR_INPUT says what is wrong with it. From arena. */
MUST_USE int court_arguments(struct arena *a, str language, str recipient, bytes *out, struct err *err);
MUST_USE int court_order_of(const struct approval *what, struct arena *a, struct court_order *out, struct err *err);
/* approval_kind's run of VERB_BUNDLE. */
MUST_USE int court_agreed(struct node *node, struct act *act, void *approval, struct err *err);

/* --- packing --- */

enum court_kind { BUNDLE_TEXT, BUNDLE_PAPER, BUNDLE_ATTACHMENT, BUNDLE_STATEMENT };
struct court_part {
    const char *name; /* in the archive: says nothing of a person */
    enum court_kind kind;
    str text;                   /* a text as it is, or a paper's description (ground/report/paper.h) */
    struct vault_id attached;
    uint8_t recording[ID_LEN];  /* sealed */
};
#define BUNDLE_PARTS_MAX 1000
#define BUNDLE_TAIL 7 /* files behind the parts: MANIFEST and what proves it */

struct court_plan {
    uint8_t id[ID_LEN]; /* the request's */
    const struct court_part *parts;
    size_t n;
    bool sealed;
    uint8_t recipient[AGE_KEY_LEN];
    int64_t now_ms;
};

struct court;
/* node: a connection of its own, closed with the bundle; on an error it stays the caller's. The plan is copied. ERR_LIMIT: too many parts. */
MUST_USE int court_open(struct node *node, const struct court_plan *plan, struct court **out, struct err *err);
MUST_USE int64_t court_pull(struct court *b, uint8_t *to, size_t max, struct err *err);
void court_close(struct court *b); /* NULL is allowed */

/* A public key as openssl reads it (RFC 8410, PEM). From arena. */
str court_pem(struct arena *a, const uint8_t key[static SIGN_PUBLIC_LEN]);

#endif
