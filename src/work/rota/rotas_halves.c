#include "work/rota/rotas_halves.h"

#include <pthread.h>
#include <string.h>

#include "ground/text/when.h"
#include "work/rota/rotas_internal.h"

#define DAY_MINUTES 1440

/* --- what clock, page and watch have in common --- */

static bool covers(const struct rotas_one *one, int64_t day)
{
    return one->state == ROTAS_MADE && one->first_day <= day && day < one->first_day + one->n_days;
}

bool rotas_holds(const struct rotas_one *all, size_t n, const struct rotas_one *one, int64_t day)
{
    bool holds = covers(one, day);
    for (size_t i = 0; holds && i < n; i++)
        holds = !covers(&all[i], day) || memcmp(all[i].hall, one->hall, ID_LEN) != 0 || all[i].frozen_ms <= one->frozen_ms;
    return holds;
}

struct rotas_span rotas_half_span(const struct rota_duty *duty, int half)
{
    const int midway = duty->start + duty->minutes / 2, end = duty->start + duty->minutes;
    return half ? (struct rotas_span){midway, end} : (struct rotas_span){duty->start, midway};
}

bool rotas_half_counts(const struct rotas_seen *s, const struct rotas_change *c, const struct rotas_cell *cell)
{
    return c->kind == ROTAS_COUNTERS && c->done && cell->to > 0 && s->mark[cell->officer * s->book.rota.n_days + c->first] != ROTAS_BY_HAND;
}

/* --- hers --- */

void rotas_halves_add(const struct rotas_seen *s, str name, int day, struct rotas_halves *out)
{
    const struct rota *rota = &s->book.rota;
    for (size_t i = 0; i < s->n; i++) {
        const struct rotas_change *c = &s->changes[i];
        for (size_t k = 0; c->kind == ROTAS_COUNTERS && c->first == day && k < c->n; k++) {
            const struct rotas_cell *cell = &c->cells[k];
            /* who fell ill is not expected any more, though what she sat before still counts */
            if (!rotas_half_counts(s, c, cell) || !str_eq_nocase(rota->officers[cell->officer].name, name) ||
                s->roster[cell->officer * rota->n_days + day] != c->duty || out->n == ROTAS_HALVES)
                continue;
            const struct rotas_span span = rotas_half_span(&rota->duties[c->duty], c->half);
            const int64_t midnight = (rota->first_day + day) * DAY_MINUTES;
            out->all[out->n++] = (struct rotas_half){midnight + span.from, midnight + span.until, (unsigned)cell->to, c->half == 1};
        }
    }
}

struct rotas_half rotas_half_at(const struct rotas_halves *h, int64_t minute)
{
    struct rotas_half now = {0};
    for (size_t i = 0; i < h->n; i++)
        if (h->all[i].from <= minute && minute < h->all[i].until && h->all[i].from >= now.from)
            now = h->all[i];
    return now;
}

int64_t rotas_minute(const struct node *node, int64_t now_ms)
{
    return date_to_days(when_day_in(node->time_zone, now_ms)) * DAY_MINUTES + when_minute_in(node->time_zone, now_ms);
}

/* --- the look, and what was shown already --- */

enum { SHOWN = 256 };
struct shown {
    uint8_t hall[ID_LEN], member[ID_LEN];
    int64_t today;
    struct rotas_version version;
    struct rotas_halves halves;
};
static struct {
    pthread_mutex_t lock;
    struct shown all[SHOWN];
    size_t next;
} shown = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool is_hers(const struct shown *s, const struct shown *asked)
{
    return memcmp(s->hall, asked->hall, ID_LEN) == 0 && memcmp(s->member, asked->member, ID_LEN) == 0;
}

static bool was_shown(struct shown *asked)
{
    bool found = false;
    pthread_mutex_lock(&shown.lock);
    for (size_t i = 0; !found && i < SHOWN; i++) {
        const struct shown *s = &shown.all[i];
        found = is_hers(s, asked) && s->today == asked->today && memcmp(&s->version, &asked->version, sizeof s->version) == 0;
        if (found)
            asked->halves = s->halves;
    }
    pthread_mutex_unlock(&shown.lock);
    return found;
}

static void is_shown(const struct shown *now)
{
    pthread_mutex_lock(&shown.lock);
    size_t at = shown.next;
    for (size_t i = 0; i < SHOWN; i++)
        if (is_hers(&shown.all[i], now))
            at = i;
    if (at == shown.next)
        shown.next = (shown.next + 1) % SHOWN;
    shown.all[at] = *now;
    pthread_mutex_unlock(&shown.lock);
}

struct looking { const struct rotas_asked *asked; struct shown *now; };

static int do_look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct looking *l = arg;
    struct arena *a = arena_new();
    struct rotas_one *all;
    size_t n;
    act->detail = STR("{\"rota\":\"her counter\"}");
    l->now->halves = (struct rotas_halves){0};
    int r = rotas_store_list(node->db, ROTAS_MADE, a, &all, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        for (int64_t day = l->now->today - 1; r == 0 && day <= l->now->today; day++) {
            struct rotas_seen s;
            if (memcmp(all[i].hall, l->asked->hall, ID_LEN) != 0 || !rotas_holds(all, n, &all[i], day))
                continue;
            r = rotas_load(node, all[i].id, a, &s, err);
            if (r == 0)
                rotas_halves_add(&s, l->asked->name, (int)(day - all[i].first_day), &l->now->halves);
        }
    arena_free(a);
    return r;
}

int rotas_half_now(struct node *node, const struct actor *actor, const struct rotas_asked *asked, struct rotas_half *out, struct err *err)
{
    struct shown now = {.today = asked->minute / DAY_MINUTES};
    struct looking l = {asked, &now};
    struct act act = {.verb = str_eq(actor->role, STR("operator")) ? VERB_ROTA_LOOK : VERB_SHIFTS, .actor = actor, .now_ms = asked->now_ms};
    *out = (struct rotas_half){0};
    memcpy(now.hall, asked->hall, ID_LEN);
    memcpy(now.member, asked->member, ID_LEN);
    int r = rotas_store_version(node->db, asked->hall, now.today, &now.version, err);
    if (r < 0 || now.version.drawn == 0)
        return r;
    if (!was_shown(&now)) {
        r = act_run(node, &act, do_look, &l, err);
        if (r < 0)
            return r;
        is_shown(&now);
    }
    *out = rotas_half_at(&now.halves, asked->minute);
    return 0;
}
