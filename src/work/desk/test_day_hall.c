#include "work/desk/test_day_hall.h"

#include <string.h>

#include "ground/crypto/threshold_setup.h"

static bool make_keys(struct test_hall *h)
{
    struct setup s = {.id = "practice hall", .needed = 2, .holders = TEST_HOLDERS};
    uint8_t seeds[TEST_HOLDERS][SETUP_SEED_LEN];
    struct setup_offer offers[TEST_HOLDERS];
    struct setup_deal deals[TEST_HOLDERS];
    struct setup_word words[TEST_HOLDERS];
    unsigned dealer, holder;
    int r = 0;
    for (unsigned i = 0; r == 0 && i < TEST_HOLDERS; i++) {
        memset(seeds[i], 'a' + (int)i, SETUP_SEED_LEN);
        r = setup_offer(&s, seeds[i], i + 1, &offers[i], &h->err);
    }
    for (unsigned i = 0; r == 0 && i < TEST_HOLDERS; i++)
        r = setup_deal(&s, seeds[i], i + 1, offers, &deals[i], &h->err);
    for (unsigned i = 0; r == 0 && i < TEST_HOLDERS; i++)
        r = setup_take(&s, seeds[i], i + 1, offers, deals, &h->shares[i], &words[i], &h->err);
    return r == 0 && setup_finish(&s, offers, deals, words, &h->keys, &dealer, &holder, &h->err) == 0;
}

bool test_hall_open(struct test_hall *h, struct node *node, const struct line_rule *rule)
{
    *h = (struct test_hall){.a = arena_new(), .node = node, .id = "hall one", .now_ms = TEST_MORNING, .there = TEST_ALL_HOLDERS};
    struct day_keys keys = {.from_day = TEST_DAY - 1, .until_day = TEST_DAY + 30};
    struct day_begin begin = {.day = TEST_DAY};
    memcpy(keys.hall, h->id, ID_LEN);
    memcpy(begin.hall, h->id, ID_LEN);
    if (!make_keys(h) || line_open(rule, &h->line, &h->err) < 0)
        return false;
    keys.keys = h->keys;
    begin.rule = *line_rule(h->line);
    return day_book_keys(node, &keys, true, h->now_ms - 2 * DAY_KEYS_AHEAD_MS, &h->err) == 0 &&
           day_book_begin(node, &begin, NULL, h->now_ms, &h->book, &h->err) == 0 && db_exec(node->db, "begin", &h->err) == 0;
}

void test_hall_close(struct test_hall *h)
{
    int r = db_exec(h->node->db, "rollback", NULL);
    (void)r; /* what a failed test left open */
    line_close(h->line);
    arena_free(h->a);
}

bool test_hall_keep(struct test_hall *h, bytes frame)
{
    return day_book_add(h->node->db, &h->book, frame, &h->err) == 0;
}

static bool happen(struct test_hall *h, struct line_event e, struct line_outcome *o)
{
    struct arena *a = arena_new();
    struct line_outcome out;
    e.at = h->now_ms;
    bool good = line_apply(h->line, &e, &out, &h->err) == 0;
    if (e.kind == LINE_ENTER || e.kind == LINE_CALL)
        e.ticket = out.ticket;
    if (e.kind == LINE_CHECK)
        e.counter = out.counter;
    good = good && test_hall_keep(h, day_frame_event(a, &e));
    if (o)
        *o = out;
    arena_free(a);
    return good;
}

bool test_hall_event(struct test_hall *h, struct line_event e)
{
    return happen(h, e, NULL);
}

bool test_hall_mark(struct test_hall *h, bool closed)
{
    return db_exec(h->node->db, "commit", &h->err) == 0 && day_book_mark(h->node, &h->book, closed ? &(struct day_end){.rule = line_rule(h->line)} : NULL, h->now_ms, &h->err) == 0 &&
           db_exec(h->node->db, "begin", &h->err) == 0;
}

int test_hall_ask(void *hall, const struct draw *what, bytes known, struct draw_answers *out, struct err *err)
{
    struct test_hall *h = hall;
    uint8_t alpha[DRAW_ALPHA_LEN], random[THRESHOLD_RANDOM_LEN];
    oprf_point input;
    h->asked++;
    draw_alpha(what, alpha);
    int r = threshold_input(&input, (bytes){alpha, sizeof alpha}, err);
    for (unsigned i = 1; r == 0 && i <= TEST_HOLDERS; i++) {
        if (!(h->there >> i & 1))
            continue;
        crypto_random(random, sizeof random);
        out->holders[out->n] = (uint8_t)i;
        r = threshold_evaluate(&h->shares[i - 1], &h->keys.publics[i - 1], &input, known, random, &out->answers[out->n++], err);
    }
    return r;
}

bool test_hall_answers(struct test_hall *h, uint32_t number, bytes known, struct day_draw *out, struct draw_beta *beta)
{
    struct day_draw d = {.kind = DRAW_CALL, .number = number};
    struct draw what = {.day = h->book.day, .number = number, .kind = DRAW_CALL};
    unsigned wrong;
    memcpy(what.hall, h->id, ID_LEN);
    if (test_hall_ask(h, &what, known, &d.answers, &h->err) < 0)
        return false;
    if (draw_beta(&h->keys, &what, known, &d.answers, beta, &wrong, &h->err) < 0)
        return false;
    d.weak = beta->weak;
    d.element = beta->element;
    *out = d;
    return true;
}

/* What was known before is what they answer for; a weak draw takes a leaf before it. */
static bool draw(struct test_hall *h, uint32_t number, struct draw_beta *beta)
{
    struct day_draw d;
    if ((h->there & (h->there - 1)) == 0 && !test_hall_mark(h, false))
        return false;
    if (!test_hall_answers(h, number, (bytes){h->book.head, HASH_LEN}, &d, beta))
        return false;
    struct arena *a = arena_new();
    bool good = test_hall_keep(h, day_frame_draw(a, &d));
    arena_free(a);
    return good;
}

uint32_t test_hall_call(struct test_hall *h, uint16_t counter, uint16_t *at)
{
    uint64_t lots[LINE_WINDOW_MAX];
    struct draw_beta beta = {0};
    struct line_outcome o;
    if (!happen(h, (struct line_event){.kind = LINE_ASK, .counter = counter}, NULL))
        return 0;
    const struct line_window *w = line_asked(h->line);
    struct line_event call = {.kind = LINE_CALL, .counter = counter};
    if (w->due < 0) {
        if (!draw(h, w->call, &beta))
            return 0;
        for (unsigned i = 0; i < w->n; i++)
            lots[i] = draw_lot(&beta, w->tickets[i]);
        call.lots = lots;
        call.weak = beta.weak;
    }
    if (!happen(h, call, &o))
        return 0;
    if (at)
        *at = o.counter;
    return o.ticket;
}

bool test_hall_check(struct test_hall *h, uint32_t ticket)
{
    uint64_t lots[LINE_WINDOW_MAX];
    struct draw_beta beta;
    if (!draw(h, line_ticket(h->line, ticket)->check, &beta))
        return false;
    for (unsigned i = 0; i < line_rule(h->line)->n_posts; i++)
        lots[i] = draw_lot(&beta, LINE_POST_ID(i + 1));
    return happen(h, (struct line_event){.kind = LINE_CHECK, .ticket = ticket, .lots = lots, .weak = beta.weak}, NULL);
}

/* What ends the case of a ticket that was called: most are served. */
static bool end_case(struct test_hall *h, uint32_t ticket, unsigned k)
{
    static const enum line_kind ends[] = {LINE_END, LINE_END, LINE_END, LINE_REFUSE, LINE_END, LINE_END, LINE_NO_SHOW, LINE_END, LINE_END, LINE_END, LINE_END,
                                          LINE_END, LINE_END, LINE_MISMATCH, LINE_END, LINE_END, LINE_END};
    enum line_kind kind = ends[k % (sizeof ends / sizeof ends[0])];
    if (!test_hall_event(h, (struct line_event){.kind = kind, .ticket = ticket}))
        return false;
    if (line_ticket(h->line, ticket)->state == LINE_SECONDARY)
        return test_hall_check(h, ticket);
    return true;
}

static bool open_counters(struct test_hall *h)
{
    bool good = true;
    for (unsigned i = 1; good && i <= line_rule(h->line)->n_counters; i++)
        good = test_hall_event(h, (struct line_event){.kind = LINE_OPEN, .counter = (uint16_t)i}) &&
               test_hall_event(h, (struct line_event){.kind = LINE_READY, .counter = (uint16_t)i});
    return good;
}

static bool people_come(struct test_hall *h, unsigned k, int n)
{
    uint8_t commitment[HASH_LEN] = {7};
    bool good = true;
    put_u32be(commitment + 1, k);
    for (; good && n > 0; n--)
        good = test_hall_event(h, (struct line_event){.kind = LINE_ENTER, .lane = (uint8_t)(k % line_rule(h->line)->n_lanes), .party = (uint16_t)(1 + k % 4),
                                                      .commitment = commitment});
    return good;
}

bool test_hall_run(struct test_hall *h, unsigned calls)
{
    const unsigned n = line_rule(h->line)->n_counters;
    int64_t marked_ms = h->now_ms;
    bool good = open_counters(h) && people_come(h, 0, 20) && people_come(h, 1, 20);
    for (unsigned k = 0; good && line_totals(h->line)->calls < calls; k++) {
        const unsigned c = 1 + k % n;
        h->now_ms += 3200;
        if (line_counter(h->line, c)->state == LINE_BUSY)
            good = end_case(h, line_counter(h->line, c)->ticket, k);
        if (good && line_may_ask(h->line, c))
            good = people_come(h, k, 1) && test_hall_call(h, (uint16_t)c, NULL) > 0;
        if (good && h->now_ms - marked_ms >= DAY_LEAF_EVERY_MS) {
            marked_ms = h->now_ms;
            good = test_hall_mark(h, false);
        }
    }
    return good && test_hall_mark(h, true);
}

struct gathering { struct buf b; };

static int gather(void *arg, bytes piece, struct err *err)
{
    (void)err;
    buf_add_bytes(&((struct gathering *)arg)->b, piece.p, piece.len);
    return 0;
}

bytes test_hall_file(struct test_hall *h)
{
    struct gathering g = {buf_new(h->a)};
    return day_book_write(h->node, h->id, TEST_DAY, gather, &g, &h->err) < 0 ? (bytes){0} : buf_bytes(&g.b);
}
