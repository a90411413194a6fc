/* post_list: what was sent, what came, what waits. */
#include "trust/letter/post_list.h"

#include <stdlib.h>
#include <string.h>

static int newest_first(const void *x, const void *y)
{
    const struct post_item *a = x, *b = y;
    int64_t at = a->outgoing || a->settled_ms == 0 ? a->time_ms : a->settled_ms, bt = b->outgoing || b->settled_ms == 0 ? b->time_ms : b->settled_ms;
    return at != bt ? (at < bt ? 1 : -1) : memcmp(b->id, a->id, ID_LEN);
}

int post_list(struct node *node, const struct post_filter *filter, struct arena *a, struct post_item **out, size_t *n, struct err *err)
{
    struct post_items list = {.arena = a};
    bool both = !filter->incoming && !filter->outgoing;
    int r = 0;
    if (both || filter->outgoing)
        r = post_store_list_out(node->db, filter, NULL, &list, err);
    if (r == 0 && (both || filter->incoming)) {
        r = post_store_list_in(node->db, filter, NULL, &list, err);
        if (r == 0)
            r = post_store_list_held(node->db, filter, NULL, &list, err);
    }
    if (r < 0)
        return r;
    if (list.n > 1)
        qsort(list.items, list.n, sizeof *list.items, newest_first);
    *out = list.items;
    *n = filter->limit > 0 && (size_t)filter->limit < list.n ? (size_t)filter->limit : list.n;
    return 0;
}

int post_find(struct node *node, const uint8_t id[static ID_LEN], struct post_item *out, struct err *err)
{
    static int (*const places[])(struct db *, const struct post_filter *, const uint8_t *, struct post_items *, struct err *) = {
        post_store_list_out, post_store_list_in, post_store_list_held,
    };
    const struct post_filter one = {.limit = 1};
    struct post_items list = {.arena = arena_new()};
    int r = 0;
    for (size_t i = 0; r == 0 && list.n == 0 && i < sizeof places / sizeof places[0]; i++)
        r = places[i](node->db, &one, id, &list, err);
    if (r == 0 && list.n > 0)
        *out = list.items[0];
    else if (r == 0)
        r = err_set(err, ERR_NOT_FOUND, "there is no letter of this id: `comity letters DIR list` shows them");
    arena_free(list.arena);
    return r;
}
