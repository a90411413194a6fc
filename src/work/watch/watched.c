/* watched: names become numbers, and back only for two. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/crypto.h"
#include "ground/csv/csv.h"
#include "work/watch/flags.h"
#include "work/watch/watched_store.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define PIECE (4 * 1024 * 1024) /* bytes of a sealed piece */
#define DUE 1000                /* names erased in one act */
#define NUMBER_TRIES 8
#define ONCE 'o' /* how a ticket's code begins: she comes once. 'x': of a file, whoever was not called often enough for a number */

/* --- keeping --- */

struct keep {
    const struct draws *draws;
    struct watched_kept *kept;
    int64_t until_ms;
    uint8_t fingerprint[VAULT_FINGERPRINT_LEN];
    const struct watched_of *of; /* a day or a rota of this node, or NULL */
    bool *named;   /* of each code */
    str *numbers;  /* the same: what stands for it */
};

static void row(struct buf *b, const struct draws *d, const struct watch_call *call, const struct watch_chance *could, const str *numbers)
{
    const str of = numbers ? numbers[call->of] : draws_code(d, call->of), drawn = numbers ? numbers[call->drawn] : draws_code(d, call->drawn);
    str family = draws_family(d, call->family);
    buf_addf(b, "%.*s,%.*s,", STR_ARG(of), STR_ARG(drawn));
    if (call->ms >= 0)
        buf_addf(b, "%" PRId64 ".%03d", call->ms / 1000, (int)(call->ms % 1000));
    buf_addf(b, ",%d,%d,%d,%s,", call->near, call->overridden, call->odd, draws_what[call->what]);
    csv_write_row(b, &family, 1, 0);
    b->len--; /* its end of line */
    buf_byte(b, ',');
    for (uint32_t i = 0; i < call->n; i++) {
        const str who = numbers ? numbers[could[i].who] : draws_code(d, could[i].who);
        buf_addf(b, "%s%.*s", i ? " " : "", STR_ARG(who));
        if (could[i].weight < 1 || could[i].weight > 1)
            buf_addf(b, "*%.9g", (double)could[i].weight);
    }
    buf_byte(b, '\n');
}

/* Of what the file said, not of the numbers, which are new each time. */
static int fingerprint(struct node *node, struct keep *k, struct err *err)
{
    const struct watch_log log = draws_log(k->draws);
    struct crypto_sha256_stream digest;
    uint8_t hash[HASH_LEN];
    struct arena *a = arena_new();
    crypto_sha256_begin(&digest);
    for (size_t i = 0; i < log.n; i++) {
        arena_reset(a);
        struct buf b = buf_new(a);
        row(&b, k->draws, &log.calls[i], log.could + log.calls[i].first, NULL);
        crypto_sha256_add(&digest, buf_bytes(&b));
    }
    crypto_sha256_end(&digest, hash);
    arena_free(a);
    return vault_fingerprint(node->vault, VAULT_WATCH, (bytes){hash, HASH_LEN}, k->fingerprint, err);
}

/* Officers, and whoever was called often enough to be met again. */
static void choose(struct keep *k)
{
    const struct watch_log log = draws_log(k->draws);
    if (k->of) {
        for (size_t i = 0; i < log.n_codes; i++)
            k->named[i] = !str_starts(draws_code(k->draws, (uint32_t)i), k->of->once.len ? k->of->once : WATCHED_POST);
        return;
    }
    uint32_t *called = mem_calloc(log.n_codes + 1, sizeof *called);
    for (size_t i = 0; i < log.n; i++) {
        k->named[log.calls[i].of] = true;
        if (++called[log.calls[i].drawn] >= WATCHED_LEAST)
            k->named[log.calls[i].drawn] = true;
    }
    free(called);
}

static uint32_t code_of(const struct vault_id *id)
{
    return get_u32be(id->b);
}

/* The vault's id is random; the number is its beginning, and another id is made when somebody has that already. */
static int number(struct node *node, str name, int64_t until_ms, uint32_t *code, struct err *err)
{
    uint8_t print[VAULT_FINGERPRINT_LEN];
    struct vault_id id;
    bool added = false, taken = false;
    int r = vault_fingerprint(node->vault, VAULT_WATCH, str_bytes(name), print, err);
    for (int i = 0; r == 0 && i < NUMBER_TRIES; i++) {
        r = vault_put(node->vault, node->db, VAULT_WATCH, str_bytes(name), print, &id, &added, err);
        if (r < 0)
            break;
        *code = code_of(&id);
        if (!added)
            return watched_name_extend(node->db, *code, &id, until_ms, err);
        r = watched_name_put(node->db, *code, &id, until_ms, &taken, err);
        if (r < 0 || !taken)
            return r;
        r = vault_erase(node->vault, node->db, VAULT_WATCH, &id, err);
    }
    return r < 0 ? r : err_set(err, ERR_LIMIT, "no number is free for another name; erase old ones");
}

static int seal_piece(struct node *node, const struct keep *k, struct buf *b, int64_t at, struct err *err)
{
    struct vault_id id;
    int r = vault_put(node->vault, node->db, VAULT_WATCH, buf_bytes(b), NULL, &id, NULL, err);
    b->len = 0;
    return r < 0 ? r : watched_piece_put(node->db, k->kept->id, at, &id, err);
}

static int seal_rows(struct node *node, const struct keep *k, struct err *err)
{
    const struct watch_log log = draws_log(k->draws);
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    int64_t at = 0;
    int r = 0;
    for (size_t i = 0; r == 0 && i < log.n; i++) {
        if (b.len == 0)
            buf_add(&b, STR("of,drawn,seconds,near,override,odd,what,family,could\n"));
        row(&b, k->draws, &log.calls[i], log.could + log.calls[i].first, k->numbers);
        if (b.len >= PIECE || i + 1 == log.n)
            r = seal_piece(node, k, &b, at++, err);
    }
    arena_free(a);
    return r;
}

static int keep(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct keep *k = arg;
    const size_t n = draws_log(k->draws).n_codes;
    k->kept->names = 0;
    int r = watched_kept_put(node->db, k->kept, k->fingerprint, err);
    if (r == 0 && k->of && k->of->day)
        r = watched_day_put(node->db, k->of->day, k->kept->id, err);
    if (r == 0 && k->of && k->of->rota)
        r = watched_rota_put(node->db, k->of->rota, k->kept->id, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        uint32_t code = 0;
        if (!k->named[i]) {
            const str text = draws_code(k->draws, (uint32_t)i);
            k->numbers[i] = k->of && str_starts(text, WATCHED_POST) ? str_dup(node->arena, text) : str_printf(node->arena, "%c%08" PRIx32 ".%zu", k->of ? ONCE : 'x', get_u32be(k->kept->id), i);
            continue;
        }
        r = number(node, draws_code(k->draws, (uint32_t)i), k->until_ms, &code, err);
        k->numbers[i] = watched_code_text(node->arena, code);
        k->kept->names++;
    }
    if (r == 0)
        r = seal_rows(node, k, err);
    act->has_object = true;
    memcpy(act->object, k->kept->id, ID_LEN);
    act->detail = str_printf(node->arena, "{\"calls\":%" PRId64 ",\"names\":%" PRId64 "}", k->kept->calls, k->kept->names);
    return r;
}

int watched_keep(struct node *node, const struct actor *actor, const struct draws *draws, str basis, int64_t now_ms, int64_t days, struct watched_kept *out,
                 struct err *err)
{
    return watched_keep_of(node, actor, draws, NULL, basis, now_ms, days, out, err);
}

int watched_keep_of(struct node *node, const struct actor *actor, const struct draws *draws, const struct watched_of *of, str basis, int64_t now_ms,
                    int64_t days, struct watched_kept *out, struct err *err)
{
    const struct watch_log log = draws_log(draws);
    struct keep k = {.draws = draws, .kept = out, .of = of, .until_ms = now_ms + days * DAY_MS};
    struct act act = {.verb = VERB_WATCH_KEEP, .actor = actor, .reference = basis, .now_ms = now_ms};
    *out = (struct watched_kept){.kept_ms = now_ms, .calls = (int64_t)log.n};
    if (days < 1 || days > WATCHED_DAYS_MAX)
        return err_set(err, ERR_INPUT, N_("names are kept for a day at least, and for %d at most"), WATCHED_DAYS_MAX);
    if (log.n == 0)
        return err_set(err, ERR_INPUT, "there is no call to keep");
    crypto_random(out->id, ID_LEN);
    int r = fingerprint(node, &k, err);
    if (r < 0)
        return r;
    k.named = mem_calloc(log.n_codes, sizeof *k.named);
    k.numbers = mem_calloc(log.n_codes, sizeof *k.numbers);
    choose(&k);
    r = act_run(node, &act, keep, &k, err);
    free(k.named);
    free(k.numbers);
    return r;
}

/* --- looking --- */

static bool comes_once(str code) { return code.len > 0 && code.p[0] == ONCE; }

struct load { struct arena *a; struct draws *draws; struct watched_kept *all; size_t n, used; };

static int load(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct load *l = arg;
    draws_free(l->draws);
    l->draws = draws_new();
    l->used = 0;
    int64_t calls = 0;
    int r = watched_kept_list(node->db, l->a, &l->all, &l->n, err);
    for (; r == 0 && l->used < l->n && (l->used == 0 || calls + l->all[l->used].calls <= WATCHED_CALLS); l->used++) {
        struct vault_id *pieces;
        size_t n;
        calls += l->all[l->used].calls;
        r = watched_pieces(node->db, l->all[l->used].id, l->a, &pieces, &n, err);
        for (size_t i = 0; r == 0 && i < n; i++) {
            struct arena *piece = arena_new();
            bytes content;
            r = vault_get(node->vault, node->db, VAULT_WATCH, &pieces[i], piece, &content, err);
            if (r == 0)
                r = draws_read_bytes(l->draws, content, err);
            arena_free(piece);
        }
    }
    draws_once(l->draws, comes_once);
    act->detail = str_printf(node->arena, "{\"watch\":%" PRId64 "}", calls);
    return r;
}

int watched_load(struct node *node, const struct actor *actor, int64_t now_ms, struct arena *a, struct draws **draws, struct watched_kept **all, size_t *n,
                 size_t *used, struct err *err)
{
    struct load l = {.a = a};
    struct act act = {.verb = VERB_WATCH_LOOK, .actor = actor, .now_ms = now_ms};
    int r = act_run(node, &act, load, &l, err);
    if (r < 0) {
        draws_free(l.draws);
        l.draws = NULL;
    }
    *draws = l.draws;
    *all = l.all;
    *n = l.n;
    *used = l.used;
    return r;
}

/* --- numbers and names --- */

bool watched_code(str text, uint32_t *code)
{
    uint8_t raw[4];
    if (!hex_decode_into(text, raw, sizeof raw))
        return false;
    *code = get_u32be(raw);
    return true;
}

str watched_code_text(struct arena *a, uint32_t code)
{
    return str_printf(a, "%08" PRIx32, code);
}

int watched_until(struct db *db, uint32_t code, int64_t now_ms, int64_t *until_ms, struct err *err)
{
    struct vault_id name;
    int r = watched_name_get(db, code, &name, until_ms, err);
    if (r <= 0 || *until_ms <= now_ms)
        *until_ms = 0;
    return r < 0 ? r : 0;
}

static int all_there(struct db *db, const uint32_t codes[], size_t n, int64_t now_ms, struct err *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        int64_t until_ms;
        r = watched_until(db, codes[i], now_ms, &until_ms, err);
        if (r == 0 && until_ms == 0)
            r = err_set(err, ERR_NOT_FOUND, N_("that number stands for nobody any more: its date is over"));
    }
    return r;
}

int watched_ask(struct node *node, const struct actor *actor, const uint32_t codes[], size_t n, str reason, int64_t now_ms, uint8_t request[static ID_LEN],
                struct err *err)
{
    uint8_t raw[4 * WATCHED_CODES_MAX];
    struct act act = {.verb = VERB_WATCH_OPEN, .actor = actor, .purpose = STR("oversight"), .reference = reason, .now_ms = now_ms, .arguments = {raw, 4 * n}};
    if (n == 0 || n > WATCHED_CODES_MAX)
        return err_set(err, ERR_INPUT, "one number or two are opened at once");
    for (size_t i = 0; i < n; i++)
        put_u32be(raw + 4 * i, codes[i]);
    int r = all_there(node->db, codes, n, now_ms, err);
    if (r == 0)
        r = act_run(node, &act, NULL, NULL, err);
    memcpy(request, act.approval, ID_LEN);
    return r;
}

int watched_asked(const struct approval *what, uint32_t codes[static WATCHED_CODES_MAX], size_t *n, struct err *err)
{
    *n = what->arguments.len / 4;
    if (what->verb != VERB_WATCH_OPEN || what->arguments.len % 4 || *n == 0 || *n > WATCHED_CODES_MAX)
        return err_set(err, ERR_CORRUPT, "a request to open numbers names none");
    for (size_t i = 0; i < *n; i++)
        codes[i] = get_u32be(what->arguments.p + 4 * i);
    return 0;
}

int watched_agreed(struct node *node, struct act *act, void *approval, struct err *err)
{
    uint32_t codes[WATCHED_CODES_MAX];
    size_t n;
    int r = watched_asked(approval, codes, &n, err);
    if (r == 0)
        r = all_there(node->db, codes, n, act->now_ms, err);
    if (r == 0)
        act->detail = str_printf(node->arena, "{\"opened\":%zu}", n);
    return r;
}

int watched_names(struct node *node, const struct actor *actor, const uint8_t request[static ID_LEN], int64_t now_ms, struct arena *a,
                  uint32_t codes[static WATCHED_CODES_MAX], str names[static WATCHED_CODES_MAX], size_t *n, struct err *err)
{
    struct approval agreed;
    int r = approval_fetch(node, actor, request, now_ms, a, &agreed, err);
    if (r == 0 && agreed.verb != VERB_WATCH_OPEN)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such request"));
    if (r == 0)
        r = watched_asked(&agreed, codes, n, err);
    for (size_t i = 0; r == 0 && i < *n; i++) {
        struct vault_id name;
        int64_t until_ms;
        bytes content = {0};
        r = watched_name_get(node->db, codes[i], &name, &until_ms, err);
        if (r > 0)
            r = until_ms > now_ms ? vault_get(node->vault, node->db, VAULT_WATCH, &name, a, &content, err) : 0;
        names[i] = bytes_str(content);
        if (r == 0 && str_starts(names[i], FLAG_CODE))
            r = flags_words(node, names[i], now_ms, a, &names[i], err);
    }
    return r;
}

/* --- by the clock --- */

static int drop(struct node *node, struct act *act, void *arg, struct err *err)
{
    int64_t *n = arg;
    struct watched_due *due;
    size_t found;
    int r = watched_names_due(node->db, act->now_ms, DUE, node->arena, &due, &found, err);
    for (size_t i = 0; r == 0 && i < found; i++)
        if ((r = vault_erase(node->vault, node->db, VAULT_WATCH, &due[i].name, err)) == 0)
            r = watched_name_drop(node->db, due[i].code, err);
    *n = (int64_t)found;
    act->detail = str_printf(node->arena, "{\"erased\":%zu}", found);
    return r;
}

int watched_tend(struct node *node, int64_t now_ms, int64_t *n, struct err *err)
{
    *n = 0;
    for (;;) {
        struct act act = {.verb = VERB_WATCH_END, .actor = &act_node, .now_ms = now_ms};
        struct watched_due *due;
        struct arena *a = arena_new();
        size_t waiting;
        int64_t erased = 0;
        int r = watched_names_due(node->db, now_ms, 1, a, &due, &waiting, err);
        arena_free(a);
        if (r == 0 && waiting == 0 && *n > 0)
            r = db_scrub(node->db, err);
        if (r < 0 || waiting == 0)
            return r == ERR_RETRY ? 0 : r; /* somebody reads: the next erasure rewrites the pages */
        if ((r = act_run(node, &act, drop, &erased, err)) < 0)
            return r;
        *n += erased;
    }
}
