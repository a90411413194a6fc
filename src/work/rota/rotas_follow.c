/* What follows of a table, its draws and its changes: the same for the node that keeps them and for a stranger. No I/O. */
#include <string.h>

#include "ground/crypto/crypto.h"
#include "ground/json/json.h"
#include "work/rota/rotas_internal.h"

#define SALT_LEN 16
#define CONTENT_MAX (1 << 20)

/* --- seeds --- */

int rotas_seed(const struct threshold_keys *keys, const struct rotas_draw *draw, uint8_t seed[static ROTA_SEED_LEN], struct err *err)
{
    struct draw_answers answers = draw->answers;
    struct draw_beta beta;
    unsigned wrong;
    int r = draw_beta(keys, &draw->what, (bytes){draw->known, HASH_LEN}, &answers, &beta, &wrong, err);
    if (r == ERR_NOT_FOUND || (r == 0 && beta.weak))
        return err_set(err, ERR_RETRY, N_("fewer than two key holders answer: no rota is drawn until they do, and none from a seed that somebody chose"));
    if (r == 0)
        draw_seed(&beta, seed);
    return r;
}

/* --- a change as it is kept --- */

str rotas_what(struct arena *a, const struct rotas_change *c)
{
    uint8_t salt[SALT_LEN];
    struct json *o = json_object_new(a);
    crypto_random(salt, sizeof salt);
    json_put_int(o, "version", 1);
    json_put_int(o, "kind", c->kind);
    json_put_int(o, "officer", c->officer);
    json_put_int(o, "first", c->first);
    json_put_int(o, "last", c->last);
    json_put_int(o, "duty", c->duty);
    json_put_int(o, "half", c->half);
    json_put_str(o, "why", c->why);
    json_put_hex(o, "salt", (bytes){salt, sizeof salt});
    return json_write(a, o, JSON_ONE_LINE);
}

void rotas_known(const struct rotas_change *c, uint8_t known[static HASH_LEN])
{
    crypto_sha256(known, str_bytes(c->what));
}

str rotas_change_write(struct arena *a, const struct rotas_change *c)
{
    struct json *o = json_object_new(a);
    json_put_str(o, "what", c->what);
    json_put_hex(o, "by", (bytes){c->by, ID_LEN});
    if (c->kind == ROTAS_SWAP)
        json_put_hex(o, "agreed", (bytes){c->agreed, ID_LEN});
    json_put_int(o, "at", c->at_ms);
    json_put_int(o, "eligible", c->eligible);
    if (c->kind == ROTAS_ILL && c->done)
        json_put_int(o, "search", c->search);
    struct json *cells = json_put_array(o, "cells");
    for (size_t i = 0; i < c->n; i++) {
        struct json *cell = json_add_object(cells);
        json_put_int(cell, "officer", c->cells[i].officer);
        json_put_int(cell, "day", c->cells[i].day);
        json_put_int(cell, "to", c->cells[i].to);
    }
    return json_write(a, o, JSON_ONE_LINE);
}

static int read_int(const struct json *o, const char *key, int64_t min, int64_t max, int *out, struct err *err)
{
    int64_t n = 0;
    int r = json_get_int(o, key, min, max, &n, err);
    *out = (int)n;
    return r;
}

static int read_what(struct arena *a, const struct rota *rota, struct rotas_change *c, struct err *err)
{
    const struct json *o;
    int kind = 0, r = json_parse(a, "a change of a rota", str_bytes(c->what), CONTENT_MAX, &o, err);
    const struct { const char *key; int min, max, *out; } numbers[] = {
        {"kind", ROTAS_ILL, ROTAS_SWAP, &kind}, {"officer", -1, rota->n_officers - 1, &c->officer}, {"first", 0, rota->n_days - 1, &c->first},
        {"last", 0, rota->n_days - 1, &c->last}, {"duty", 0, rota->n_duties - 1, &c->duty}, {"half", 0, 1, &c->half}};
    for (size_t i = 0; r == 0 && i < sizeof numbers / sizeof numbers[0]; i++)
        r = read_int(o, numbers[i].key, numbers[i].min, numbers[i].max, numbers[i].out, err);
    c->kind = (enum rotas_kind)kind;
    if (r == 0 && c->kind != ROTAS_COUNTERS && c->officer < 0)
        r = json_refuse(o, "officer", err, "nobody");
    return r < 0 ? r : json_get_str(o, "why", ROTAS_WHY_MAX, &c->why, err);
}

int rotas_change_read(struct arena *a, bytes content, const struct rota *rota, struct rotas_change *c, struct err *err)
{
    const struct json *o, *cells;
    int r = json_parse(a, "a change of a rota", content, CONTENT_MAX, &o, err);
    if (r == 0)
        r = json_get_str(o, "what", CONTENT_MAX, &c->what, err);
    if (r == 0)
        r = read_what(a, rota, c, err);
    if (r == 0)
        r = json_get_hex(o, "by", c->by, ID_LEN, err);
    if (r == 0 && c->kind == ROTAS_SWAP)
        r = json_get_hex(o, "agreed", c->agreed, ID_LEN, err);
    if (r == 0)
        r = json_get_int(o, "at", 0, INT64_MAX, &c->at_ms, err);
    if (r == 0)
        r = read_int(o, "eligible", 0, ROTA_OFFICERS_MAX, &c->eligible, err);
    c->search = 1; /* which did not say so */
    if (r == 0 && json_find(o, "search"))
        r = read_int(o, "search", 1, INT32_MAX, &c->search, err);
    if (r == 0)
        r = json_get_array(o, "cells", &cells, err);
    if (r < 0)
        return r;
    const int most = c->kind == ROTAS_COUNTERS ? ROTA_OFFICERS_MAX : rota->n_duties - 1;
    c->n = json_count(cells);
    c->cells = arena_array(a, struct rotas_cell, c->n);
    for (size_t i = 0; r == 0 && i < c->n; i++) {
        const struct json *cell = json_at(cells, i);
        r = read_int(cell, "officer", 0, rota->n_officers - 1, &c->cells[i].officer, err);
        if (r == 0)
            r = read_int(cell, "day", 0, rota->n_days - 1, &c->cells[i].day, err);
        if (r == 0)
            r = read_int(cell, "to", 0, most, &c->cells[i].to, err);
    }
    return r;
}

/* --- what it does --- */

void rotas_apply(struct rotas_seen *s, const struct rotas_change *c)
{
    if (c->kind == ROTAS_COUNTERS)
        return;
    for (size_t i = 0; i < c->n; i++) {
        const int at = c->cells[i].officer * s->book.rota.n_days + c->cells[i].day;
        if (s->roster[at] == c->cells[i].to)
            continue;
        s->roster[at] = (uint8_t)c->cells[i].to;
        s->mark[at] = c->kind == ROTAS_ILL ? ROTAS_REPAIRED : ROTAS_BY_HAND;
    }
}

/* --- calendars --- */

#define SEQUENCES 100000 /* more than changes of one rota */

struct rotas_past *rotas_pasts(struct arena *a, const struct rotas_seen *s)
{
    const size_t cells = (size_t)(s->book.rota.n_officers * s->book.rota.n_days);
    struct rotas_past *pasts = arena_calloc(a, cells, sizeof *pasts);
    for (size_t i = 0; i < cells; i++)
        pasts[i] = (struct rotas_past){.sequence = (int)(s->attempt - 1) * SEQUENCES, .since_ms = s->one.rostered_ms, .was = s->drawn[i]};
    for (size_t i = 0; i < s->n; i++) {
        const struct rotas_change *c = &s->changes[i];
        for (size_t k = 0; c->done && c->kind != ROTAS_COUNTERS && k < c->n; k++) {
            struct rotas_past *p = &pasts[c->cells[k].officer * s->book.rota.n_days + c->cells[k].day];
            p->sequence = (int)(s->attempt - 1) * SEQUENCES + (int)c->number;
            p->since_ms = c->at_ms;
            p->was = c->cells[k].to ? c->cells[k].to : p->was;
        }
    }
    for (size_t i = 0; i < cells; i++) /* another rota for these days may have stood in her calendar */
        pasts[i].called_off = s->roster[i] == ROTA_OFF && (pasts[i].was != ROTA_OFF || s->attempt > 1);
    return pasts;
}

void rotas_calendar(struct arena *a, struct buf *out, const struct rotas_seen *s, int officer)
{
    const struct rota *rota = &s->book.rota;
    const struct rotas_past *pasts = rotas_pasts(a, s);
    const str place = hex_encode(a, (bytes){s->one.hall, 8});
    rota_ical_begin(out);
    for (int o = 0; o < rota->n_officers; o++)
        for (int d = 0; (officer < 0 || o == officer) && d < rota->n_days; d++) {
            const int at = o * rota->n_days + d, duty = s->roster[at] ? s->roster[at] : pasts[at].was;
            if (s->roster[at] != ROTA_OFF || pasts[at].called_off)
                rota_ical_event(a, out, &(struct rota_event){rota->officers[o].name, place, rota->first_day + d, pasts[at].since_ms,
                                                             duty ? &rota->duties[duty] : NULL, pasts[at].sequence, officer < 0, pasts[at].called_off});
        }
    rota_ical_end(out);
}

/* --- illness --- */

/* What is past stays, and who was ill before does not stand in. */
static void narrow(const struct rotas_seen *s, struct rota *rota, int first)
{
    for (int o = 0; o < rota->n_officers; o++)
        for (int d = 0; d < first; d++)
            rota->allowed[o * rota->n_days + d] = (uint64_t)1 << s->roster[o * rota->n_days + d];
    for (size_t i = 0; i < s->n; i++)
        for (int d = s->changes[i].first; s->changes[i].done && s->changes[i].kind == ROTAS_ILL && d <= s->changes[i].last; d++)
            rota->allowed[s->changes[i].officer * rota->n_days + d] = 1;
}

int rotas_stand_in(struct arena *a, const struct rotas_seen *s, struct rotas_change *c, const uint8_t seed[static ROTA_SEED_LEN], struct err *err)
{
    struct rota rota = s->book.rota;
    const size_t cells = (size_t)(rota.n_officers * rota.n_days);
    struct rota_repair repair;
    uint8_t *roster = rota_roster(a, &rota);
    rota.allowed = arena_array(a, uint64_t, cells);
    memcpy(rota.allowed, s->book.rota.allowed, cells * sizeof *rota.allowed);
    memcpy(roster, s->roster, cells);
    narrow(s, &rota, c->first);
    int r = rota_repair(a, &rota, roster, c->officer, c->first, c->last, seed, &repair, err);
    if (r < 0)
        return r;
    c->cells = arena_array(a, struct rotas_cell, cells);
    c->n = 0;
    for (int o = 0; o < rota.n_officers; o++)
        for (int d = 0; d < rota.n_days; d++)
            if (roster[o * rota.n_days + d] != s->roster[o * rota.n_days + d])
                c->cells[c->n++] = (struct rotas_cell){o, d, roster[o * rota.n_days + d]};
    c->eligible = repair.eligible;
    c->search = ROTA_SEARCH;
    c->done = true;
    return 0;
}

/* --- counters --- */

struct past { int *had, *last, *row, *beside; };

static void remember(const struct rotas_change *before, const int there[], int n, int n_counters, struct past *p)
{
    int at[ROTA_OFFICERS_MAX] = {0};
    for (int i = 0; i < n; i++)
        for (size_t k = 0; k < before->n; k++)
            if (before->cells[k].officer == there[i] && before->cells[k].to <= n_counters)
                at[i] = before->cells[k].to;
    for (int i = 0; i < n; i++) {
        if (!at[i])
            continue;
        p->had[i * n_counters + at[i] - 1]++;
        p->row[i] = p->last[i] == at[i] ? p->row[i] + 1 : 1;
        p->last[i] = at[i];
        for (int j = 0; j < n; j++)
            if (at[j] == at[i] + 1 || at[j] + 1 == at[i])
                p->beside[i * n + j] += at[j] > 0;
    }
}

void rotas_seats(struct arena *a, const struct rotas_seen *s, struct rotas_change *c, const uint8_t seed[static ROTA_SEED_LEN])
{
    const struct rota *rota = &s->book.rota;
    const int n_counters = rota->duties[c->duty].counters;
    int there[ROTA_OFFICERS_MAX], counter[ROTA_OFFICERS_MAX], n = 0;
    for (int o = 0; o < rota->n_officers; o++)
        if (s->roster[o * rota->n_days + c->first] == c->duty)
            there[n++] = o;
    const size_t each = (size_t)n;
    struct past p = {.had = arena_calloc(a, each * (size_t)n_counters + 1, sizeof(int)), .last = arena_calloc(a, each + 1, sizeof(int)),
                     .row = arena_calloc(a, each + 1, sizeof(int)), .beside = arena_calloc(a, each * each + 1, sizeof(int))};
    const str post = rota->duties[c->duty].post;
    for (size_t i = 0; i < s->n; i++)
        if (s->changes[i].kind == ROTAS_COUNTERS && s->changes[i].done && str_eq(rota->duties[s->changes[i].duty].post, post))
            remember(&s->changes[i], there, n, n_counters, &p);
    const struct rota_counter_past past = {p.had, p.last, p.row, p.beside};
    rota_counters_within(seed, n, n_counters, &s->book.counters, &past, counter);
    c->cells = arena_array(a, struct rotas_cell, each);
    c->n = each;
    for (int i = 0; i < n; i++)
        c->cells[i] = (struct rotas_cell){there[i], c->first, counter[i]};
    c->done = true;
}
