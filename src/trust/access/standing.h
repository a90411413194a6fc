/* standing: the roles of members, as act_run looks them up in the act's own transaction.
 *
 * What: a table of members by id: roles, unit, state; no name.
 * Why:  whoever is suspended or loses a role is refused by the next act, whatever a session or a page still says.
 *
 *     access_member_put(node->db, &(struct access_member){.roles = ROLE_CASEWORKER, .state = MEMBER_INVITED, ...}, &err);
 *     access_standing(node->db, member, &roles, &err);      // 0 for whoever is suspended, has left, or is not there
 *
 * access_member_put is for use inside an act. Ids are 128 random bits and say nothing. Not here: who a member is (trust/people).
 */
#ifndef COMITY_ACCESS_STANDING_H
#define COMITY_ACCESS_STANDING_H

#include "ground/db/db.h"
#include "trust/access/access.h"

extern const struct db_schema access_schema;

enum member_state { MEMBER_INVITED, MEMBER_ACTIVE, MEMBER_SUSPENDED, MEMBER_LEFT };

struct access_member {
    uint8_t id[ID_LEN];
    unsigned roles; /* of ROLES_OF_MEMBERS */
    enum member_state state;
    bool has_unit;
    uint8_t unit[ID_LEN]; /* whose files she supervises, if she is a supervisor; access_unit_* */
};

/* Adds or replaces by id. */
MUST_USE int access_member_put(struct db *db, const struct access_member *member, struct err *err);
MUST_USE int access_member_get(struct db *db, const uint8_t id[static ID_LEN], struct access_member *out, struct err *err); /* ERR_NOT_FOUND */
/* ROLE_* of a member for a decision: ROLE_MEMBER for one who is invited, and her roles besides when she is active. */
MUST_USE int access_standing(struct db *db, const uint8_t id[static ID_LEN], unsigned *roles, struct err *err);

/* --- units: a file belongs to one, and its supervisors have a part in it --- */

#define ACCESS_UNIT_NAME_MAX 120 /* bytes on one line; a place or a team, no person's name */
struct access_unit {
    uint8_t id[ID_LEN];
    str name; /* from arena */
};
/* Adds or renames. Within an act. */
MUST_USE int access_unit_put(struct db *db, const struct access_unit *unit, struct err *err);
MUST_USE int access_unit_get(struct db *db, const uint8_t id[static ID_LEN], struct access_unit *out, struct err *err); /* ERR_NOT_FOUND; id only */
MUST_USE int access_unit_list(struct db *db, struct arena *a, struct access_unit **out, size_t *n, struct err *err); /* by name */

#endif
