/* The node takes its own days, by an order; and looks once a week, keeping counts. */
#include <inttypes.h>
#include <string.h>

#include "work/desk/day_store.h"
#include "work/watch/flags.h"
#include "work/watch/watched_store.h"

#define WEEK_MS (INT64_C(7) * 24 * 3600 * 1000)

struct ordering { str basis; int64_t days; };

static int do_order(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct ordering *o = arg;
    struct vault_id basis = {{0}}, before;
    int64_t days, made_ms;
    act->detail = str_printf(node->arena, "{\"days\":%" PRId64 "}", o->days);
    int r = watched_order_row(node->db, &before, &days, &made_ms, err);
    if (r > 0)
        r = vault_erase(node->vault, node->db, VAULT_WATCH, &before, err);
    if (r == 0 && o->days)
        r = vault_put(node->vault, node->db, VAULT_WATCH, str_bytes(o->basis), NULL, &basis, NULL, err);
    return r < 0 ? r : watched_order_put(node->db, &basis, o->days, act->now_ms, err);
}

int watched_order_set(struct node *node, const struct actor *actor, str basis, int64_t days, int64_t now_ms, struct err *err)
{
    struct ordering o = {str_trim(basis), days};
    struct act act = {.verb = VERB_WATCH_ORDER, .actor = actor, .reference = o.basis, .now_ms = now_ms};
    if (o.basis.len == 0)
        return err_set(err, ERR_INPUT, N_("say on which legal basis: a law, an order and its number"));
    if (days < 0 || days > WATCHED_DAYS_MAX)
        return err_set(err, ERR_INPUT, N_("names are kept for a day at least, and for %d at most"), WATCHED_DAYS_MAX);
    return act_run(node, &act, do_order, &o, err);
}

/* fn for each day that somebody began, of all halls, the oldest first; a result other than 0 ends it. */
typedef int (*each_fn)(void *arg, const struct watched_day *day, bool kept, struct err *err);
static int each_day(struct db *db, uint32_t today, each_fn fn, void *arg, struct err *err)
{
    struct arena *a = arena_new();
    struct hall_setup *halls;
    size_t n;
    int r = hall_list(db, a, &halls, &n, err);
    for (uint32_t day = today > WATCHED_BACK ? today - WATCHED_BACK : 0; r == 0 && day < today; day++)
        for (size_t i = 0; r == 0 && i < n; i++) {
            struct watched_day one = {.day = day};
            bool begun, kept = false;
            memcpy(one.hall, halls[i].id, ID_LEN);
            r = day_store_begun(db, one.hall, day, &begun, err);
            if (r == 0 && begun)
                r = watched_days_kept(db, &one, &kept, err);
            if (r == 0 && begun)
                r = fn(arg, &one, kept, err);
        }
    arena_free(a);
    return r;
}

static int count_day(void *arg, const struct watched_day *day, bool kept, struct err *err)
{
    struct watched_order *o = arg;
    (void)day, (void)err;
    o->begun++;
    o->kept += kept;
    return 0;
}

int watched_order_get(struct db *db, uint32_t today, struct watched_order *out, struct err *err)
{
    struct vault_id basis;
    *out = (struct watched_order){0};
    int r = watched_order_row(db, &basis, &out->days, &out->made_ms, err);
    out->there = r > 0;
    return r < 0 ? r : each_day(db, today, count_day, out, err);
}

struct finding_day { size_t skip; struct watched_day day; };

static int find_day(void *arg, const struct watched_day *day, bool kept, struct err *err)
{
    struct finding_day *f = arg;
    (void)err;
    if (kept)
        return 0;
    if (f->skip > 0) {
        f->skip--;
        return 0;
    }
    f->day = *day;
    return 1;
}

int watched_take(struct node *node, uint32_t today, int64_t now_ms, size_t *from, bool *more, struct err *err)
{
    struct vault_id basis;
    struct watched_kept kept = {.calls = -1};
    struct finding_day f = {.skip = *from};
    uint8_t rota[ID_LEN];
    int64_t days, made_ms;
    bytes text;
    bool is_rota = false;
    *more = false;
    int r = watched_order_row(node->db, &basis, &days, &made_ms, err);
    if (r <= 0)
        return r;
    if ((r = each_day(node->db, today, find_day, &f, err)) == 0)
        is_rota = (r = watched_rota_due(node->db, today, f.skip, rota, err)) > 0; /* f.skip: what is left when all days are passed */
    if (r <= 0)
        return r;
    struct arena *a = arena_new();
    r = vault_get(node->vault, node->db, VAULT_WATCH, &basis, a, &text, err);
    if (r == 0)
        r = is_rota ? watched_keep_rota(node, &act_node, rota, bytes_str(text), now_ms, days, &kept, err)
                    : watched_keep_day(node, &act_node, &f.day, (bytes){0}, bytes_str(text), now_ms, days, &kept, err);
    arena_free(a);
    *more = true;
    if (r == ERR_RETRY || r == ERR_EXISTS || (r == ERR_INPUT && kept.calls == 0)) { /* it goes on, or nobody was called on it */
        *from += r != ERR_EXISTS;
        *err = (struct err){0};
        return 0;
    }
    *from += r < 0; /* one that cannot be read holds up no other */
    return r;
}

/* --- once a week --- */

static int do_count(struct db *db, void *arg, struct err *err)
{
    return watched_count_put(db, arg, err);
}

int watched_count(struct node *node, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct watched_counts *before, counts = {.at_ms = now_ms};
    struct watched_kept *all;
    struct draws *draws = NULL;
    size_t n, used;
    int r = watched_counts(node->db, 1, a, &before, &n, err);
    if (r == 0 && n > 0 && now_ms - before[0].at_ms < WEEK_MS)
        r = ERR_EXISTS;
    if (r == 0)
        r = watched_kept_list(node->db, a, &all, &n, err);
    if (r == 0 && n > 0)
        r = watched_load(node, &act_node, now_ms, a, &draws, &all, &n, &used, err);
    if (r == 0 && n > 0) {
        const struct watch_log log = draws_log(draws);
        const struct watch_result *result = watch_examine(a, &log, WATCH_LEVEL, 0);
        counts.calls = (int64_t)log.n;
        for (size_t f = 0; f < result->n; f++) {
            counts.tested += (int64_t)result->families[f].tested;
            counts.found += (int64_t)result->families[f].found;
        }
        r = db_txn(node->db, do_count, &counts, err);
    }
    draws_free(draws);
    arena_free(a);
    return r;
}
