/* kept: what a member keeps for herself: forms she has typed and not sent yet, searches she repeats.
 *
 * What: a text under a name, sealed, hers alone; put, got, dropped, counted.
 * Why:  a line that breaks, a battery that dies or fifteen minutes at the door must not cost what was typed.
 *
 *     kept_put(node, &actor, now, KEPT_DRAFT, STR("/files/new"), typed, &err);
 *     r = kept_get(node, &actor, now, KEPT_DRAFT, STR("/files/new"), arena, &typed, &changed_ms, &err);      // 1, or 0: there is none
 *
 * Each is an act (VERB_DRAFT) with its leaf; asking for what is not there leaves none. The database holds neither the text nor the name.
 * Not here: what forms mean (face/web), deciding when to save.
 */
#ifndef COMITY_CASES_KEPT_H
#define COMITY_CASES_KEPT_H

#include "trust/act/act.h"

#define KEPT_TEXT_MAX (256 * 1024)
#define KEPT_MAX 200 /* of a kind, of one member */

enum kept_kind { KEPT_DRAFT, KEPT_SEARCH };

/* Adds or replaces. ERR_LIMIT: too long, or too many. */
MUST_USE int kept_put(struct node *node, const struct actor *actor, int64_t now_ms, enum kept_kind kind, str name, str text, struct err *err);
/* 1 and the text, from arena; 0: there is none. changed_ms may be NULL. */
MUST_USE int kept_get(struct node *node, const struct actor *actor, int64_t now_ms, enum kept_kind kind, str name, struct arena *a, str *text,
                      int64_t *changed_ms, struct err *err);
/* 0 also when there is none. */
MUST_USE int kept_drop(struct node *node, const struct actor *actor, int64_t now_ms, enum kept_kind kind, str name, struct err *err);
struct kept_item { str name, text; int64_t changed_ms; };
/* All of a kind, the newest first, from arena. */
MUST_USE int kept_list(struct node *node, const struct actor *actor, int64_t now_ms, enum kept_kind kind, struct arena *a, struct kept_item **out,
                       size_t *n, struct err *err);
MUST_USE int kept_count(struct node *node, const struct actor *actor, enum kept_kind kind, int64_t *n, struct err *err);

#endif
