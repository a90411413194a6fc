/* erasure: what else holds a person who is erased: the rooms, in the order in which they drop what is hers. For the pages and the commands.
 *
 *     struct erase erase = {.id = id, .rooms = erase_rooms};                    // work/cases/erase.h
 *     {VERB_ERASE, N_("Erase a person"), erasure_agreed, erasure_after}          // of the doors' table of struct approval_kind
 *
 * A room that keeps something of a person adds its line here.
 */
#ifndef COMITY_WEB_ERASURE_H
#define COMITY_WEB_ERASURE_H

#include "work/cases/erase.h"

extern const struct erase_room erase_rooms[]; /* ends with a NULL name */
int erasure_agreed(struct node *node, struct act *act, void *arg, struct err *err); /* arg: const struct approval * */
int erasure_after(struct node *node, const struct approval *what, struct err *err);

#endif
