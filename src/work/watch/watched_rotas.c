/* Rotas that are over into the watch: which, whose rows they are, who sat where. */
#include <string.h>

#include "ground/text/when.h"
#include "trust/people/member.h"
#include "work/desk/hall.h"
#include "work/rota/rotas_halves.h"
#include "work/watch/rota_lines.h"
#include "work/watch/watched_store.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define DAY_MINUTES 1440

struct taking {
    struct node *node;
    struct arena *a;
    struct rotas_seen seen;
    struct hall_setup hall;
    struct rota_lines_about about;
    uint8_t (*members)[ID_LEN]; /* of each officer; nobody's: zeros */
};

/* When a day begins where the agency works. */
static int64_t midnight(str zone, int64_t day)
{
    const int64_t at = day * DAY_MS, there = date_to_days(when_day_in(zone, at)) * DAY_MINUTES + when_minute_in(zone, at);
    return at - (there - day * DAY_MINUTES) * 60000;
}

/* An officer stands in the table by her login name. Whoever is no member has the number of her row. */
static int people_of(struct taking *t, struct err *err)
{
    const struct rota *rota = &t->seen.book.rota;
    const size_t n = (size_t)rota->n_officers;
    str *codes = arena_array(t->a, str, n);
    t->members = arena_calloc(t->a, n + 1, ID_LEN);
    for (size_t o = 0; o < n; o++) {
        struct member m;
        int r = member_by_login(t->node, rota->officers[o].name, t->a, &m, err);
        if (r < 0 && r != ERR_NOT_FOUND)
            return r;
        if (r == 0)
            memcpy(t->members[o], m.id, ID_LEN);
        codes[o] = r == 0 ? str_printf(t->a, "%.*s%.*s", STR_ARG(WATCHED_MEMBER), STR_ARG(hex_encode(t->a, (bytes){m.id, ID_LEN})))
                          : str_printf(t->a, "row-%zu-%.*s", o + 1, STR_ARG(hex_encode(t->a, (bytes){t->seen.one.id, 4})));
    }
    *err = (struct err){0};
    t->about.codes = codes;
    return 0;
}

static void days_of(struct taking *t, const struct rotas_one *all, size_t n)
{
    const struct rotas_one *one = &t->seen.one;
    bool *holds = arena_array(t->a, bool, (size_t)one->n_days);
    int64_t *midnights = arena_array(t->a, int64_t, (size_t)one->n_days + 1);
    for (int d = 0; d <= one->n_days; d++)
        midnights[d] = midnight(t->node->time_zone, one->first_day + d);
    for (int d = 0; d < one->n_days; d++)
        holds[d] = rotas_holds(all, n, one, one->first_day + d);
    t->about.holds = holds;
    t->about.midnights = midnights;
}

static int seats_of(struct taking *t, struct err *err)
{
    const struct rotas_one *one = &t->seen.one;
    struct rota_sat *sat = NULL;
    size_t n = 0, room = 0;
    int r = 0;
    for (int d = 0; r == 0 && d <= one->n_days; d++) { /* a night goes on after the last day */
        struct hall_seated *all;
        size_t found;
        r = hall_seats(t->node->db, one->hall, (uint32_t)(one->first_day + d), t->a, &all, &found, err);
        for (size_t i = 0; r == 0 && i < found; i++)
            for (int o = 0; o < t->seen.book.rota.n_officers; o++)
                if (memcmp(all[i].member, t->members[o], ID_LEN) == 0) {
                    arena_one_more(t->a, sat, n, room);
                    sat[n++] = (struct rota_sat){o, all[i].counter, all[i].since_ms, all[i].until_ms};
                }
    }
    t->about.sat = sat;
    t->about.n = n;
    return r;
}

static int take(struct taking *t, const struct rotas_one *one, const struct rotas_one *all, size_t n, struct draws *to, struct err *err)
{
    int r = rotas_load(t->node, one->id, t->a, &t->seen, err);
    if (r == 0)
        r = hall_find(t->node->db, one->hall, t->a, &t->hall, err);
    if (r == 0)
        r = people_of(t, err);
    if (r < 0)
        return r;
    t->about.family = str_slice(t->hall.name, 0, DRAWS_CODE_MAX);
    days_of(t, all, n);
    r = seats_of(t, err);
    return r < 0 ? r : rota_lines(&t->seen, &t->about, to, err);
}

int watched_keep_rota(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], str basis, int64_t now_ms, int64_t days,
                      struct watched_kept *out, struct err *err)
{
    struct taking t = {.node = node, .a = arena_new()};
    struct draws *draws = draws_new();
    struct rotas_one *all;
    size_t n;
    int r = rotas_list(node->db, t.a, &all, &n, err);
    const struct rotas_one *one = NULL;
    for (size_t i = 0; r == 0 && i < n; i++)
        if (memcmp(all[i].id, id, ID_LEN) == 0 && all[i].state == ROTAS_MADE)
            one = &all[i];
    if (r == 0 && !one)
        r = err_set(err, ERR_NOT_FOUND, "there is no such rota that is made");
    if (r == 0)
        r = take(&t, one, all, n, draws, err);
    if (r == 0)
        r = watched_keep_of(node, actor, draws, &(struct watched_of){.rota = id}, basis, now_ms, days, out, err);
    draws_free(draws);
    arena_free(t.a);
    return r;
}

int watched_rota_due(struct db *db, uint32_t today, size_t skip, uint8_t id[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct rotas_one *all;
    size_t n;
    int r = rotas_list(db, a, &all, &n, err), found = 0;
    for (size_t i = n; r == 0 && !found && i-- > 0;) {
        bool kept = true;
        const int64_t end = all[i].first_day + all[i].n_days; /* the night of the last day ends on that one */
        if (all[i].state == ROTAS_MADE && end < today && end + WATCHED_BACK >= today)
            r = watched_rotas_kept(db, all[i].id, &kept, err);
        if (r == 0 && !kept && skip-- == 0) {
            memcpy(id, all[i].id, ID_LEN);
            found = 1;
        }
    }
    arena_free(a);
    return r < 0 ? r : found;
}
