/* erase: a person leaves the node: her records in all files, what search and the blind question know of her, the details of all acts on her.
 *
 *     approval_kind {VERB_ERASE, N_("erase a person"), erase_agreed, erase_after}     // for members, two of them
 *     act_run(node, &act, erase_person, &id, &err);  erase_clean(node, &id, &err);    // the operator
 *
 * A file in which she is the only person goes whole; in others her own record and those that tell of her go, and what others' records say of
 * her in free words stays. The log keeps that an erasure happened, not of whom. Not here: copies that partners hold (trust/grant), backups.
 */
#ifndef COMITY_CASES_ERASE_H
#define COMITY_CASES_ERASE_H

#include "trust/act/approval.h"

/* act_fn; arg: const struct vault_id *, her identity as search shows it. ERR_NOT_FOUND. */
int erase_person(struct node *node, struct act *act, void *arg, struct err *err);
/* After the commit, may be done again: the search index, the database's freed pages. */
MUST_USE int erase_clean(struct node *node, const struct vault_id *id, struct err *err);

/* The same for a request that two members agreed to: its arguments are the id. */
int erase_agreed(struct node *node, struct act *act, void *arg, struct err *err);
int erase_after(struct node *node, const struct approval *what, struct err *err);

#endif
