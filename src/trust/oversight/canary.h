/* canary: invented records that nobody has a reason to open; whoever does is asked why.
 *
 * What: marks on records, and the acts on them: an alert is any look, question or the like whose object is the record.
 * Why:  who browses out of curiosity, or for somebody outside, opens what catches the eye.
 *
 *     canary_mark(node, &actor, record, STR("invented: a known singer"), now, &err);
 *     canary_list(node, &actor, arena, now, &list, &err);       // with the acts on them, newest first
 *
 * To everyone else a canary is a record like any other: no page, no search, no error tells, and nothing is done at the time of the act that
 * would make it slower; alerts are found afterwards, by the index of acts. Leaves of these acts name no object. Who can read the database
 * itself can see which records are marked. Not here: inventing one (work/cases/decoy.h).
 */
#ifndef COMITY_OVERSIGHT_CANARY_H
#define COMITY_OVERSIGHT_CANARY_H

#include "trust/act/past.h"

#define CANARIES_MAX 64
#define CANARY_WORDS_MAX 400 /* bytes */
#define CANARY_ALERTS_MAX 100

struct canary {
    struct vault_id object;
    uint8_t by[ID_LEN];
    int64_t at_ms, seen_leaf;
    int64_t alerts; /* acts not looked at yet */
    str words;
};

struct canary_list {
    struct canary *all; /* from arena */
    size_t n;
    struct past_list acts; /* on any of them since it was marked, CANARY_ALERTS_MAX at most; new: leaf > its canary's seen_leaf */
};

/* object: the id of a person's record (vault) or of a file. ERR_NOT_FOUND, ERR_EXISTS, ERR_LIMIT, ERR_INPUT. */
MUST_USE int canary_mark(struct node *node, const struct actor *actor, const uint8_t object[static ID_LEN], str words, int64_t now_ms, struct err *err);
/* The same within an act, for a record that was made in it (work/cases/decoy.h). */
MUST_USE int canary_put(struct node *node, struct act *act, const uint8_t object[static ID_LEN], str words, struct err *err);
MUST_USE int canary_drop(struct node *node, const struct actor *actor, const uint8_t object[static ID_LEN], int64_t now_ms, struct err *err);
MUST_USE int canary_list(struct node *node, const struct actor *actor, int64_t now_ms, struct arena *a, struct canary_list *out, struct err *err);
/* All acts so far have been looked at. */
MUST_USE int canary_seen(struct node *node, const struct actor *actor, int64_t now_ms, struct err *err);
/* Acts not looked at yet. No act: a number only. */
MUST_USE int canary_count(struct db *db, int64_t *alerts, struct err *err);

#endif
