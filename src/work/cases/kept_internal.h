/* kept_internal: the rows behind kept.h and typed.h. Within an act. Private to work/cases. */
#ifndef COMITY_CASES_KEPT_INTERNAL_H
#define COMITY_CASES_KEPT_INTERNAL_H

#include "work/cases/kept.h"
#include "work/cases/typed.h"

struct keeping {
    enum kept_kind kind;
    str name, text;
    struct typed_stamp stamp;
    uint8_t place[HASH_LEN]; /* of the name: kept_place */
    struct arena *arena;
    int64_t changed_ms;
    struct kept_item *items;
    size_t n;
};

struct act kept_act_of(const struct actor *actor, int64_t now_ms);
MUST_USE int kept_place(const struct node *node, struct keeping *k, struct err *err);
/* 1: *content is what is kept at the place, stamp and changed_ms are filled; 0: nothing is. */
MUST_USE int kept_find(struct node *node, const struct actor *actor, struct keeping *k, struct vault_id *content, struct err *err);
/* 1, with the text; 0: nothing is. */
MUST_USE int kept_read(struct node *node, const struct actor *actor, struct keeping *k, struct err *err);
/* Puts it there in the place of what is. */
MUST_USE int kept_replace(struct node *node, const struct actor *actor, int64_t now_ms, struct keeping *k, struct err *err);
MUST_USE int kept_forget(struct node *node, const struct actor *actor, struct keeping *k, struct err *err);

#endif
