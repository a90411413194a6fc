/* post_list: letters of both directions as rows to look at. */
#ifndef COMITY_POST_LIST_H
#define COMITY_POST_LIST_H

#include "trust/letter/post_internal.h"

struct post_items {
    struct arena *arena;
    struct post_item *items;
    size_t n, cap;
};

/* Each adds what the filter asks for, newest first, at most limit. id, or NULL: only that letter. */
MUST_USE int post_store_list_out(struct db *db, const struct post_filter *filter, const uint8_t *id, struct post_items *list, struct err *err);
MUST_USE int post_store_list_in(struct db *db, const struct post_filter *filter, const uint8_t *id, struct post_items *list, struct err *err);
MUST_USE int post_store_list_held(struct db *db, const struct post_filter *filter, const uint8_t *id, struct post_items *list, struct err *err);

#endif
