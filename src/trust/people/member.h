/* member: the people of an agency.
 *
 * What: adds, lists, suspends members; a member who is added joins with a code that counts once.
 * Why:  a stolen database names nobody: name, login name and languages are sealed in the vault, and a login name is looked up by its keyed
 *       fingerprint. Roles and state are in trust/access, where every act looks at them.
 *
 *     struct member_new m = {.name = STR("Sok Dara"), .login = STR("dara"), .languages = STR("km en"), .roles = ROLE_CASEWORKER};
 *     member_add(node, &actor, now_ms, &m, id, code, &err);      // `code` is shown once; the member joins with it within 72 h
 *
 * Each function that changes members runs its act (VERB_MEMBER) for the given actor. Not here: a new code for one who is here
 * (new_code.h), passwords (signin.h), sessions (session.h).
 */
#ifndef COMITY_PEOPLE_MEMBER_H
#define COMITY_PEOPLE_MEMBER_H

#include "trust/act/approval.h"

extern const struct db_schema people_schema;

#define MEMBER_NAME_MAX 120      /* bytes of UTF-8, no control characters */
#define MEMBER_LOGIN_MAX 64      /* a-z 0-9 . - _, compared without case */
#define MEMBER_LANGUAGES_MAX 64  /* codes with a space between, the first is preferred: "km en" */
#define MEMBER_CODE_LEN 24       /* "XXXXX-XXXXX-XXXXX-XXXXX" and NUL: 100 random bits */
#define MEMBER_CODE_MS (INT64_C(72) * 3600 * 1000)

struct member_new {
    str name, login, languages; /* languages may be empty: "en" */
    unsigned roles;             /* of ROLES_OF_MEMBERS, one at least */
    bool roles_follow;          /* all her roles wait for a second person: none yet */
};

/* What is known of a member. Texts from arena. */
struct member {
    uint8_t id[ID_LEN];
    str name, login, languages;
    unsigned roles;
    enum member_state state;
    bool has_unit;
    uint8_t unit[ID_LEN];
    int64_t added_ms;
};

/* An invited member and her code. ERR_USAGE says what is wrong with a field, ERR_EXISTS: that login name is taken. */
MUST_USE int member_add(struct node *node, const struct actor *actor, int64_t now_ms, const struct member_new *m, uint8_t id[static ID_LEN],
                        char code[static MEMBER_CODE_LEN], struct err *err);
/* Other roles; ends her sessions. ERR_DENIED when an actor who is a member changes her own. ERR_PARKED: one of ROLES_OF_TRUST is given or
 * taken away, and a second person has to agree; nothing is changed until then (request: its id, if it is not NULL). member_roles_run is that kind's run. */
MUST_USE int member_roles_set(struct node *node, const struct actor *actor, int64_t now_ms, const uint8_t id[static ID_LEN], unsigned roles,
                              uint8_t *request, struct err *err);
int member_roles_run(struct node *node, struct act *act, void *arg, struct err *err);
/* Whose roles such a request is about, and which. ERR_CORRUPT. */
MUST_USE int member_roles_asked(const struct approval *what, uint8_t id[static ID_LEN], unsigned *roles, struct err *err);
/* Whose files she supervises; unit NULL: none. Ends nothing. */
MUST_USE int member_unit_set(struct node *node, const struct actor *actor, int64_t now_ms, const uint8_t id[static ID_LEN], const uint8_t *unit,
                             struct err *err);
/* MEMBER_SUSPENDED, MEMBER_ACTIVE (taken up again; ERR_USAGE for one who never joined), MEMBER_LEFT (for good: what she signs in with
 * is erased). Ends her sessions. ERR_DENIED on oneself. */
MUST_USE int member_state_set(struct node *node, const struct actor *actor, int64_t now_ms, const uint8_t id[static ID_LEN],
                              enum member_state state, struct err *err);

/* No act of its own: a colleague's name is no secret inside the agency. ERR_NOT_FOUND. */
MUST_USE int member_get(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct member *out, struct err *err);
MUST_USE int member_by_login(struct node *node, str login, struct arena *a, struct member *out, struct err *err);
/* All, in order of arrival, from arena. */
MUST_USE int member_list(struct node *node, struct arena *a, struct member **out, size_t *n, struct err *err);

/* For a door that shows names on every page: what was unsealed of a member is kept in memory, by the id of the sealed record, which is another
 * when it says something else. Rows, roles and states are read each time, so whoever is not there any more is not found. One thread's. */
struct member_book;
struct member_book *member_book_new(void);
void member_book_free(struct member_book *b);
void member_book_forget(struct member_book *b); /* wiped: when the keys are locked */
MUST_USE int member_get_kept(struct node *node, struct member_book *b, const uint8_t id[static ID_LEN], struct arena *a, struct member *out, struct err *err);
MUST_USE int member_list_kept(struct node *node, struct member_book *b, struct arena *a, struct member **out, size_t *n, struct err *err);

const char *member_state_words(enum member_state state); /* "invited", "active", "suspended", "left" */
/* "caseworker,supervisor" to bits and back. ERR_USAGE names the roles there are. */
MUST_USE int member_roles_parse(str text, unsigned *roles, struct err *err);
str member_roles_text(struct arena *a, unsigned roles);

/* The actor of acts of this member: her name in it is her id in hex. From arena. */
struct actor member_actor(struct arena *a, const uint8_t id[static ID_LEN]);

#endif
