#include "work/desk/hall_seen.h"

#include <stdlib.h>
#include <string.h>

#include "ground/crypto/crypto.h"
#include "work/desk/hall_internal.h"

void hall_seen_clear(struct hall *h)
{
    if (h->seen.a)
        arena_free(h->seen.a);
    h->seen = (struct seen){.a = arena_new()};
}

static void keep_call(struct hall *h, const struct line_event *e, const struct line_window *w, const struct line_outcome *o)
{
    struct seen *s = &h->seen;
    arena_one_more(s->a, s->calls, s->n_calls, s->calls_room);
    struct hall_call *c = &s->calls[s->n_calls++];
    *c = (struct hall_call){.ticket = o->ticket, .counter = o->counter, .at = e->at};
    if (e->kind != LINE_CALL)
        return;
    c->call = w->call;
    c->overtook = o->overtook;
    c->n = w->n;
    c->due = o->due;
    c->weak = o->weak;
    c->no_choice = o->no_choice;
    memcpy(c->window, w->tickets, sizeof c->window);
    if (!o->due)
        c->beta = h->beta;
}

int hall_seen_apply(struct hall *h, const struct line_event *e, struct line_outcome *out, struct err *err)
{
    struct line_outcome o;
    const struct line_window *asked = line_asked(h->line);
    const struct line_window w = asked ? *asked : (struct line_window){0};
    int r = line_apply(h->line, e, &o, err);
    if (r == 0 && e->kind == LINE_ENTER)
        day_seal(h->seen.a, &h->seen.seals, o.ticket, e->commitment);
    if (r == 0 && (e->kind == LINE_CALL || e->kind == LINE_OVERRIDE))
        keep_call(h, e, &w, &o);
    if (r == 0 && out)
        *out = o;
    return r;
}

/* Of a case that goes on it is not told again how its call came about: that is in the day before. */
int hall_seen_over(struct hall *h, const struct day_record *rec, struct err *err)
{
    struct seen *s = &h->seen;
    bool ready;
    int r = day_comes_over(s->a, &s->coming, rec, h->line, &ready, err);
    for (uint32_t i = 0; r == 0 && ready && i < s->coming.n; i++) {
        const struct line_ticket *t = &s->coming.tickets[i];
        day_seal(s->a, &s->seals, t->id, s->coming.digests[i]);
        if (t->state != LINE_CALLED)
            continue;
        arena_one_more(s->a, s->calls, s->n_calls, s->calls_room);
        s->calls[s->n_calls++] = (struct hall_call){.ticket = t->id, .counter = t->counter, .at = t->called, .before = true};
    }
    return r;
}

void hall_seen_draw(struct hall *h, const struct day_draw *d)
{
    h->seen.draws++;
    for (size_t i = 0; i < d->answers.n; i++) {
        const unsigned holder = d->answers.holders[i];
        if (holder >= 1 && holder <= THRESHOLD_HOLDERS_MAX)
            h->seen.holders[holder - 1] = (struct hall_holder){h->seen.holders[holder - 1].answered + 1, h->at};
    }
}

/* --- to look at --- */

size_t hall_calls(const struct hall *h, const struct hall_call **out)
{
    *out = h->seen.calls;
    return h->seen.n_calls;
}

const struct hall_call *hall_call_of(const struct hall *h, uint32_t ticket)
{
    for (size_t i = h->seen.n_calls; i > 0; i--)
        if (h->seen.calls[i - 1].ticket == ticket)
            return &h->seen.calls[i - 1];
    return NULL;
}

unsigned hall_holders_seen(const struct hall *h, const struct hall_holder **out, uint32_t *draws)
{
    *out = h->seen.holders;
    *draws = h->seen.draws;
    return h->keys.holders;
}

bool hall_belongs(const struct hall *h, uint32_t ticket, const uint8_t salt[static DRAW_SALT_LEN], str document)
{
    uint8_t digest[HASH_LEN];
    draw_commitment(salt, str_bytes(str_trim(document)), digest);
    const uint8_t *sealed = day_sealed(&h->seen.seals, ticket);
    return sealed && crypto_equal(digest, sealed, HASH_LEN);
}

static int by_length(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

struct hall_waits hall_waits(const struct hall *h, struct arena *a)
{
    struct hall_waits w = {0};
    const struct line_ticket *t;
    int64_t *waits = arena_array(a, int64_t, line_totals(h->line)->tickets + line_totals(h->line)->came_over), sum = 0;
    for (uint32_t i = 0; (t = line_each(h->line, &i));) {
        if (!t->called)
            continue;
        waits[w.n] = t->called - t->entered; /* until the last of its calls */
        sum += waits[w.n++];
    }
    if (w.n == 0)
        return w;
    qsort(waits, w.n, sizeof *waits, by_length);
    w.mean = sum / w.n;
    w.p95 = waits[(w.n - 1) * 95 / 100];
    w.most = waits[w.n - 1];
    return w;
}
