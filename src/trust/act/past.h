/* past: the acts that were: who did what, on what, when and why.
 *
 * What: a list of acts by object, by actor, by verb and by time, newest first, paged by the leaf's index; and counts.
 * Why:  whoever watches over the agency, and the person herself, can be told who looked, also when the log has a million leaves.
 *
 *     struct past_filter filter = {.objects = &person, .n_objects = 1, .before = INT64_MAX};
 *     past_list(node, &filter, 50, arena, &list, &err);      // within an act (VERB_OVERSEE)
 *     filter.before = list.next;                             // the next page, if list.more
 *
 * What an act was about is sealed, and gone for an object that was erased: of those the leaves remain, in the log. Not here: the leaves
 * themselves and their proofs (trust/log), who may see this (verbs.c).
 */
#ifndef COMITY_ACT_PAST_H
#define COMITY_ACT_PAST_H

#include "trust/act/act.h"

#define PAST_SCAN_MAX 100000 /* rows that one page reads at most: then list.more, and it goes on from list.next */

struct past_filter {
    const struct vault_id *objects; /* any of them */
    size_t n_objects;               /* 0: all acts, also those without an object */
    bool has_actor;
    uint8_t actor[ACT_PSEUDONYM_LEN];
    str verb;                       /* as in the leaf; empty: all */
    int64_t from_ms, until_ms;      /* until_ms 0: until now */
    int64_t before;                 /* only leaves before this index */
};

struct past_act {
    int64_t leaf, at_ms;            /* at_ms 0: written before this was kept */
    str verb;
    uint8_t actor[ACT_PSEUDONYM_LEN];
    bool has_object;
    uint8_t object[ID_LEN];
    str role, name;                 /* of the actor, as in struct actor: a member's name is her id in hex */
    str purpose, reference, detail;
};

struct past_list {
    struct past_act *acts; /* from arena */
    size_t n;
    bool more;
    int64_t next;          /* for the filter's before */
};

MUST_USE int past_list(struct node *node, const struct past_filter *filter, size_t max, struct arena *a, struct past_list *out, struct err *err);

/* What the leaf commits to, whole (nonce and fields), from arena: for those of the node's own whose detail may be shown to strangers, since it
 * names nobody: VERB_STATEMENT, VERB_BUNDLE_SEAL, VERB_DESK. Of other verbs: ERR_DENIED. ERR_NOT_FOUND: no such leaf, or its detail was erased. */
MUST_USE int past_opening(struct node *node, int64_t leaf, struct arena *a, bytes *opening, struct err *err);

/* How often each verb since a time, most frequent first. */
struct past_count { str verb; int64_t n; };
MUST_USE int past_counts(struct db *db, int64_t from_ms, struct arena *a, struct past_count **out, size_t *n, struct err *err);
/* The same actor and the same object, again and again: looks and questions since a time, most frequent first, from `least` times on. */
struct past_pair { uint8_t actor[ACT_PSEUDONYM_LEN], object[ID_LEN]; int64_t n, last_ms; };
MUST_USE int past_pairs(struct db *db, int64_t from_ms, int64_t least, size_t max, struct arena *a, struct past_pair **out, size_t *n, struct err *err);

/* The newest leaf of a verb and when it was; -1 and 0: there is none. No act: numbers only. */
MUST_USE int past_newest(struct db *db, const char *verb, int64_t *leaf, int64_t *at_ms, struct err *err);

#endif
