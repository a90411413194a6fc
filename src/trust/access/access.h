/* access: may this actor do this, for this purpose?
 *
 * What: the table of purposes and the decision over one rule of the verb table. Deny by default.
 * Why:  "who may do what" is read in one place (trust/act/verbs.c) and decided in one function.
 *
 *     if (access_decide(&rule, STR("partner"), STR("identification"), reference, &err) < 0)
 *         refuse(err.text);
 *
 * So far an actor is whoever runs the command line (operator), a paired partner, or the node itself. Not here: sign-in, units, relations to a
 * file, two-person acts; the log of the decision (trust/act).
 */
#ifndef COMITY_ACCESS_H
#define COMITY_ACCESS_H

#include "ground/base/base.h"

enum { ROLE_OPERATOR = 1, ROLE_PARTNER = 2, ROLE_NODE = 4 };

struct access_role {
    const char *name;
    unsigned bit; /* ROLE_* */
};
extern const struct access_role access_roles[]; /* ends with a NULL name */

struct access_purpose {
    const char *code;  /* what is written into leaves and questions */
    const char *words; /* what a person reads */
};
extern const struct access_purpose access_purposes[]; /* ends with a NULL code */

struct access_rule {
    unsigned roles;       /* ROLE_* that may; 0: nobody */
    bool needs_purpose;   /* one of access_purposes */
    bool needs_reference; /* a case or warrant reference */
};

#define ACCESS_REFERENCE_MAX 200

/* 0, or ERR_DENIED with what is missing. A purpose that is given must be one of the table even where none is needed. */
MUST_USE int access_decide(const struct access_rule *rule, str role, str purpose, str reference, struct err *err);

/* The purpose with this code, or NULL. */
const struct access_purpose *access_purpose(str code);

#endif
