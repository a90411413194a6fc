#include "work/rota/rotas.h"

#include <string.h>

#include "ground/crypto/crypto.h"
#include "ground/json/json.h"
#include "work/rota/rotas_internal.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* --- reading --- */

static int load_changes(struct node *node, int64_t before, struct arena *a, struct rotas_seen *s, struct err *err)
{
    struct change_row *rows;
    size_t n;
    int r = rotas_changes(node->db, s->one.id, a, &rows, &n, err);
    s->changes = arena_array(a, struct rotas_change, r < 0 ? 0 : n);
    for (size_t i = 0; r == 0 && i < n && (before == 0 || rows[i].number < before); i++) {
        struct rotas_change *c = &s->changes[s->n];
        bytes content;
        *c = (struct rotas_change){.number = rows[i].number, .done = rows[i].done};
        r = vault_get(node->vault, node->db, VAULT_ROTA, &rows[i].content, a, &content, err);
        if (r == 0)
            r = rotas_change_read(a, content, &s->book.rota, c, err);
        s->n++;
    }
    return r;
}

static int load_roster(struct node *node, struct arena *a, struct rotas_seen *s, struct err *err)
{
    const size_t cells = (size_t)(s->book.rota.n_officers * s->book.rota.n_days);
    bytes roster;
    int r = vault_get(node->vault, node->db, VAULT_ROTA, &s->one.roster, a, &roster, err);
    if (r < 0)
        return r;
    bool whole = roster.len == cells;
    for (size_t i = 0; whole && i < cells; i++)
        whole = roster.p[i] < s->book.rota.n_duties;
    if (!whole)
        return err_set(err, ERR_CORRUPT, "a roster does not fit the table that it was made from");
    s->drawn = rota_roster(a, &s->book.rota);
    s->roster = rota_roster(a, &s->book.rota);
    s->mark = arena_calloc(a, cells, 1);
    memcpy(s->drawn, roster.p, cells);
    memcpy(s->roster, roster.p, cells);
    return 0;
}

static int count_attempts(struct node *node, struct arena *a, struct rotas_seen *s, struct err *err)
{
    struct rotas_one *all;
    size_t n;
    int r = rotas_store_list(node->db, 0, a, &all, &n, err);
    s->attempt = 1;
    for (size_t i = 0; r == 0 && i < n; i++) {
        const struct rotas_one *o = &all[i];
        const bool same_days = o->first_day < s->one.first_day + s->one.n_days && s->one.first_day < o->first_day + o->n_days;
        if (o->state != ROTAS_DRAFT && memcmp(o->hall, s->one.hall, ID_LEN) == 0 && memcmp(o->id, s->one.id, ID_LEN) != 0 && same_days)
            s->attempt += s->one.state == ROTAS_DRAFT || o->frozen_ms < s->one.frozen_ms;
    }
    return r;
}

int rotas_load_before(struct node *node, const uint8_t id[static ID_LEN], int64_t change, struct arena *a, struct rotas_seen *s, struct err *err)
{
    *s = (struct rotas_seen){0};
    int r = rotas_store_get(node->db, id, &s->one, err);
    if (r == 0)
        r = vault_get(node->vault, node->db, VAULT_ROTA, &s->one.input, a, &s->input, err);
    if (r == 0)
        r = rota_book_read(a, s->input, &s->book, err);
    if (r == 0)
        r = rotas_draws(node->db, id, a, &s->draws, &s->n_draws, err);
    if (r == 0)
        r = count_attempts(node, a, s, err);
    if (r == 0 && s->one.state == ROTAS_MADE)
        r = load_roster(node, a, s, err);
    if (r == 0 && s->one.state == ROTAS_MADE)
        r = load_changes(node, change, a, s, err);
    for (size_t i = 0; r == 0 && i < s->n; i++)
        if (s->changes[i].done)
            rotas_apply(s, &s->changes[i]);
    return r;
}

int rotas_load(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct rotas_seen *s, struct err *err)
{
    return rotas_load_before(node, id, 0, a, s, err);
}

/* --- writing --- */

int rotas_keys(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, int64_t now_ms, struct arena *a, struct threshold_keys *out, struct err *err)
{
    struct day_keys keys;
    int64_t since_ms;
    int r = day_book_keys_of(node, hall, day, a, &keys, &since_ms, err);
    if (r == ERR_NOT_FOUND || (r == 0 && now_ms - since_ms < DAY_KEYS_AHEAD_MS))
        return err_set(err, ERR_DENIED, N_("this hall has no keys that have been in the log for a day: without them nothing is drawn"));
    if (r == 0)
        *out = keys.keys;
    return r;
}

int rotas_keep_change(struct node *node, const uint8_t id[static ID_LEN], struct rotas_change *c, struct arena *a, struct err *err)
{
    struct change_row row = {.number = c->number, .done = c->done};
    int r = vault_put(node->vault, node->db, VAULT_ROTA, str_bytes(rotas_change_write(a, c)), NULL, &row.content, NULL, err);
    if (r == 0)
        r = rotas_change_put(node->db, id, &row, err);
    c->number = row.number;
    return r;
}

/* An act on a rota. */
struct deed {
    struct arena *a;
    struct rotas_one *one;
    uint8_t id[ID_LEN];
    bytes input;
    struct rotas_change *change;
    struct rotas_seen *seen;
};

static void say(struct act *act, const struct deed *d, const char *what)
{
    act->has_object = true;
    memcpy(act->object, d->id, ID_LEN);
    act->detail = str_from(what);
}

static int do_save(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct deed *d = arg;
    struct rotas_one was, *one = d->one;
    struct err none = {0};
    say(act, d, "{\"rota\":\"written\"}");
    int r = rotas_store_get(node->db, d->id, &was, &none);
    if (r == 0 && was.state != ROTAS_DRAFT)
        return err_set(err, ERR_DENIED, N_("this rota is frozen: its table cannot be changed any more"));
    if (r < 0 && r != ERR_NOT_FOUND) {
        *err = none;
        return r;
    }
    if (r == 0) {
        one->made_ms = was.made_ms;
        r = vault_erase(node->vault, node->db, VAULT_ROTA, &was.input, err);
    } else
        r = 0;
    if (r == 0)
        r = vault_put(node->vault, node->db, VAULT_ROTA, d->input, NULL, &one->input, NULL, err);
    return r < 0 ? r : rotas_store_put(node->db, one, err);
}

int rotas_save(struct node *node, const struct actor *actor, struct rotas_one *one, bytes input, int64_t now_ms, struct err *err)
{
    static const uint8_t none[ID_LEN];
    struct act act = {.verb = VERB_ROTA, .actor = actor, .now_ms = now_ms};
    struct deed d = {.a = arena_new(), .one = one, .input = input};
    struct rota_book book;
    int r = input.len > ROTAS_INPUT_MAX ? err_set(err, ERR_LIMIT, N_("a rota's table is at most one million characters")) : rota_book_read(d.a, input, &book, err);
    if (r == 0) {
        if (memcmp(one->id, none, ID_LEN) == 0)
            crypto_random(one->id, ID_LEN);
        memcpy(d.id, one->id, ID_LEN);
        one->state = ROTAS_DRAFT;
        one->first_day = book.rota.first_day;
        one->n_days = book.rota.n_days;
        one->made_ms = now_ms;
        r = act_run(node, &act, do_save, &d, err);
    }
    arena_free(d.a);
    return r;
}

static int do_drop(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct deed *d = arg;
    struct rotas_one one;
    say(act, d, "{\"rota\":\"dropped\"}");
    int r = rotas_store_get(node->db, d->id, &one, err);
    if (r == 0 && one.state != ROTAS_DRAFT)
        return err_set(err, ERR_DENIED, N_("what was frozen stays: a rota that nobody saw could be drawn until it suits"));
    if (r == 0)
        r = vault_erase(node->vault, node->db, VAULT_ROTA, &one.input, err);
    return r < 0 ? r : rotas_store_drop(node->db, d->id, err);
}

int rotas_drop(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err)
{
    struct act act = {.verb = VERB_ROTA, .actor = actor, .now_ms = now_ms};
    struct deed d = {0};
    memcpy(d.id, id, ID_LEN);
    return act_run(node, &act, do_drop, &d, err);
}

/* The leaf says hall, day, number and digest before any holder is asked. */
static str frozen_words(struct arena *a, const struct rotas_draw *draw)
{
    struct json *o = json_object_new(a);
    json_put_str(o, "rota", STR("frozen"));
    json_put_hex(o, "hall", (bytes){draw->what.hall, ID_LEN});
    json_put_int(o, "day", draw->what.day);
    json_put_int(o, "kind", draw->what.kind);
    json_put_int(o, "number", draw->what.number);
    json_put_hex(o, "known", (bytes){draw->known, HASH_LEN});
    return json_write(a, o, JSON_ONE_LINE);
}

static int do_freeze(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct deed *d = arg;
    struct rotas_seen s;
    struct threshold_keys keys;
    struct rotas_draw draw = {.what = {.day = (uint32_t)(act->now_ms / DAY_MS), .kind = DRAW_ROTA}};
    say(act, d, "");
    int r = rotas_load(node, d->id, d->a, &s, err);
    if (r == 0 && s.one.state != ROTAS_DRAFT)
        r = err_set(err, ERR_EXISTS, N_("this rota is frozen already"));
    if (r == 0 && s.book.moves > ROTAS_MOVES_MAX)
        r = err_set(err, ERR_INPUT, N_("the row moves asks for more than a node makes, which is %d"), ROTAS_MOVES_MAX);
    if (r == 0)
        r = rotas_keys(node, s.one.hall, draw.what.day, act->now_ms, d->a, &keys, err);
    if (r < 0)
        return r;
    crypto_sha256(s.one.digest, s.input);
    memcpy(draw.what.hall, s.one.hall, ID_LEN);
    memcpy(draw.rota, d->id, ID_LEN);
    memcpy(draw.known, s.one.digest, HASH_LEN);
    s.one.state = ROTAS_FROZEN;
    s.one.frozen_ms = act->now_ms;
    r = rotas_store_put(node->db, &s.one, err);
    if (r == 0)
        r = rotas_draw_put(node->db, &draw, err);
    act->detail = frozen_words(d->a, &draw);
    return r;
}

int rotas_freeze(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err)
{
    struct act act = {.verb = VERB_ROTA, .actor = actor, .now_ms = now_ms};
    struct deed d = {.a = arena_new()};
    memcpy(d.id, id, ID_LEN);
    int r = act_run(node, &act, do_freeze, &d, err);
    arena_free(d.a);
    return r;
}

/* --- changes --- */

static int do_change(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct deed *d = arg;
    struct rotas_change *c = d->change;
    struct rotas_seen s;
    say(act, d, c->kind == ROTAS_HAND ? "{\"rota\":\"changed by hand\"}" : "");
    int r = rotas_load(node, d->id, d->a, &s, err);
    if (r == 0 && s.one.state != ROTAS_MADE)
        r = err_set(err, ERR_DENIED, N_("this rota is not made yet"));
    if (r == 0 && (c->officer < 0 || c->officer >= s.book.rota.n_officers || c->first < 0 || c->last < c->first || c->last >= s.book.rota.n_days ||
                   c->duty < 0 || c->duty >= s.book.rota.n_duties))
        r = err_set(err, ERR_INPUT, N_("choose an officer and days of this rota, the first not after the last"));
    if (r == 0 && s.n >= ROTAS_CHANGES_MAX)
        r = err_set(err, ERR_LIMIT, N_("this rota was changed so often that it is none any more: make another"));
    if (r < 0)
        return r;
    c->number = 0;
    c->what = rotas_what(d->a, c);
    r = rotas_keep_change(node, d->id, c, d->a, err);
    if (r < 0 || c->kind == ROTAS_HAND)
        return r;
    struct threshold_keys keys;
    struct rotas_draw draw = {.what = {.day = (uint32_t)(act->now_ms / DAY_MS), .kind = c->kind == ROTAS_ILL ? DRAW_STANDBY : DRAW_COUNTERS}, .change = c->number};
    memcpy(draw.what.hall, s.one.hall, ID_LEN);
    memcpy(draw.rota, d->id, ID_LEN);
    rotas_known(c, draw.known);
    r = rotas_keys(node, s.one.hall, draw.what.day, act->now_ms, d->a, &keys, err);
    if (r == 0)
        r = rotas_draw_put(node->db, &draw, err);
    act->detail = frozen_words(d->a, &draw);
    return r;
}

static int change(struct node *node, const struct actor *actor, const uint8_t id[ID_LEN], struct rotas_change *c, int64_t now_ms, struct err *err)
{
    struct act act = {.verb = VERB_ROTA, .actor = actor, .now_ms = now_ms};
    struct deed d = {.a = arena_new(), .change = c};
    memcpy(d.id, id, ID_LEN);
    memcpy(c->by, actor->member, ID_LEN);
    c->at_ms = now_ms;
    int r = act_run(node, &act, do_change, &d, err);
    arena_free(d.a);
    return r;
}

int rotas_ill(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], int officer, int first, int last, int64_t now_ms, struct err *err)
{
    struct rotas_change c = {.kind = ROTAS_ILL, .officer = officer, .first = first, .last = last};
    return change(node, actor, id, &c, now_ms, err);
}

int rotas_hand(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], struct rotas_cell cell, str why, int64_t now_ms, struct err *err)
{
    struct rotas_change c = {.kind = ROTAS_HAND, .officer = cell.officer, .first = cell.day, .last = cell.day, .duty = cell.to, .why = str_trim(why),
                             .done = true, .cells = &cell, .n = 1};
    if (c.why.len == 0 || c.why.len > ROTAS_WHY_MAX)
        return err_set(err, ERR_INPUT, N_("say in one line why this cell is changed by hand"));
    return change(node, actor, id, &c, now_ms, err);
}

/* --- looking --- */

int rotas_list(struct db *db, struct arena *a, struct rotas_one **out, size_t *n, struct err *err)
{
    return rotas_store_list(db, 0, a, out, n, err);
}

int rotas_waiting(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct rotas_seen *s, struct err *err)
{
    *s = (struct rotas_seen){0};
    int r = rotas_store_get(node->db, id, &s->one, err);
    if (r == 0 && s->one.state != ROTAS_FROZEN && s->one.state != ROTAS_DRAWN)
        r = err_set(err, ERR_NOT_FOUND, "this rota waits for nothing");
    if (r == 0)
        r = rotas_draws(node->db, id, a, &s->draws, &s->n_draws, err);
    return r < 0 ? r : count_attempts(node, a, s, err);
}

static int do_look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct deed *d = arg;
    say(act, d, "{\"rota\":\"looked at\"}");
    return rotas_load(node, d->id, d->a, d->seen, err);
}

int rotas_look(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], int64_t now_ms, struct arena *a, struct rotas_seen *out,
               struct err *err)
{
    struct act act = {.verb = VERB_ROTA_LOOK, .actor = actor, .now_ms = now_ms};
    struct deed d = {.a = a, .seen = out};
    memcpy(d.id, id, ID_LEN);
    return act_run(node, &act, do_look, &d, err);
}

struct own { struct arena *a; str name; int64_t from_day; struct rotas_own *out; };

static void take_shifts(struct own *w, const struct rotas_seen *s)
{
    const struct rota *rota = &s->book.rota;
    const struct rotas_past *pasts = rotas_pasts(w->a, s);
    const str place = hex_encode(w->a, (bytes){s->one.hall, 8});
    for (int o = 0; o < rota->n_officers; o++) {
        if (!str_eq_nocase(rota->officers[o].name, w->name))
            continue;
        for (int d = 0; d < rota->n_days; d++) {
            const int at = o * rota->n_days + d;
            const int duty = s->roster[at] ? s->roster[at] : pasts[at].was;
            if (rota->first_day + d < w->from_day || (s->roster[at] == ROTA_OFF && !pasts[at].called_off))
                continue;
            arena_one_more(w->a, w->out->shifts, w->out->n, w->out->room);
            struct rotas_shift *shift = &w->out->shifts[w->out->n++];
            *shift = (struct rotas_shift){rota->first_day + d, duty ? &rota->duties[duty] : NULL, (enum rotas_mark)s->mark[at], {-1, -1}, pasts[at].called_off,
                                          pasts[at].sequence, pasts[at].since_ms, place};
            for (size_t i = 0; i < s->n; i++)
                for (size_t k = 0; s->changes[i].kind == ROTAS_COUNTERS && s->changes[i].done && s->changes[i].first == d && k < s->changes[i].n; k++)
                    if (s->changes[i].cells[k].officer == o && s->changes[i].duty == s->roster[at])
                        shift->counter[s->changes[i].half] = s->changes[i].cells[k].to;
        }
    }
}

/* Of several rotas for a day the one that was made last holds. */
static int do_shifts(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct own *w = arg;
    struct rotas_one *all;
    size_t n;
    act->detail = STR("{\"rota\":\"her own shifts\"}");
    *w->out = (struct rotas_own){0};
    int r = rotas_store_list(node->db, ROTAS_MADE, w->a, &all, &n, err);
    for (size_t i = n; r == 0 && i-- > 0;) {
        bool later = false;
        for (size_t k = 0; k < n; k++)
            later = later || (memcmp(all[k].hall, all[i].hall, ID_LEN) == 0 && all[k].first_day <= all[i].first_day &&
                              all[k].first_day + all[k].n_days >= all[i].first_day + all[i].n_days && all[k].frozen_ms > all[i].frozen_ms);
        struct rotas_seen s;
        if (later || all[i].first_day + all[i].n_days <= w->from_day)
            continue;
        r = rotas_load(node, all[i].id, w->a, &s, err);
        if (r == 0) {
            take_shifts(w, &s);
            rotas_take_swaps(w->a, &s, w->name, w->from_day + 1, w->out); /* what is for today is too late */
        }
    }
    return r;
}

int rotas_own(struct node *node, const struct actor *actor, str name, int64_t from_day, int64_t now_ms, struct arena *a, struct rotas_own *out, struct err *err)
{
    struct act act = {.verb = VERB_SHIFTS, .actor = actor, .now_ms = now_ms};
    struct own w = {.a = a, .name = name, .from_day = from_day, .out = out};
    return act_run(node, &act, do_shifts, &w, err);
}

int rotas_shifts(struct node *node, const struct actor *actor, str name, int64_t from_day, int64_t now_ms, struct arena *a, struct rotas_shift **out,
                 size_t *n, struct err *err)
{
    struct rotas_own own = {0};
    int r = rotas_own(node, actor, name, from_day, now_ms, a, &own, err);
    *out = own.shifts;
    *n = own.n;
    return r;
}
