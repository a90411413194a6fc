/* typed: drafts of forms, kept so that what was typed in two places is lost in neither.
 *
 * What: each page with a form has a random id and counts the states of what is typed in it; a state says which draft it went on from. A newer
 *       state of the same page, or of one that went on from what is there, takes its place; anything else is kept beside it.
 * Why:  a line that comes and goes brings what was typed late, twice and out of order, from several devices; the last to arrive is not the last
 *       that was written.
 *
 *     struct typed t = {.name = address, .text = text};
 *     typed_stamp_read(form_get(form, "stamp"), &t.stamp);     typed_stamp_read(form_get(form, "follows"), &t.follows);
 *     typed_keep(node, &actor, now, &t, &where, &err);
 *     typed_finish(node, &actor, now, address, &t.stamp, &t.follows, &err);   // it was sent, or thrown away: replays have no effect
 *
 * What is kept beside is under typed_beside(name, page), an address that opens it. Not here: sealing on devices (ground/crypto/pocket.h).
 */
#ifndef COMITY_CASES_TYPED_H
#define COMITY_CASES_TYPED_H

#include "work/cases/kept.h"

struct typed_stamp { bool there; uint8_t page[ID_LEN]; int64_t state; };
struct typed { str name, text; struct typed_stamp stamp, follows; };
enum typed_where { TYPED_DONE, TYPED_THERE, TYPED_IN_PLACE, TYPED_BESIDE };

/* "32 hex digits.state"; anything else is none. */
void typed_stamp_read(str text, struct typed_stamp *out);
str typed_stamp_text(struct arena *a, const struct typed_stamp *stamp); /* empty: none */
str typed_beside(struct arena *a, str name, const uint8_t page[static ID_LEN]);

/* Without a stamp it takes the place of what is there. TYPED_DONE: it was sent or thrown away already; TYPED_THERE: it, or what is later or the
   same, is kept already; neither changes anything. ERR_LIMIT as kept_put. */
MUST_USE int typed_keep(struct node *node, const struct actor *actor, int64_t now_ms, const struct typed *t, enum typed_where *where, struct err *err);
/* As kept_get, with the stamp of what is there. */
MUST_USE int typed_get(struct node *node, const struct actor *actor, int64_t now_ms, str name, struct arena *a, str *text, struct typed_stamp *stamp,
                       int64_t *changed_ms, struct err *err);
/* Opens what is kept beside: it takes the place, and what is in the place stands beside it. Nothing when there is none. */
MUST_USE int typed_promote(struct node *node, const struct actor *actor, int64_t now_ms, str name, const uint8_t page[static ID_LEN], struct err *err);
/* Drops what these two left at the name or beside it, and what has no stamp; what another page typed stays. */
MUST_USE int typed_finish(struct node *node, const struct actor *actor, int64_t now_ms, str name, const struct typed_stamp *stamp,
                          const struct typed_stamp *follows, struct err *err);
/* Only that they were sent: what they said went into a draft of several steps. */
MUST_USE int typed_sent(struct node *node, const struct actor *actor, int64_t now_ms, const struct typed_stamp *stamp, const struct typed_stamp *follows,
                        struct err *err);

#endif
