/* The record of a rota: what a stranger needs besides the table, and what she does with it. */
#include <string.h>

#include "ground/crypto/crypto.h"
#include "ground/json/json.h"
#include "work/rota/rotas_internal.h"

#define RECORD_MAX ((size_t)32 * 1024 * 1024)
#define TEXT_MAX ((size_t)1 << 20)

/* --- writing --- */

static void write_draw(struct json *to, const struct rotas_draw *d)
{
    struct json *o = json_add_object(to);
    json_put_int(o, "change", d->change);
    json_put_int(o, "day", d->what.day);
    json_put_int(o, "kind", d->what.kind);
    json_put_int(o, "number", d->what.number);
    json_put_hex(o, "known", (bytes){d->known, HASH_LEN});
    struct json *answers = json_put_array(o, "answers");
    for (size_t i = 0; i < d->answers.n; i++) {
        struct json *answer = json_add_object(answers);
        json_put_int(answer, "holder", d->answers.holders[i]);
        json_put_hex(answer, "answer", (bytes){(const uint8_t *)&d->answers.answers[i], THRESHOLD_ANSWER_LEN});
    }
}

str rotas_record_write(struct arena *a, const struct rotas_seen *s, const struct threshold_keys *keys)
{
    uint8_t raw[THRESHOLD_KEYS_MAX];
    struct json *o = json_object_new(a);
    json_put_int(o, "version", 1);
    json_put_hex(o, "hall", (bytes){s->one.hall, ID_LEN});
    json_put_base64(o, "keys", (bytes){raw, threshold_keys_write(keys, raw)});
    json_put_int(o, "attempt", s->attempt);
    json_put_int(o, "search", s->one.search);
    json_put_hex(o, "drawn", (bytes){s->drawn, (size_t)(s->book.rota.n_officers * s->book.rota.n_days)});
    struct json *draws = json_put_array(o, "draws"), *changes = json_put_array(o, "changes");
    for (size_t i = 0; i < s->n_draws; i++)
        if (s->draws[i].answers.n > 0)
            write_draw(draws, &s->draws[i]);
    for (size_t i = 0; i < s->n; i++) {
        if (!s->changes[i].done)
            continue;
        struct json *change = json_add_object(changes);
        json_put_int(change, "number", s->changes[i].number);
        json_put_str(change, "content", rotas_change_write(a, &s->changes[i]));
    }
    return json_write(a, o, JSON_ONE_LINE);
}

/* --- reading --- */

static int read_answers(const struct json *o, struct rotas_draw *d, struct err *err)
{
    const struct json *answers;
    int r = json_get_array(o, "answers", &answers, err);
    if (r == 0 && json_count(answers) > THRESHOLD_HOLDERS_MAX)
        r = json_refuse(o, "answers", err, "more answers than there can be holders");
    for (size_t i = 0; r == 0 && i < json_count(answers); i++) {
        int64_t holder = 0;
        r = json_get_int(json_at(answers, i), "holder", 1, THRESHOLD_HOLDERS_MAX, &holder, err);
        if (r == 0)
            r = json_get_hex(json_at(answers, i), "answer", (uint8_t *)&d->answers.answers[i], THRESHOLD_ANSWER_LEN, err);
        d->answers.holders[i] = (uint8_t)holder;
        d->answers.n = i + 1;
    }
    return r;
}

static int read_draws(struct arena *a, const struct json *o, struct rotas_seen *s, struct err *err)
{
    const struct json *draws;
    int r = json_get_array(o, "draws", &draws, err);
    s->n_draws = r == 0 ? json_count(draws) : 0;
    s->draws = arena_calloc(a, s->n_draws, sizeof *s->draws);
    for (size_t i = 0; r == 0 && i < s->n_draws; i++) {
        const struct json *one = json_at(draws, i);
        struct rotas_draw *d = &s->draws[i];
        int64_t day = 0, kind = 0, number = 0;
        r = json_get_int(one, "change", 0, INT64_MAX, &d->change, err);
        if (r == 0)
            r = json_get_int(one, "day", 0, UINT32_MAX, &day, err);
        if (r == 0)
            r = json_get_int(one, "kind", DRAW_CALL, DRAW_KINDS - 1, &kind, err);
        if (r == 0)
            r = json_get_int(one, "number", 1, UINT32_MAX, &number, err);
        if (r == 0)
            r = json_get_hex(one, "known", d->known, HASH_LEN, err);
        if (r == 0)
            r = read_answers(one, d, err);
        d->what = (struct draw){.day = (uint32_t)day, .kind = (enum draw_kind)kind, .number = (uint32_t)number};
        memcpy(d->what.hall, s->one.hall, ID_LEN);
    }
    return r;
}

static int read_keys(struct arena *a, const struct json *o, struct threshold_keys *keys, struct err *err)
{
    str text;
    bytes raw;
    int r = json_get_str(o, "keys", 2 * THRESHOLD_KEYS_MAX, &text, err);
    if (r < 0)
        return r;
    return base64_decode(a, text, &raw) ? threshold_keys_read(raw, keys, err) : json_refuse(o, "keys", err, "this is no base64");
}

/* --- making it again --- */

static const struct rotas_draw *draw_of(const struct rotas_seen *s, int64_t change)
{
    for (size_t i = 0; i < s->n_draws; i++)
        if (s->draws[i].change == change)
            return &s->draws[i];
    return NULL;
}

static int seed_of(const struct rotas_seen *s, int64_t change, enum draw_kind kind, const uint8_t known[HASH_LEN], const struct threshold_keys *keys,
                   uint8_t seed[ROTA_SEED_LEN], struct err *err)
{
    const struct rotas_draw *d = draw_of(s, change);
    if (!d || d->what.kind != kind)
        return err_set(err, ERR_CORRUPT, "change %lld has no draw of its kind", (long long)change);
    if (memcmp(d->known, known, HASH_LEN) != 0)
        return err_set(err, ERR_CORRUPT, change ? "change %lld is not what was frozen before its draw" : "this table is not the one that was frozen", (long long)change);
    int r = rotas_seed(keys, d, seed, err);
    return r < 0 ? err_prefix(err, "the draw of change %lld", (long long)change) : 0;
}

static bool same_cells(const struct rotas_change *one, const struct rotas_change *other)
{
    return one->n == other->n && (one->n == 0 || memcmp(one->cells, other->cells, one->n * sizeof *one->cells) == 0);
}

/* What another search found: she is off on those days, and nobody has what she may not. */
static bool could_stand_in(const struct rotas_seen *s, const struct rotas_change *c)
{
    const struct rota *rota = &s->book.rota;
    bool well = false, off[ROTA_DAYS_MAX] = {false};
    for (size_t i = 0; i < c->n; i++) {
        const struct rotas_cell *cell = &c->cells[i];
        const bool hers = cell->officer == c->officer;
        if (cell->day < c->first || (hers ? cell->to != ROTA_OFF || cell->day > c->last : !(rota->allowed[cell->officer * rota->n_days + cell->day] >> cell->to & 1)))
            return false;
        off[cell->day] = off[cell->day] || hers;
    }
    for (int d = c->first; d <= c->last; d++)
        well = well || (!off[d] && s->roster[c->officer * rota->n_days + d] != ROTA_OFF);
    return !well;
}

static int follow_change(struct arena *a, struct rotas_seen *s, struct rotas_change *c, const struct threshold_keys *keys, struct err *err)
{
    struct rotas_change again = *c;
    uint8_t known[HASH_LEN], seed[ROTA_SEED_LEN];
    if (c->kind == ROTAS_SWAP && !s->roster)
        return 0;
    if (c->kind == ROTAS_HAND)
        return c->n == 1 ? 0 : err_set(err, ERR_CORRUPT, "change %lld is by hand and not of one cell", (long long)c->number);
    if (c->kind == ROTAS_SWAP)
        return rotas_is_swap(s, c) ? 0 : err_set(err, ERR_CORRUPT, "change %lld is said to be a swap, and is none", (long long)c->number);
    rotas_known(c, known);
    int r = seed_of(s, c->number, c->kind == ROTAS_ILL ? DRAW_STANDBY : DRAW_COUNTERS, known, keys, seed, err);
    if (r < 0 || !s->roster)
        return r;
    if (c->kind == ROTAS_ILL)
        r = rotas_stand_in(a, s, &again, seed, err);
    else
        rotas_seats(a, s, &again, seed);
    if (r == 0 && c->kind == ROTAS_ILL && c->search != ROTA_SEARCH && !same_cells(c, &again) && could_stand_in(s, c)) {
        s->other_search = s->other_search ? s->other_search : c->search;
        return 0;
    }
    return r < 0 || same_cells(c, &again) ? r : err_set(err, ERR_CORRUPT, "change %lld is not what its draw gives", (long long)c->number);
}

static int follow_changes(struct arena *a, const struct json *o, struct rotas_seen *s, const struct threshold_keys *keys, struct err *err)
{
    const struct json *changes;
    int r = json_get_array(o, "changes", &changes, err);
    s->changes = arena_calloc(a, r == 0 ? json_count(changes) : 0, sizeof *s->changes);
    for (size_t i = 0; r == 0 && i < json_count(changes); i++) {
        struct rotas_change *c = &s->changes[i];
        str content;
        r = json_get_int(json_at(changes, i), "number", s->n ? s->changes[s->n - 1].number + 1 : 1, INT64_MAX, &c->number, err);
        if (r == 0)
            r = json_get_str(json_at(changes, i), "content", TEXT_MAX, &content, err);
        if (r == 0)
            r = rotas_change_read(a, str_bytes(content), &s->book.rota, c, err);
        if (r == 0)
            r = follow_change(a, s, c, keys, err);
        c->done = true;
        if (r == 0 && s->roster)
            rotas_apply(s, c);
        s->n = i + 1;
    }
    return r;
}

/* The roster as it was drawn, as the record says. */
static int read_drawn(const struct json *o, const struct rota *rota, uint8_t *drawn, struct err *err)
{
    const size_t cells = (size_t)(rota->n_officers * rota->n_days);
    int r = json_get_hex(o, "drawn", drawn, cells, err);
    for (size_t i = 0; r == 0 && i < cells; i++)
        if (drawn[i] >= rota->n_duties || !(rota->allowed[i] >> drawn[i] & 1))
            r = json_refuse(o, "drawn", err, "a day has a duty that is not possible there");
    return r;
}

/* What the seed gives: or, of another search, what the record says that it gave. */
static int follow_draw(struct arena *a, const struct json *o, struct rotas_seen *s, const uint8_t seed[ROTA_SEED_LEN], struct err *err)
{
    const struct rota *rota = &s->book.rota;
    const size_t cells = (size_t)(rota->n_officers * rota->n_days);
    uint8_t *again = rota_roster(a, rota);
    const bool other = s->one.search != ROTA_SEARCH, said = json_find(o, "drawn");
    if (other && !said) {
        s->other_search = s->one.search;
        return 0;
    }
    s->drawn = rota_roster(a, rota);
    int r = said ? read_drawn(o, rota, s->drawn, err) : 0;
    if (r == 0)
        r = rota_solve(rota, seed, s->book.moves, again, &s->one.score, err);
    if (r < 0)
        return r;
    const bool same = !said || memcmp(s->drawn, again, cells) == 0;
    if (!same && !other)
        return err_set(err, ERR_CORRUPT, "the roster is not what its draw gives");
    if (same)
        memcpy(s->drawn, again, cells);
    else {
        s->other_search = s->one.search;
        s->one.score = rota_judge(a, rota, s->drawn, NULL, NULL);
    }
    s->roster = rota_roster(a, rota);
    s->mark = arena_calloc(a, cells, 1);
    memcpy(s->roster, s->drawn, cells);
    return 0;
}

int rotas_record_check(struct arena *a, bytes input, bytes record, struct rotas_seen *s, struct threshold_keys *keys, struct err *err)
{
    const struct json *o;
    int64_t version, attempt = 0, search = 1;
    uint8_t seed[ROTA_SEED_LEN];
    *s = (struct rotas_seen){.input = input};
    int r = json_parse(a, "the record of a rota", record, RECORD_MAX, &o, err);
    if (r == 0)
        r = json_get_int(o, "version", 1, 1, &version, err);
    if (r == 0)
        r = json_get_hex(o, "hall", s->one.hall, ID_LEN, err);
    if (r == 0)
        r = json_get_int(o, "attempt", 1, UINT32_MAX, &attempt, err);
    if (r == 0 && json_find(o, "search"))
        r = json_get_int(o, "search", 1, INT32_MAX, &search, err);
    if (r == 0)
        r = read_keys(a, o, keys, err);
    if (r == 0)
        r = read_draws(a, o, s, err);
    if (r == 0)
        r = rota_book_read(a, input, &s->book, err);
    if (r == 0 && s->book.moves > ROTAS_MOVES_MAX)
        r = err_set(err, ERR_INPUT, "the table asks for more moves than a node makes");
    crypto_sha256(s->one.digest, input);
    if (r == 0)
        r = seed_of(s, 0, DRAW_ROTA, s->one.digest, keys, seed, err);
    if (r < 0)
        return r;
    s->attempt = (unsigned)attempt;
    s->one.search = (int)search;
    r = follow_draw(a, o, s, seed, err);
    return r < 0 ? r : follow_changes(a, o, s, keys, err);
}
