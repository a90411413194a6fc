/* erase: a person leaves the node: her records in all files, what search and the blind question know of her, the details of all acts on her.
 *
 *     act_run(node, &act, erase_person, &(struct erase){.id = id, .rooms = erase_rooms}, &err);     // the operator
 *     erase_clean(node, &id, erase_rooms, &err);
 *
 * What else holds her is a table, a line for each room, put together where the rooms are (face/web/erasure.h): requests and what was answered,
 * referrals, interviews and windows, recordings, offences. Each drops what is hers before her records go, and asks back what partners hold.
 *
 * A file in which she is the only person goes whole; in others her own record and those that tell of her go, and what others' records say of
 * her in free words stays. The log keeps that an erasure happened, not of whom. Not here: what partners do with a recall (trust/grant), backups.
 */
#ifndef COMITY_CASES_ERASE_H
#define COMITY_CASES_ERASE_H

#include "trust/act/approval.h"

/* One place where she is known: her record in a file. file NULL: what knows her identity alone. */
struct erase_whom { const uint8_t *file, *person; bool whole; /* the file goes with her */ const struct vault_id *identity; };
struct erase_room {
    const char *name;
    int (*drop)(struct node *node, struct act *act, const struct erase_whom *whom, struct arena *a, struct err *err); /* within the act */
    int (*after)(struct node *node, struct err *err); /* once it is committed; may be done again; or NULL */
};

struct erase { struct vault_id id; const struct erase_room *rooms; /* ends with a NULL name */ };
/* act_fn; arg: const struct erase *; id is her identity as search shows it. ERR_NOT_FOUND. */
int erase_person(struct node *node, struct act *act, void *arg, struct err *err);
/* After the commit, may be done again: the search index, what the rooms have outside the database, the database's freed pages. */
MUST_USE int erase_clean(struct node *node, const struct vault_id *id, const struct erase_room *rooms, struct err *err);

/* The same for a request that two members agreed to: its arguments are the id. */
MUST_USE int erase_agreed(struct node *node, struct act *act, const struct approval *what, const struct erase_room *rooms, struct err *err);
MUST_USE int erase_after(struct node *node, const struct approval *what, const struct erase_room *rooms, struct err *err);
/* For rooms: erases what is sealed under id; it is no fault when it is gone already. */
MUST_USE int erase_sealed(struct node *node, enum vault_kind kind, const struct vault_id *id, struct err *err);

#endif
