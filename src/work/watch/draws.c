/* draws: rows to calls, and codes to numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/crypto.h"
#include "ground/csv/csv.h"
#include "work/watch/draws.h"

struct names { uint32_t *slots; size_t n_slots, n, room; str *texts; }; /* a slot: number + 1, or 0 */

struct seen { uint64_t call, at; }; /* in which call a code stood last (number + 1), and where */

struct draws {
    struct arena *a;
    uint8_t key[SHORT_HASH_KEY_LEN];
    struct names codes, families;
    struct watch_call *calls;
    struct watch_chance *could;
    struct seen *seen;
    bool *once; /* from the arena; NULL: nobody */
    size_t n, room, n_could, room_could, room_seen;
    int64_t bad;
    struct err first;
};

struct draws *draws_new(void)
{
    struct draws *d = mem_calloc(1, sizeof *d);
    d->a = arena_new();
    crypto_random(d->key, sizeof d->key);
    return d;
}

void draws_free(struct draws *d)
{
    if (!d)
        return;
    arena_free(d->a);
    free(d->codes.slots);
    free(d->codes.texts);
    free(d->families.slots);
    free(d->families.texts);
    free(d->calls);
    free(d->could);
    free(d->seen);
    free(d);
}

static size_t place(const struct draws *d, const struct names *names, str text)
{
    size_t i = crypto_short_hash(d->key, str_bytes(text)) & (names->n_slots - 1);
    while (names->slots[i] && !str_eq(names->texts[names->slots[i] - 1], text))
        i = (i + 1) & (names->n_slots - 1);
    return i;
}

static void more_slots(struct draws *d, struct names *names)
{
    free(names->slots);
    names->n_slots = names->n_slots ? 2 * names->n_slots : 256;
    names->slots = mem_calloc(names->n_slots, sizeof *names->slots);
    for (size_t i = 0; i < names->n; i++)
        names->slots[place(d, names, names->texts[i])] = (uint32_t)i + 1;
}

static uint32_t number_of(struct draws *d, struct names *names, str text)
{
    if (2 * (names->n + 1) > names->n_slots)
        more_slots(d, names);
    size_t at = place(d, names, text);
    if (names->slots[at])
        return names->slots[at] - 1;
    if (names->n == names->room) {
        names->room = names->room ? 2 * names->room : 64;
        names->texts = mem_realloc(names->texts, names->room * sizeof *names->texts);
    }
    names->texts[names->n++] = str_dup(d->a, text);
    names->slots[at] = (uint32_t)names->n;
    return (uint32_t)names->n - 1;
}

static bool is_code(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f || s.p[i] == '*')
            return false;
    return s.len > 0 && s.len <= DRAWS_CODE_MAX;
}

/* "K12" or "K12*2". */
static bool weighted(str word, str *code, float *weight)
{
    double w = 1;
    str head = word;
    for (size_t i = 0; i < word.len; i++)
        if (word.p[i] == '*') {
            head = str_slice(word, 0, i);
            if (!str_to_double(str_slice(word, i + 1, word.len), &w))
                return false;
            break;
        }
    *code = head;
    *weight = (float)w;
    return is_code(head) && w >= 1e-6 && w <= 1e6;
}

static void add_chance(struct draws *d, uint32_t who, float weight)
{
    if (d->room_seen < d->codes.n) {
        size_t room = 2 * d->codes.n + 64;
        d->seen = mem_realloc(d->seen, room * sizeof *d->seen);
        memset(d->seen + d->room_seen, 0, (room - d->room_seen) * sizeof *d->seen);
        d->room_seen = room;
    }
    struct seen *seen = &d->seen[who];
    if (seen->call == d->n + 1 && seen->at < d->n_could && d->could[seen->at].who == who) { /* with two tickets in the window: once, with the chance of both */
        d->could[seen->at].weight += weight;
        return;
    }
    if (d->n_could == d->room_could) {
        d->room_could = d->room_could ? 2 * d->room_could : 4096;
        d->could = mem_realloc(d->could, d->room_could * sizeof *d->could);
    }
    *seen = (struct seen){d->n + 1, d->n_could};
    d->could[d->n_could++] = (struct watch_chance){who, weight};
}

int draws_add(struct draws *d, const struct draws_call *in, struct err *err)
{
    const size_t begun = d->n_could;
    if (d->n == DRAWS_MAX)
        return err_set(err, ERR_LIMIT, "more than %d calls: look at fewer days at once", DRAWS_MAX);
    if (!is_code(in->of) || !is_code(in->drawn))
        return err_set(err, ERR_INPUT, "whose counter it was and who was called are each a code of one word, at most %d bytes", DRAWS_CODE_MAX);
    if (in->family.len > DRAWS_CODE_MAX)
        return err_set(err, ERR_INPUT, "a family has at most %d bytes", DRAWS_CODE_MAX);
    struct watch_call call = {.ms = in->ms, .near = in->near, .overridden = in->overridden, .odd = in->odd, .what = in->what, .first = begun};
    str rest = in->could, word, code;
    float weight;
    call.drawn = number_of(d, &d->codes, in->drawn);
    call.of = number_of(d, &d->codes, in->of);
    bool there = false;
    int r = 0;
    while (r == 0 && str_split(&rest, ' ', &word)) {
        if (word.len == 0)
            continue;
        if (!weighted(word, &code, &weight))
            r = err_set(err, ERR_INPUT, "could: codes with a space between, each with *WEIGHT or without");
        else if (d->n_could - begun == DRAWS_COULD_MAX)
            r = err_set(err, ERR_LIMIT, "could: more than %d", DRAWS_COULD_MAX);
        else {
            uint32_t who = number_of(d, &d->codes, code);
            there |= who == call.drawn;
            add_chance(d, who, weight);
        }
    }
    if (r == 0 && !there && !in->overridden)
        r = err_set(err, ERR_INPUT, "who was called is not among those who could be: that is no draw; say override 1 if somebody passed the lot over");
    if (r == 0)
        call.family = number_of(d, &d->families, in->family);
    d->once = NULL; /* there may be more codes */
    if (r == 0 && call.family >= WATCH_FAMILIES_MAX)
        r = err_set(err, ERR_LIMIT, "more than %d families: what is tested together is few and large", WATCH_FAMILIES_MAX);
    if (r < 0) {
        d->n_could = begun;
        return r;
    }
    call.n = (uint32_t)(d->n_could - begun);
    if (d->n == d->room) {
        d->room = d->room ? 2 * d->room : 1024;
        d->calls = mem_realloc(d->calls, d->room * sizeof *d->calls);
    }
    d->calls[d->n++] = call;
    return 0;
}

/* --- tables --- */

enum column { OF, COULD, DRAWN, FAMILY, SECONDS, NEAR, OVERRIDE, ODD, WHAT, COLUMNS };
static const char *const columns[COLUMNS] = {"of", "could", "drawn", "family", "seconds", "near", "override", "odd", "what"};
const char *const draws_what[WATCH_WHATS] = {[WATCH_CALL] = "call", [WATCH_SEAT] = "seat", [WATCH_SHIFT] = "shift"};
enum { NEEDED = 3 };

static bool flag(str cell, bool *out)
{
    *out = str_eq(cell, STR("1"));
    return *out || cell.len == 0 || str_eq(cell, STR("0"));
}

static bool what_of(str cell, enum watch_what *out)
{
    for (size_t i = 0; i < WATCH_WHATS; i++)
        if (str_eq(cell, str_from(draws_what[i]))) {
            *out = (enum watch_what)i;
            return true;
        }
    return cell.len == 0;
}

static int add_row(struct draws *d, const struct csv_row *row, const size_t where[COLUMNS], struct err *err)
{
    str cells[COLUMNS];
    double seconds = -1;
    for (size_t c = 0; c < COLUMNS; c++)
        cells[c] = where[c] < row->n ? row->cells[where[c]] : STR("");
    struct draws_call call = {.family = cells[FAMILY], .of = cells[OF], .drawn = cells[DRAWN], .could = cells[COULD], .ms = -1};
    if (cells[SECONDS].len && (!str_to_double(cells[SECONDS], &seconds) || seconds < 0 || seconds > 1e6))
        return err_set(err, ERR_INPUT, "seconds: a number from 0 to 1,000,000, or nothing");
    if (cells[SECONDS].len)
        call.ms = llround(seconds * 1000);
    if (!flag(cells[NEAR], &call.near) || !flag(cells[OVERRIDE], &call.overridden) || !flag(cells[ODD], &call.odd))
        return err_set(err, ERR_INPUT, "near, override and odd: 1, 0 or nothing");
    if (!what_of(cells[WHAT], &call.what))
        return err_set(err, ERR_INPUT, "what: call, seat or shift");
    return draws_add(d, &call, err);
}

static int head(const struct csv_row *row, size_t where[COLUMNS], struct err *err)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        where[c] = SIZE_MAX;
        for (size_t i = row->n; i-- > 0;)
            if (str_eq_nocase(row->cells[i], str_from(columns[c])))
                where[c] = i;
    }
    for (size_t c = 0; c < NEEDED; c++)
        if (where[c] == SIZE_MAX)
            return err_set(err, ERR_INPUT, "line %lld: no column \"%s\"; a file of draws has of, could and drawn", (long long)row->line, columns[c]);
    return 0;
}

static int read_all(struct draws *d, struct csv *csv, struct err *err)
{
    struct csv_row row;
    size_t where[COLUMNS];
    int r = csv_next(csv, &row, err);
    if (r == 0)
        r = err_set(err, ERR_INPUT, "the file of draws is empty");
    else if (r > 0)
        r = row.error ? err_set(err, row.error->code, "%s", row.error->text) : head(&row, where, err);
    while (r == 0 && (r = csv_next(csv, &row, err)) > 0) {
        struct err why = {0};
        int good = row.error ? row.error->code : add_row(d, &row, where, &why);
        r = 0;
        if (good == 0)
            continue;
        if (d->n == DRAWS_MAX)
            r = err_set(err, why.code, "%s", why.text);
        else if (d->bad++ == 0 && row.error)
            d->first = *row.error;
        else if (d->bad == 1)
            err_set(&d->first, why.code, "line %lld: %s", (long long)row.line, why.text);
    }
    csv_close(csv);
    return r;
}

int draws_read(struct draws *d, const char *path, struct err *err)
{
    struct csv *csv;
    int r = csv_open(path, NULL, &csv, err);
    return r < 0 ? r : read_all(d, csv, err);
}

int draws_read_bytes(struct draws *d, bytes content, struct err *err)
{
    struct csv *csv;
    int r = csv_open_bytes(content, NULL, &csv, err);
    return r < 0 ? r : read_all(d, csv, err);
}

void draws_once(struct draws *d, bool (*comes_once)(str code))
{
    d->once = arena_array(d->a, bool, d->codes.n);
    for (size_t i = 0; i < d->codes.n; i++)
        d->once[i] = comes_once(d->codes.texts[i]);
}

struct watch_log draws_log(const struct draws *d)
{
    return (struct watch_log){.calls = d->calls, .n = d->n, .could = d->could, .n_could = d->n_could, .n_codes = d->codes.n,
                              .n_families = d->families.n < WATCH_FAMILIES_MAX ? d->families.n : WATCH_FAMILIES_MAX, .once = d->once};
}

str draws_code(const struct draws *d, uint32_t code) { return code < d->codes.n ? d->codes.texts[code] : STR(""); }
str draws_family(const struct draws *d, uint32_t family) { return family < d->families.n ? d->families.texts[family] : STR(""); }

int64_t draws_bad(const struct draws *d, const struct err **first)
{
    *first = &d->first;
    return d->bad;
}
