/* access: may this actor do this, for this purpose?
 *
 * What: the table of purposes and the decision over one rule of the verb table. Deny by default.
 * Why:  "who may do what" is read in one place (trust/act/verbs.c) and decided in one function.
 *
 *     if (access_decide(&rule, ROLE_PARTNER, STR("identification"), reference, &err) < 0)
 *         refuse(err.text);
 *
 * Those who ask are members of the agency (their roles are kept in standing.h), whoever runs the command line (operator), a paired
 * partner, or the node itself. Pure. Not here: where roles are kept (standing.h), sign-in (trust/people), the log (trust/act).
 */
#ifndef COMITY_ACCESS_H
#define COMITY_ACCESS_H

#include "ground/base/base.h"

enum {
    ROLE_OPERATOR = 1, ROLE_PARTNER = 2, ROLE_NODE = 4,
    ROLE_CASEWORKER = 8, ROLE_INVESTIGATOR = 16, ROLE_PROSECUTOR = 32, ROLE_SUPERVISOR = 64, ROLE_DPO = 128, ROLE_AUDITOR = 256,
    ROLE_ADMINISTRATOR = 512,
    ROLE_MEMBER = 1024,     /* any member who may sign in, whatever else she is */
    ROLES_OF_MEMBERS = 1016, /* all that a member may be given, several at once */
};
#define ACCESS_MEMBER_ROLES 7

struct access_role {
    const char *name;  /* "caseworker": on command lines, in JSON */
    unsigned bit;      /* ROLE_* */
    const char *words; /* what a person reads */
};
/* Those of members first; ends with a NULL name. */
extern const struct access_role access_roles[];
unsigned access_role_bit(str name); /* 0 for a name that is not in the table */

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

/* roles: ROLE_* of whoever asks; one that may is enough. 0, or ERR_DENIED with what is missing. A purpose that is given must be one of the
 * table even where none is needed. */
MUST_USE int access_decide(const struct access_rule *rule, unsigned roles, str purpose, str reference, struct err *err);

/* The purpose with this code, or NULL. */
const struct access_purpose *access_purpose(str code);

#endif
