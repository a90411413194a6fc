/* At a holder: which shares it has, and what it answered, held against a day as the hall handed it out. */
#include <string.h>

#include "work/desk/holders_internal.h"

#define HELD_MAX 1000
#define ROWS_AT_ONCE 256

int holders_held(struct node *node, struct arena *a, struct holders_held **out, size_t *n, struct err *err)
{
    struct share_row *rows;
    int64_t *since_ms;
    int r = holders_store_all(node->db, HELD_MAX, a, &rows, &since_ms, n, err);
    if (r < 0)
        return r;
    *out = arena_array(a, struct holders_held, *n);
    for (size_t i = 0; r == 0 && i < *n; i++) {
        struct holders_held *held = &(*out)[i];
        struct reader about = reader_new(rows[i].about);
        held->me = rows[i].me;
        held->since_ms = since_ms[i];
        r = talk_about_read(&about, &held->what, err);
        if (r == 0)
            r = threshold_keys_read(rows[i].keys, &held->keys, err);
    }
    return r;
}

static const struct day_drawn *call_of(const struct day_drawn drawn[], size_t n, uint32_t number)
{
    for (size_t i = 0; i < n; i++)
        if (drawn[i].kind == DRAW_CALL && drawn[i].number == number)
            return &drawn[i];
    return NULL;
}

static void compare_one(const struct answered_row *row, const struct day_drawn *d, unsigned me, struct holders_compared *out)
{
    out->answered++;
    if (!d) {
        out->first_missing = out->missing++ == 0 ? row->number : out->first_missing;
        return;
    }
    if (memcmp(d->known, row->known, HASH_LEN) != 0) {
        out->first_other = out->other++ == 0 ? row->number : out->first_other;
        return;
    }
    out->same++;
    if (!(d->holders >> me & 1)) {
        out->left_out++;
        out->weak += d->weak;
    }
}

int holders_compare(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, unsigned me, const struct day_drawn drawn[], size_t n,
                    struct holders_compared *out, struct err *err)
{
    struct answered_row rows[ROWS_AT_ONCE];
    int64_t next = 0;
    size_t found, at = 0;
    *out = (struct holders_compared){0};
    do {
        int r = holders_store_answered(node->db, hall, day, next, rows, ROWS_AT_ONCE, &found, err);
        if (r < 0)
            return r;
        for (size_t i = 0; i < found; i++) {
            /* calls are mostly drawn in the order of their numbers */
            while (at < n && (drawn[at].kind != DRAW_CALL || drawn[at].number < rows[i].number))
                at++;
            const bool here = at < n && drawn[at].number == rows[i].number;
            compare_one(&rows[i], here ? &drawn[at] : call_of(drawn, n, rows[i].number), me, out);
            next = (int64_t)rows[i].number + 1;
        }
    } while (found == ROWS_AT_ONCE);
    return 0;
}
