/* passkey: keys of a member's own devices, with which she signs in without a word to type or to give away.
 *
 * What: adds, lists, removes passkeys; makes the challenges they answer.
 * Why:  a passkey works on this site only, so that nobody can be talked out of it; and a stolen database holds public keys, sealed.
 *
 *     uint8_t challenge[PASSKEY_CHALLENGE_LEN];
 *     passkey_challenge(node, PASSKEY_ADD, &session, now_ms, challenge, &err);            // goes to the browser, comes back in answer
 *     passkey_add(node, &actor, &session, now_ms, &site, STR("Telephone"), &answer, &err);
 *
 * Challenges are not stored: each says when it was made and for what, under the node's key. The answered ones are, for their five minutes,
 * so that each counts once. Adding and removing are acts (VERB_ENROL), which ask for a fresh proof of who she is. Not here: signing in with
 * one (signin.h), what a browser's bytes mean (ground/webauthn).
 */
#ifndef COMITY_PEOPLE_PASSKEY_H
#define COMITY_PEOPLE_PASSKEY_H

#include "ground/webauthn/webauthn.h"
#include "trust/people/session.h"

#define PASSKEY_NAME_MAX 60 /* bytes of UTF-8 on one line */
#define PASSKEY_PER_MEMBER 10
#define PASSKEY_CHALLENGE_LEN 48
#define PASSKEY_CHALLENGE_MS (INT64_C(5) * 60 * 1000)

enum passkey_use { PASSKEY_SIGN_IN = 1, PASSKEY_ADD = 2, PASSKEY_PROVE = 3 };

/* What a browser sends back, as it sent it. */
struct passkey_answer {
    bytes challenge;                     /* the one it was given */
    bytes client_data;
    bytes attestation;                   /* of a new passkey; of one that is used: */
    bytes credential, authenticator_data, signature;
    bytes user;                          /* user handle: the member's id */
};

struct passkey {
    uint8_t id[ID_LEN];
    str name;
    bytes credential;    /* its id: so that a device does not offer itself twice */
    int64_t added_ms, used_ms; /* used_ms 0: not yet */
};

/* For one use, in one session (s NULL: for signing in), for five minutes. */
MUST_USE int passkey_challenge(const struct node *node, enum passkey_use use, const struct session *s, int64_t now_ms,
                               uint8_t out[static PASSKEY_CHALLENGE_LEN], struct err *err);

/* actor: the member of the session. ERR_USAGE: the name; ERR_EXISTS: it is known already; ERR_LIMIT: she has too many; ERR_STALE: she must prove
 * again who she is; ERR_DENIED, ERR_INPUT: it does not hold (webauthn.h). */
MUST_USE int passkey_add(struct node *node, const struct actor *actor, const struct session *s, int64_t now_ms, const struct webauthn_site *site,
                         str name, const struct passkey_answer *answer, struct err *err);
/* One of her own. ERR_NOT_FOUND, ERR_STALE. */
MUST_USE int passkey_remove(struct node *node, const struct actor *actor, const struct session *s, int64_t now_ms, const uint8_t id[static ID_LEN],
                            struct err *err);
/* A member's, in order of arrival, from arena. */
MUST_USE int passkey_list(struct node *node, const uint8_t member[static ID_LEN], struct arena *a, struct passkey **out, size_t *n, struct err *err);

#endif
