/* Letters under a random schedule: three agencies, and between them a network that loses, doubles, reorders and brings back after
 * days what it carried before; clocks that jump; disks that refuse; nodes restored from backups. In the end every letter that its
 * sender remembers has had exactly one effect, none is lost, logs hold, and all receipts hold offline.
 *
 *     COMITY_POST_LETTERS=20000 COMITY_POST_SEED=7 test_post_schedule         a longer run, another schedule
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/letter/test_post_net.h"

#define NODES 3
#define POOL 1024    /* what is on the way; more is lost */
#define ARCHIVE 128  /* what comes back days later */
#define BATCH 24
#define MESSAGE_MAX (BATCH * 8192)

struct message {
    int from, to;
    bool answer;   /* receipts and a position, one text a line; else one letter */
    size_t len;    /* 0: no message */
    char *p;       /* malloc */
};

struct written {
    uint8_t id[ID_LEN];
    int from, to;
    bool forgotten; /* its sender was restored to a time before it */
};

struct world {
    struct post_house h[NODES];
    struct message pool[POOL], archive[ARCHIVE];
    struct written *letters;
    size_t n, target, at_backup[NODES];
    bool has_backup[NODES];
    int64_t now_ms, skew_ms[NODES];
    uint64_t random;
    struct { size_t sent, lost, doubled, replayed, refused_by_disk, restored, reopened; } seen;
};

static uint64_t next(struct world *w) /* xorshift64* */
{
    w->random ^= w->random >> 12;
    w->random ^= w->random << 25;
    w->random ^= w->random >> 27;
    return w->random * 2685821657736338717u;
}

static size_t below(struct world *w, size_t n)
{
    return (size_t)((next(w) >> 33) % n);
}

static bool chance(struct world *w, size_t percent)
{
    return below(w, 100) < percent;
}

static int other_than(struct world *w, int i)
{
    return (i + 1 + (int)below(w, NODES - 1)) % NODES;
}

static int64_t clock_of(const struct world *w, int i)
{
    return w->now_ms + w->skew_ms[i];
}

/* --- the network --- */

static void put(struct message *place, int from, int to, bool answer, const char *p, size_t len)
{
    free(place->p);
    *place = (struct message){from, to, answer, len, malloc(len)};
    assert_non_null(place->p);
    memcpy(place->p, p, len);
}

static void post(struct world *w, int from, int to, bool answer, const char *p, size_t len)
{
    assert_in_range(len, 1, MESSAGE_MAX);
    if (chance(w, 5))
        put(&w->archive[below(w, ARCHIVE)], from, to, answer, p, len);
    if (chance(w, 15)) {
        w->seen.lost++;
        return;
    }
    w->seen.sent++;
    put(&w->pool[below(w, POOL)], from, to, answer, p, len);
    if (chance(w, 15)) {
        w->seen.doubled++;
        put(&w->pool[below(w, POOL)], from, to, answer, p, len);
    }
}

static void take_out(struct world *w, struct message *m)
{
    if (chance(w, 15)) /* it comes once more, later */
        return;
    free(m->p);
    *m = (struct message){0};
}

/* --- what nodes do --- */

static void write_letters(struct world *w)
{
    int from = (int)below(w, NODES), to = other_than(w, from);
    for (size_t n = 1 + below(w, 4); n > 0 && w->n < w->target; n--) {
        struct written *l = &w->letters[w->n++];
        *l = (struct written){.from = from, .to = to};
        net_send(&w->h[from], &w->h[to], "counted", clock_of(w, from), l->id);
    }
}

static void bring_due(struct world *w)
{
    int from = (int)below(w, NODES), to = other_than(w, from);
    struct arena *a = arena_new();
    struct post_out *out;
    bytes *frames;
    size_t n = net_due(&w->h[from], &w->h[to], a, &out, &frames), most = 1 + below(w, 48);
    for (size_t i = 0; i < n && i < most; i++)
        post(w, from, to, false, (const char *)frames[i].p, frames[i].len);
    arena_free(a);
}

static void post_answers(struct world *w, int from, int to, const struct post_answer answers[], size_t n, struct arena *a)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < n; i++)
        if (answers[i].outcome == POST_RECEIPT) {
            str text = letter_receipt_write(a, &answers[i].receipt);
            buf_addf(&b, "R%08zu", text.len);
            buf_add(&b, text);
        }
    str text = letter_position_write(a, &answers[n - 1].position);
    buf_addf(&b, "P%08zu", text.len);
    buf_add(&b, text);
    post(w, from, to, true, b.p, b.len);
}

/* Letters of one pair, in any order, in one go. A disk that refuses now and then. */
static void deliver_letters(struct world *w, struct message *first, bool keep)
{
    struct arena *a = arena_new();
    struct err err = {0};
    struct post_answer answers[BATCH];
    bytes frames[BATCH];
    size_t n = 0, most = 1 + below(w, BATCH), start = below(w, POOL);
    int from = first->from, to = first->to;
    frames[n++] = bytes_dup(a, (bytes){(const uint8_t *)first->p, first->len});
    if (!keep)
        take_out(w, first);
    for (size_t i = 0; i < POOL && n < most; i++) {
        struct message *m = &w->pool[(start + i) % POOL];
        if (m->len == 0 || m->answer || m->from != from || m->to != to)
            continue;
        frames[n++] = bytes_dup(a, (bytes){(const uint8_t *)m->p, m->len});
        take_out(w, m);
    }
    struct post_house *at = &w->h[to];
    bool broken = net_can_restore(at) && chance(w, 4);
    int64_t before = net_effects(at);
    if (broken && db_exec(at->node->db, "pragma query_only = on", &err) < 0)
        fail_msg("%s", err.text);
    int r = letter_receive(at->node, &net_kinds, &w->h[from].self, frames, n, clock_of(w, to), a, answers, &err);
    if (broken && db_exec(at->node->db, "pragma query_only = off", &err) < 0)
        fail_msg("%s", err.text);
    if (r < 0 && !broken)
        fail_msg("%s", err.text);
    if (broken) {
        w->seen.refused_by_disk++;
        assert_int_equal(net_effects(at), before);
    }
    if (r == 0)
        post_answers(w, to, from, answers, n, a);
    arena_free(a);
}

static void deliver_answer(struct world *w, struct message *m, bool keep)
{
    struct arena *a = arena_new();
    struct err err = {0};
    struct letter_receipt receipts[BATCH] = {{{0}}};
    struct letter_position position = {0};
    size_t n = 0;
    int from = m->from, to = m->to;
    str text = str_dup(a, (str){m->p, m->len});
    if (!keep)
        take_out(w, m);
    while (text.len > 0) {
        int64_t len;
        char what = text.p[0];
        assert_true(str_to_int(str_slice(text, 1, 9), 0, (int64_t)text.len, &len));
        bytes body = str_bytes(str_slice(text, 9, 9 + (size_t)len));
        text = str_slice(text, 9 + (size_t)len, text.len);
        if ((what == 'R' ? letter_receipt_read(a, body, &receipts[n++], &err) : letter_position_read(a, body, &position, &err)) < 0)
            fail_msg("%s", err.text);
    }
    const struct partner *partner = &w->h[from].self;
    if (post_receipts_take(w->h[to].node, &net_kinds, partner, receipts, n, clock_of(w, to), &err) < 0 ||
        post_position_take(w->h[to].node, partner, &position, clock_of(w, to), &err) < 0)
        fail_msg("%s", err.text);
    arena_free(a);
}

static void deliver(struct world *w)
{
    for (size_t i = 0, start = below(w, POOL); i < POOL; i++) {
        struct message *m = &w->pool[(start + i) % POOL];
        if (m->len == 0)
            continue;
        if (m->answer)
            deliver_answer(w, m, false);
        else
            deliver_letters(w, m, false);
        return;
    }
}

static void replay(struct world *w)
{
    struct message *m = &w->archive[below(w, ARCHIVE)];
    if (m->len == 0)
        return;
    w->seen.replayed++;
    if (m->answer)
        deliver_answer(w, m, true);
    else
        deliver_letters(w, m, true);
}

static void come_back(struct world *w)
{
    int at = (int)below(w, NODES), from = other_than(w, at);
    net_resume(&w->h[at], &w->h[from], w->now_ms);
}

static void backup_or_restore(struct world *w)
{
    int i = (int)below(w, NODES);
    if (!net_can_restore(&w->h[i]))
        return;
    if (!w->has_backup[i] || chance(w, 70)) {
        net_backup(&w->h[i]);
        w->has_backup[i] = true;
        w->at_backup[i] = w->n;
        return;
    }
    net_restore(&w->h[i]);
    w->seen.restored++;
    for (size_t k = w->at_backup[i]; k < w->n; k++)
        if (w->letters[k].from == i)
            w->letters[k].forgotten = true;
    /* who is back asks first, as the line does; mostly it gets through */
    for (int k = 0; k < NODES; k++)
        if (k != i && chance(w, 60))
            net_resume(&w->h[i], &w->h[k], w->now_ms);
}

static void step(struct world *w)
{
    static const struct { size_t weight; void (*act)(struct world *); } acts[] = {
        {300, write_letters}, {220, bring_due}, {420, deliver}, {40, replay}, {15, come_back}, {5, backup_or_restore},
    };
    size_t draw = below(w, 1000);
    w->now_ms += (int64_t)below(w, 60000);
    if (chance(w, 1))
        w->skew_ms[below(w, NODES)] = ((int64_t)below(w, 7 * 24 * 60) - 3 * 24 * 60) * 60000;
    if (below(w, 500) == 0) {
        w->seen.reopened++;
        post_house_reopen(&w->h[below(w, NODES)]);
    }
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (draw < acts[i].weight) {
            acts[i].act(w);
            return;
        }
        draw -= acts[i].weight;
    }
}

/* A line that works, until there is nothing more to say, twice in a row: a position a few minutes older than a receipt (of a clock
 * that was ahead) is taken for one that a receipt has overtaken, so one round may be silent before the last one speaks. */
static void settle(struct world *w)
{
    size_t moved;
    for (int round = 0, quiet = 0; quiet < 2; round++, quiet = moved > 0 ? 0 : quiet + 1) {
        if (round > 200)
            fail_msg("the nodes do not come to an end");
        moved = 0;
        w->now_ms += 20 * 60000;
        for (int i = 0; i < NODES; i++)
            for (int k = 0; k < NODES; k++)
                if (i != k)
                    net_resume(&w->h[i], &w->h[k], clock_of(w, i));
        for (int i = 0; i < NODES; i++)
            for (int k = i + 1; k < NODES; k++)
                moved += net_exchange(&w->h[i], &w->h[k], w->now_ms);
    }
}

/* What came ahead of order in streams that nobody follows any more goes when a day has passed. */
static void tidy(struct world *w)
{
    struct err err = {0};
    for (int i = 0; i < NODES; i++)
        if (post_tidy(w->h[i].node, w->now_ms + 10 * POST_DAY, &err) < 0)
            fail_msg("%s", err.text);
}

/* --- what must be true --- */

static void assert_receipts_hold(struct world *w, int at)
{
    struct arena *a = arena_new();
    struct err err = {0};
    struct db_stmt *q;
    int r;
    int64_t n = 0;
    if (db_prepare(w->h[at].node->db, "select receipt from letter_out where receipt is not null", &q, &err) < 0)
        fail_msg("%s", err.text);
    while ((r = db_step(q, &err)) > 0) {
        struct letter_receipt receipt;
        const struct post_house *by = NULL;
        if (letter_receipt_read(a, str_bytes(str_dup(a, db_col_text(q, 0))), &receipt, &err) < 0)
            fail_msg("%s", err.text);
        for (int i = 0; i < NODES; i++)
            if (memcmp(w->h[i].self.id, receipt.to, ID_LEN) == 0)
                by = &w->h[i];
        assert_non_null(by);
        assert_true(receipt.proof.len > 0);
        if (letter_receipt_verify(a, &receipt, by->self.agency_key, &err) < 0)
            fail_msg("%s", err.text);
        n++;
        arena_reset(a);
    }
    assert_int_equal(r, 0);
    assert_true(n > 0);
    arena_free(a);
}

static void assert_all(struct world *w)
{
    size_t forgotten = 0;
    for (size_t i = 0; i < w->n; i++) {
        struct written *l = &w->letters[i];
        int64_t effects = net_effects_of(&w->h[l->to], l->id);
        forgotten += l->forgotten;
        assert_true(effects <= 1);
        if (l->forgotten)
            continue;
        if (effects != 1 || net_state(&w->h[l->from], l->id) != POST_DELIVERED)
            fail_msg("letter %zu of %zu, from %d to %d, has %d effects", i, w->n, l->from, l->to, (int)effects);
    }
    for (int i = 0; i < NODES; i++) {
        assert_int_equal(post_house_count(&w->h[i], "select count(*) from (select id from net_effect group by id having count(*) > 1) x"), 0);
        assert_int_equal(post_house_count(&w->h[i], "select count(*) from (select id from net_receipt group by id having count(*) > 1) x"), 0);
        assert_int_equal(post_house_count(&w->h[i], "select count(*) from letter_held"), 0);
        assert_int_equal(post_house_count(&w->h[i], "select count(*) from letter_out where kind = 'void'"), 0);
        assert_int_equal(post_house_count(&w->h[i], "select count(*) from letter_evidence where what <> 'replaced'"), 0);
        net_assert_log(&w->h[i]);
        assert_receipts_hold(w, i);
    }
    print_message("%zu letters (%zu of them forgotten by restored senders): %zu messages, %zu lost, %zu doubled, %zu replayed, %zu refused by the "
                  "disk, %zu nodes restored, %zu reopened; %d streams\n",
                  w->n, forgotten, w->seen.sent, w->seen.lost, w->seen.doubled, w->seen.replayed, w->seen.refused_by_disk, w->seen.restored,
                  w->seen.reopened, (int)post_house_count(&w->h[0], "select count(*) from letter_stream"));
}

static size_t setting(const char *name, size_t otherwise)
{
    const char *text = getenv(name);
    int64_t n;
    return text && str_to_int(str_from(text), 1, 10000000, &n) ? (size_t)n : otherwise;
}

static void test_random_schedule(void **state)
{
    (void)state;
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    net_open(w->h, NODES);
    bool files = net_can_restore(&w->h[0]);
    w->target = setting("COMITY_POST_LETTERS", files ? 2000 : 500);
    w->random = 0x9e3779b97f4a7c15u ^ setting("COMITY_POST_SEED", 1);
    w->letters = calloc(w->target, sizeof *w->letters);
    assert_non_null(w->letters);
    w->now_ms = POST_NOW;
    while (w->n < w->target)
        step(w);
    memset(w->skew_ms, 0, sizeof w->skew_ms);
    settle(w);
    tidy(w);
    assert_all(w);
    for (size_t i = 0; i < POOL; i++)
        free(w->pool[i].p);
    for (size_t i = 0; i < ARCHIVE; i++)
        free(w->archive[i].p);
    for (int i = 0; i < NODES; i++)
        post_house_close(&w->h[i]);
    free(w->letters);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_schedule)};
    return cmocka_run_group_tests_name("letter/schedule", tests, NULL, NULL);
}
