/* hall_rule: another rule and other names for a hall that is set up, by two persons, from its next day on.
 *
 * What: what is posted and what would be instead; asked by a supervisor, agreed to by a second (approval.h); or said by whoever has the machine, for two
 *       members. A leaf that strangers can open says that there were two, without who they are: a day with another rule does not begin without it.
 * Why:  who alone could narrow a lane to one counter would leave nothing to draw.
 *
 *     struct hall_rule rule = {.now = wanted};                                          // with the id of the hall
 *     hall_rule_check(node->db, a, &rule, &err);                                        // rule.was: as it is posted
 *     hall_rule_ask(node, &actor, &rule, STR("a third counter"), now, approval, &err);  // ERR_PARKED
 *     {VERB_HALL_RULE, N_("Another rule for a hall"), hall_rule_agreed, NULL, hall_rule_posted, VERB_DESK}   // in the doors' table
 *
 * Lanes and counters are only added, since somebody may still be there: a lane that needs LINE_NOBODY is closed, a counter that serves nothing is out of
 * use. The day that goes on keeps its rule. Not here: what a rule is (line.h), that a day begins with none but this (day_book.h).
 */
#ifndef COMITY_DESK_HALL_RULE_H
#define COMITY_DESK_HALL_RULE_H

#include "trust/act/approval.h"
#include "work/desk/hall.h"

struct hall_rule { struct hall_setup was, now; };

/* Can it be? Fills was, and what now.rule leaves open. Strings from arena. ERR_INPUT, ERR_LIMIT; ERR_NOT_FOUND: no such hall. */
MUST_USE int hall_rule_check(struct db *db, struct arena *a, struct hall_rule *rule, struct err *err);
/* Both, as bytes: the same for the same. */
bytes hall_rule_bytes(struct arena *a, const struct hall_rule *rule);

/* Of a rule that was checked. reason: what the second is told, sealed. ERR_PARKED: waits for the second. */
MUST_USE int hall_rule_ask(struct node *node, const struct actor *actor, const struct hall_rule *rule, str reason, int64_t now_ms,
                           uint8_t approval[static ID_LEN], struct err *err);
MUST_USE int hall_rule_asked(const struct approval *what, struct arena *a, struct hall_rule *out, struct err *err);
/* approval_kind's run, and its node_run. ERR_EXISTS: what is posted is not any more what it was when it was asked for. */
MUST_USE int hall_rule_agreed(struct node *node, struct act *act, void *approval, struct err *err);
MUST_USE int hall_rule_posted(struct node *node, struct act *act, void *approval, struct err *err);

/* By whoever has the machine, for two members. setup->id: which hall. ERR_DENIED: they are one. ERR_INPUT. */
MUST_USE int hall_change(struct node *node, const struct actor *operator, const uint8_t first[static ID_LEN], const uint8_t second[static ID_LEN],
                         int64_t now_ms, struct hall_setup *setup, struct err *err);

#endif
