/* new_code: a new code to join with, for a member who lost what she signs in with.
 *
 * What: makes it, with a second person where the member sees cases or watches over others; keeps who made which, and tells her.
 * Why:  whoever has the code becomes the member. An administrator reads no case, so she may not become alone whoever does, or whoever
 *       watches over her: for ROLES_OF_TRUST it takes two. Whoever runs the machine has the keys anyway: the leaf ("code") says that it was she.
 *
 *     r = member_code(node, &administrator, now_ms, id, code, request, &err);          // an officer in a hall: `code` is shown once
 *     ...                                                                              // ERR_PARKED: all others; then, once two agreed:
 *     r = member_code_take(node, &administrator, request, now_ms, code, &err);         // once, within APPROVAL_FETCH_MS
 *
 * What she had and her sessions end when it is done, before the code is shown; state: invited. Not here: joining with it (signin.h).
 */
#ifndef COMITY_PEOPLE_NEW_CODE_H
#define COMITY_PEOPLE_NEW_CODE_H

#include "trust/people/member.h"

#define NEW_CODE_TOLD_MS (INT64_C(30) * 24 * 3600 * 1000) /* how long she is told on her first page */
#define NEW_CODES_MAX 20                                  /* in a list */

struct new_code {
    uint8_t id[ID_LEN], member[ID_LEN];
    int64_t at_ms;
    bool has_maker, has_second; /* no maker: whoever runs the machine */
    uint8_t maker[ID_LEN], second[ID_LEN];
    bool waits;                 /* agreed to, and not shown yet */
};

/* ERR_DENIED for oneself; ERR_USAGE for one who has left; ERR_PARKED: a second person has to agree, nothing is changed until then (request: its id,
 * if it is not NULL). */
MUST_USE int member_code(struct node *node, const struct actor *actor, int64_t now_ms, const uint8_t id[static ID_LEN],
                         char code[static MEMBER_CODE_LEN], uint8_t *request, struct err *err);
/* approval_kind's run of VERB_CODE. */
int member_code_run(struct node *node, struct act *act, void *arg, struct err *err);
/* Whose code such a request is about. ERR_CORRUPT. */
MUST_USE int member_code_asked(const struct approval *what, uint8_t id[static ID_LEN], struct err *err);
/* Whoever asked, once two agreed: the code, once. ERR_NOT_FOUND: not hers; ERR_DENIED: it was shown, is too late, or the member has joined. */
MUST_USE int member_code_take(struct node *node, const struct actor *actor, const uint8_t request[static ID_LEN], int64_t now_ms,
                              char code[static MEMBER_CODE_LEN], struct err *err);

/* Of a member, newest first, from arena; and how many since a time. No acts: her own, and no names. */
MUST_USE int new_code_list(struct db *db, const uint8_t member[static ID_LEN], struct arena *a, struct new_code **out, size_t *n, struct err *err);
MUST_USE int new_code_count(struct db *db, const uint8_t member[static ID_LEN], int64_t since_ms, int64_t *n, struct err *err);
/* The one of this request; 1, 0. */
MUST_USE int new_code_get(struct db *db, const uint8_t id[static ID_LEN], struct new_code *out, struct err *err);

#endif
