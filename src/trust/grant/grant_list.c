/* Looking: who holds what, who has said that the read is lost, who is overdue. */
#include <string.h>

#include "trust/grant/grant_internal.h"

static int fill(struct node *node, struct arena *a, const struct grant_row *row, int64_t now_ms, struct grant_item *out, struct err *err)
{
    struct grant_chain *chain = arena_new_of(a, struct grant_chain);
    const struct grant *g;
    int r = grant_of_row(a, row, chain, &g, err);
    if (r < 0)
        return r;
    *out = (struct grant_item){.grant = *g, .ours = row->ours, .state = row->state, .ended_ms = row->ended_ms, .recalled_ms = row->recalled_ms,
                               .received_ms = row->received_ms, .acknowledged_ms = row->stated_ms, .depth = (int64_t)chain->n - 1};
    if (row->state == GRANT_LIVE && now_ms >= row->expires_ms) {
        out->state = GRANT_EXPIRED;
        out->ended_ms = row->expires_ms;
    }
    if (!row->ours)
        return 0;
    if ((r = grant_store_below_count(node->db, row->id, &out->below, &out->below_acknowledged, err)) < 0)
        return r;
    if (out->state == GRANT_LIVE)
        return 0;
    if (row->stated_ms && out->below == out->below_acknowledged)
        out->state = GRANT_SETTLED;
    else
        out->overdue = now_ms - out->ended_ms > GRANT_OVERDUE_MS;
    return 0;
}

int grant_list(struct node *node, struct arena *a, int64_t now_ms, struct grant_item **out, size_t *n, struct err *err)
{
    struct grant_row *rows;
    int r = grant_store_rows(node->db, a, GRANT_ALL, NULL, &rows, n, err);
    if (r < 0)
        return r;
    *out = arena_array(a, struct grant_item, *n);
    for (size_t i = 0; i < *n && r == 0; i++)
        r = fill(node, a, &rows[i], now_ms, &(*out)[i], err);
    return r;
}

int grant_find(struct node *node, struct arena *a, const uint8_t id[static ID_LEN], int64_t now_ms, struct grant_item *out, struct err *err)
{
    struct grant_row *rows;
    size_t n;
    int r = grant_store_rows(node->db, a, GRANT_BY_ID, &(struct grant_key){.id = id}, &rows, &n, err);
    if (r == 0 && n == 0)
        r = err_set(err, ERR_NOT_FOUND, "there is no grant with this id: `comity grants DIR` lists them");
    return r < 0 ? r : fill(node, a, &rows[0], now_ms, out, err);
}

int grant_word(struct node *node, struct arena *a, const uint8_t id[static ID_LEN], str *text, struct err *err)
{
    struct grant_row *rows;
    size_t n;
    int r = grant_store_rows(node->db, a, GRANT_BY_ID, &(struct grant_key){.id = id}, &rows, &n, err);
    *text = STR("");
    for (size_t i = 0; r == 0 && i < n && text->len == 0; i++)
        *text = rows[i].statement;
    if (r < 0 || text->len > 0)
        return r;
    r = grant_store_below_word(node->db, a, id, text, err);
    return r < 0 ? r : r > 0 ? 0 : err_set(err, ERR_NOT_FOUND, "the holder of this grant has not said that it lost the read");
}

int grant_holders(struct node *node, struct arena *a, const uint8_t id[static ID_LEN], struct grant_holder **out, size_t *n, struct err *err)
{
    struct grant_below *below;
    int r = grant_store_below(node->db, a, id, &below, n, err);
    if (r < 0)
        return r;
    *out = arena_array(a, struct grant_holder, *n);
    for (size_t i = 0; i < *n; i++) {
        struct grant_holder *h = &(*out)[i];
        memcpy(h->grant, below[i].id, ID_LEN);
        memcpy(h->issuer, below[i].issuer, ID_LEN);
        memcpy(h->holder, below[i].holder, ID_LEN);
        h->acknowledged_ms = below[i].stated_ms;
    }
    return 0;
}
