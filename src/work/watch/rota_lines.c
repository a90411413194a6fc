#include "work/watch/rota_lines.h"

#include "work/rota/rotas_halves.h"
#include "work/watch/watched.h"

#define MINUTE_MS 60000
#define LEAST_MS (15 * MINUTE_MS) /* a shorter stay is no seat */

struct lines { const struct rotas_seen *seen; const struct rota_lines_about *about; struct draws *to; struct arena *a; };

static bool is_ill(const struct rotas_seen *s, int officer, int day)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->changes[i].kind == ROTAS_ILL && s->changes[i].officer == officer && day >= s->changes[i].first && day <= s->changes[i].last)
            return true;
    return false;
}

static str post_code(const struct lines *l, const struct rota_duty *duty)
{
    const str name = str_slice(duty->post.len ? duty->post : duty->name, 0, DRAWS_CODE_MAX - WATCHED_POST.len);
    struct buf b = buf_new(l->a);
    buf_add(&b, WATCHED_POST);
    for (size_t i = 0; i < name.len; i++) {
        const unsigned char c = (unsigned char)name.p[i];
        buf_byte(&b, c <= ' ' || c == 0x7f || c == '*' ? '-' : c);
    }
    return buf_str(&b);
}

/* Duties as drawn; of a day that was free and is not any more, the one that she was given. */
static int add_shift(const struct lines *l, int officer, int day, struct err *err)
{
    const struct rota *rota = &l->seen->book.rota;
    const int at = officer * rota->n_days + day;
    const int duty = l->seen->drawn[at] != ROTA_OFF ? l->seen->drawn[at] : l->seen->roster[at];
    const bool hand = l->seen->mark[at] == ROTAS_BY_HAND;
    if (duty == ROTA_OFF && !hand)
        return 0;
    const str post = duty == ROTA_OFF ? str_printf(l->a, "%.*soff", STR_ARG(WATCHED_POST)) : post_code(l, &rota->duties[duty]);
    const struct draws_call call = {.family = l->about->family, .of = l->about->codes[officer], .drawn = post, .could = post, .ms = -1, .overridden = hand,
                                    .odd = is_ill(l->seen, officer, day), .what = WATCH_SHIFT};
    return draws_add(l->to, &call, err);
}

/* Where she sat longest from then until then; 0: nowhere. */
static unsigned seat_of(const struct rota_lines_about *about, int officer, int64_t from, int64_t until)
{
    int64_t stayed[LINE_COUNTERS_MAX + 1] = {0};
    unsigned most = 0;
    for (size_t i = 0; i < about->n; i++) {
        const struct rota_sat *s = &about->sat[i];
        const int64_t since = s->since_ms > from ? s->since_ms : from, end = s->until_ms && s->until_ms < until ? s->until_ms : until;
        if (s->officer != officer || s->counter > LINE_COUNTERS_MAX || end <= since)
            continue;
        stayed[s->counter] += end - since;
        if (stayed[s->counter] >= LEAST_MS && stayed[s->counter] > stayed[most])
            most = s->counter;
    }
    return most;
}

static int add_half(const struct lines *l, const struct rotas_change *c, const struct rotas_cell *cell, struct err *err)
{
    const struct rotas_span span = rotas_half_span(&l->seen->book.rota.duties[c->duty], c->half);
    const int64_t midnight = l->about->midnights[c->first];
    const unsigned sat = seat_of(l->about, cell->officer, midnight + (int64_t)span.from * MINUTE_MS, midnight + (int64_t)span.until * MINUTE_MS);
    if (sat == 0 || !rotas_half_counts(l->seen, c, cell))
        return 0;
    const str counter = str_printf(l->a, "%.*scounter-%d", STR_ARG(WATCHED_POST), cell->to);
    const struct draws_call call = {.family = l->about->family, .of = l->about->codes[cell->officer], .drawn = counter, .could = counter, .ms = -1,
                                    .odd = sat != (unsigned)cell->to, .what = WATCH_SEAT};
    return draws_add(l->to, &call, err);
}

int rota_lines(const struct rotas_seen *s, const struct rota_lines_about *about, struct draws *to, struct err *err)
{
    const struct lines l = {s, about, to, arena_new()};
    int r = 0;
    for (int o = 0; r == 0 && o < s->book.rota.n_officers; o++)
        for (int d = 0; r == 0 && d < s->book.rota.n_days; d++)
            if (about->holds[d])
                r = add_shift(&l, o, d, err);
    for (size_t i = 0; r == 0 && i < s->n; i++)
        for (size_t k = 0; r == 0 && s->changes[i].kind == ROTAS_COUNTERS && s->changes[i].done && about->holds[s->changes[i].first] && k < s->changes[i].n; k++)
            r = add_half(&l, &s->changes[i], &s->changes[i].cells[k], err);
    arena_free(l.a);
    return r;
}
