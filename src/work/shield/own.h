/* own: do this agency's own records presume her a victim? Private to work/shield. */
#ifndef COMITY_SHIELD_OWN_H
#define COMITY_SHIELD_OWN_H

#include "work/cases/casefile.h"

/* Does her record say so? Withheld from partners or not: here it counts. */
bool shield_record_presumes(const struct record *person);
/* Her own record, or one that search finds and that is she or perhaps she, scored as a partner's answer is. Within an act. */
MUST_USE int shield_own(struct node *node, const struct names *names, const struct record *person, struct arena *a, bool *presumed, struct err *err);

#endif
