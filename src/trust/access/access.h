/* access: may this actor do this, for this purpose?
 *
 * What: the table of purposes and the decision over one rule of the verb table. Deny by default.
 * Why:  "who may do what" is read in one place (trust/act/verbs.c) and decided in one function.
 *
 *     const struct access_asker asker = {.roles = ROLE_CASEWORKER, .relation = RELATION_WORKER, .state = FILE_OPEN, .proved_ms = at, .now_ms = now};
 *     if (access_decide(&rule, &asker, STR("casework"), reference, &err) < 0)
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
    ROLE_OFFICER = 2048,    /* at the tickets and counters of a hall; no cases */
    ROLES_OF_MEMBERS = 3064, /* all that a member may be given, several at once */
    ROLES_OF_TRUST = 1016,   /* all but the officer of a hall: they see cases, or watch over those who do. A member gives or takes one, or makes a code to
                              * become one, only with a second */
};
#define ACCESS_MEMBER_ROLES 8

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
    bool against;      /* it goes against the person: only on a case, and not while that is stopped (stop.h) */
};
extern const struct access_purpose access_purposes[]; /* ends with a NULL code */

/* How a member stands to a file (relation.h keeps it). One bit of: */
enum {
    RELATION_NONE = 1,        /* no part in it */
    RELATION_READER = 2,      /* may look */
    RELATION_WORKER = 4,      /* works on it */
    RELATION_LEAD = 8,        /* answers for it */
    RELATION_SUPERVISOR = 16, /* supervises the unit that it belongs to */
    RELATION_GLASS = 32,      /* broke the glass: may look for a day, and is asked why */
    RELATION_PART = 62,       /* any of them but none */
};
#define ACCESS_RELATIONS 6

/* What a file is in. One bit of: */
enum { FILE_OPEN = 1, FILE_CLOSED = 2, FILE_ANY = 3 };
#define ACCESS_STATES 2

struct access_rule {
    unsigned roles;       /* ROLE_* that may; 0: nobody */
    bool needs_purpose;   /* one of access_purposes */
    bool needs_reference; /* a case or warrant reference */
    unsigned relations;   /* RELATION_* a member needs to the act's file; 0: the act is not about a file */
    unsigned states;      /* FILE_* the file must be in */
    bool fresh;           /* a member must have proved who she is within ACCESS_FRESH_MS */
    unsigned two;         /* ROLE_* of the second member who must agree before a member's act is done; 0: one is enough */
};

/* Who asks, as it is in this transaction. */
struct access_asker {
    unsigned roles;       /* ROLE_*: one that may is enough */
    unsigned relation, state; /* to the file and of the file; 0: no file was named, or there is none */
    bool stopped;         /* the file stands still until a prosecutor has decided (stop.h) */
    int64_t proved_ms;    /* when a member last proved who she is; for others without meaning */
    int64_t now_ms;
};

#define ACCESS_REFERENCE_MAX 200
#define ACCESS_FRESH_MS (INT64_C(5) * 60 * 1000)

/* 0; ERR_DENIED with what is missing; ERR_STALE: she may, once she has proved again who she is. A purpose that is given must be one of the
 * table even where none is needed. Relation, state and fresh proof are asked of members: who has the machine has the keys. A purpose against the
 * person is refused to all of them while the file is stopped, and where no file is named. */
MUST_USE int access_decide(const struct access_rule *rule, const struct access_asker *asker, str purpose, str reference, struct err *err);

/* Whoever has these roles may do it only with a second member (trust/act/approval.h). Not who has the machine. */
bool access_needs_second(const struct access_rule *rule, unsigned roles);
/* May this member be the second? ERR_DENIED: her role is none that the rule names, or she is the first herself. */
MUST_USE int access_second(const struct access_rule *rule, unsigned roles, bool is_first, struct err *err);

/* The purpose with this code, or NULL. */
const struct access_purpose *access_purpose(str code);

#endif
