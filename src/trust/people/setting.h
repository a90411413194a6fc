/* setting: what the agency decides for all who work here, such as the languages of its pages.
 *
 *     setting_put(node, &actor, now_ms, "languages", STR("km en km"), &err);   // an act: VERB_SETTINGS
 *     setting_get(node->db, "languages", a, &value, &err);                     // "" when nobody has decided
 *
 * A setting is plain text that names nobody; it stands in the database unsealed, since pages that nobody has signed in to obey it too.
 * Not here: what a value means (the door's own parser, which must take anything).
 */
#ifndef COMITY_PEOPLE_SETTING_H
#define COMITY_PEOPLE_SETTING_H

#include "trust/act/act.h"

#define SETTING_MAX 200 /* bytes of a value */

/* From arena. */
MUST_USE int setting_get(struct db *db, const char *name, struct arena *a, str *value, struct err *err);
/* Within its act, whose detail says what was decided. ERR_INPUT: too long. */
MUST_USE int setting_put(struct node *node, const struct actor *actor, int64_t now_ms, const char *name, str value, struct err *err);

#endif
