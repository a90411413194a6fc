/* signin: proving who somebody is: the code to join with, password with six digits, recovery codes, passkeys.
 *
 * What: each way in gives a session's token (session.h) or ERR_DENIED; setting up what a member signs in with.
 * Why:  one place counts attempts and answers alike for those who exist and those who do not.
 *
 *     char token[SESSION_TOKEN_LEN];
 *     const struct signin_from from = {.address = address, .agent = agent, .now_ms = now_ms};
 *     if (signin_password(node, &from, login, password, code, token, &err) < 0)
 *         show(err.text);                               // one sentence for unknown names, wrong passwords and wrong codes
 *
 * ERR_DENIED: not accepted. ERR_LIMIT: too many attempts for this name or address; the sentence says when to come again. Every
 * success and failure leaves a leaf. Not here: which passkeys somebody has (passkey.h), when a proof is too old (trust/access).
 */
#ifndef COMITY_PEOPLE_SIGNIN_H
#define COMITY_PEOPLE_SIGNIN_H

#include "trust/people/passkey.h"
#include "trust/people/session.h"

#define SIGNIN_PASSWORD_MIN 12  /* characters, which signin.c says in words; no rules of composition */
#define SIGNIN_PASSWORD_MAX 256 /* bytes */
#define SIGNIN_RECOVERY_CODES 8
#define SIGNIN_RECOVERY_LEN 20  /* "XXXX-XXXX-XXXX-XXXX" and NUL: 80 random bits */
#define SIGNIN_WINDOW_MS (INT64_C(15) * 60 * 1000)
#define SIGNIN_PER_LOGIN 10     /* failures in a window */
#define SIGNIN_PER_ADDRESS 50

struct signin_from {
    str address; /* of the browser, as text; counted, never stored in clear */
    str agent;   /* User-Agent, for her own list of sessions; sealed */
    int64_t now_ms;
};

/* code: six digits, or a recovery code, which is used up. */
MUST_USE int signin_password(struct node *node, const struct signin_from *from, str login, str password, str code,
                             char token[static SESSION_TOKEN_LEN], struct err *err);

/* With a passkey; no name is asked for, since the passkey says whose it is. A count that went backwards is told to her and in the leaf. */
MUST_USE int signin_passkey(struct node *node, const struct signin_from *from, const struct webauthn_site *site, const struct passkey_answer *answer,
                            char token[static SESSION_TOKEN_LEN], struct err *err);

/* She proves again who she is: session.proved_ms becomes now. The same bounds and leaves as signing in. */
MUST_USE int signin_prove(struct node *node, const struct signin_from *from, const struct session *s, str password, str code, struct err *err);
MUST_USE int signin_prove_passkey(struct node *node, const struct signin_from *from, const struct session *s, const struct webauthn_site *site,
                                  const struct passkey_answer *answer, struct err *err);

/* With the code of member_add or member_code: a session that is `enrolling`. The code stays good until signin_join_finish or 72 h. */
MUST_USE int signin_join(struct node *node, const struct signin_from *from, str login, str code, char token[static SESSION_TOKEN_LEN],
                         struct err *err);
/* The secret of the code app of whoever is joining: the same until she has used it. *uri is otpauth://..., *secret the same in base32; from
 * arena. ERR_DENIED when the session is not enrolling. */
MUST_USE int signin_totp_secret(struct node *node, const struct session *s, int64_t now_ms, struct arena *a, str *uri, str *secret, struct err *err);
/* Password and a first code of that secret, together; gives the recovery codes, to be shown once. ERR_USAGE: choose another password;
 * ERR_DENIED: the code. */
MUST_USE int signin_password_set(struct node *node, const struct signin_from *from, const struct session *s, str password, str code,
                                 char recovery[static SIGNIN_RECOVERY_CODES][SIGNIN_RECOVERY_LEN], struct err *err);
/* The member is active, the code used up, the session a full one under a new token. ERR_USAGE: nothing is set up yet. */
MUST_USE int signin_join_finish(struct node *node, const struct signin_from *from, const struct session *s, char token[static SESSION_TOKEN_LEN],
                                struct err *err);

/* Another password, with the one she has and six digits (or a recovery code), which count as a proof. Her other sessions end. ERR_USAGE: choose
 * another; ERR_DENIED and ERR_LIMIT as for signing in. */
MUST_USE int signin_password_change(struct node *node, const struct signin_from *from, const struct session *s, str now, str code, str password,
                                    struct err *err);

/* 0, or ERR_USAGE with what to change: too short, too common, too near the own name. */
MUST_USE int signin_password_check(str password, str login, str name, struct err *err);

#endif
