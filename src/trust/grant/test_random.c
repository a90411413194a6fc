/* grant, at random: trees of forwards among five agencies, withdrawals and the clock at any moment, letters in any order and twice.
 * Once all letters are there, nobody reads what has an ended grant above it, nothing erased is kept, and nothing is wider than its parent;
 * when letters came in order, all that lives is read, and every ended grant is settled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "trust/grant/test_world.h"

#define STEPS 240
#define COPIES_MAX (STEPS + 1)

struct copy { /* a letter at a holder */
    int issuer, holder, parent; /* parent: its place in the list; -1: the owner gave it */
    uint8_t letter[ID_LEN];
    struct grant grant;
    bool withdrawn;
};

struct tree {
    struct world w;
    struct copy copies[COPIES_MAX];
    int n;
    uint32_t random;
    bool in_order;
};

static uint32_t below(struct tree *t, uint32_t n) /* a linear congruential generator is random enough to choose by */
{
    t->random = t->random * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)(t->random >> 8) * n) >> 24);
}

static bool ended(const struct tree *t, int i)
{
    for (; i >= 0; i = t->copies[i].parent)
        if (t->copies[i].withdrawn || t->w.now_ms >= t->copies[i].grant.expires_ms)
            return true;
    return false;
}

static int other_than(struct tree *t, int node)
{
    return (node + 1 + (int)below(t, WORLD_NODES - 1)) % WORLD_NODES;
}

static void step_give(struct tree *t)
{
    struct copy *c = &t->copies[t->n];
    struct err err = {0};
    *c = (struct copy){.issuer = (int)below(t, WORLD_NODES), .parent = -1, .grant = world_terms(&t->w)};
    c->holder = other_than(t, c->issuer);
    c->grant.expires_ms = t->w.now_ms + (1 + below(t, 40)) * DAY_MS;
    assert_int_equal(world_give(&t->w, c->issuer, c->holder, &c->grant, c->letter, &err), 0);
    t->n++;
}

/* Who holds it passes it on, sometimes narrower, sometimes trying to be wider. */
static void step_forward(struct tree *t)
{
    if (t->n == 0)
        return;
    struct copy *c = &t->copies[t->n];
    struct err err = {0}, read = {0};
    int parent = (int)below(t, (uint32_t)t->n);
    const struct copy *p = &t->copies[parent];
    *c = (struct copy){.issuer = p->holder, .parent = parent};
    c->holder = other_than(t, c->issuer);
    c->grant = (struct grant){.tlp = GRANT_TLP_GREEN + below(t, 2), .handling = GRANT_H0 + below(t, 2), .expires_ms = p->grant.expires_ms};
    c->grant.expires_ms += ((int)below(t, 3) - 1) * DAY_MS;
    if (c->grant.expires_ms <= t->w.now_ms)
        c->grant.expires_ms = 0; /* as the parent's */
    bool wider = c->grant.tlp < p->grant.tlp || c->grant.handling < p->grant.handling || c->grant.expires_ms > p->grant.expires_ms;
    int may_read = world_read(&t->w, p->holder, p->letter, &read);
    int r = world_forward(&t->w, c->issuer, p->letter, c->holder, &c->grant, c->letter, &err);
    if (r < 0) {
        if (r == ERR_LIMIT) /* as deep as it goes */
            return;
        assert_true(wider || may_read < 0);
        return;
    }
    assert_true(!wider && may_read == 0);
    if (!c->grant.expires_ms)
        c->grant.expires_ms = p->grant.expires_ms;
    t->n++;
}

static void step_withdraw(struct tree *t)
{
    if (t->n == 0)
        return;
    struct copy *c = &t->copies[below(t, (uint32_t)t->n)];
    struct err err = {0};
    assert_int_equal(world_withdraw(&t->w, c->issuer, c->grant.id, &err), 0);
    c->withdrawn = true;
}

static void deliver_one(struct tree *t, bool again)
{
    struct world *w = &t->w;
    struct err err = {0};
    size_t start = w->n_bag ? (t->in_order ? 0 : below(t, (uint32_t)w->n_bag)) : 0;
    for (size_t k = 0; k < w->n_bag; k++) {
        size_t i = (start + k) % w->n_bag;
        if (w->bag[i].gone != again)
            continue;
        int r = world_deliver(w, i, &err);
        if (r < 0 && r != ERR_DENIED)
            fail_msg("%s: %s", w->bag[i].kind, err.text);
        return;
    }
}

static void step(struct tree *t)
{
    uint32_t what = below(t, 24);
    if (what < 2)
        step_give(t);
    else if (what < 9)
        step_forward(t);
    else if (what < 11)
        step_withdraw(t);
    else if (what < 12)
        t->w.now_ms += below(t, 3 * 24) * 3600 * 1000LL;
    else if (what < 13)
        world_expire(&t->w, (int)below(t, WORLD_NODES));
    else if (what < 14 && !t->in_order)
        deliver_one(t, true);
    else
        deliver_one(t, false);
}

static void settle(struct tree *t)
{
    for (int round = 0; round < 3; round++) {
        while (world_waiting(&t->w) > 0)
            deliver_one(t, false);
        for (int i = 0; i < WORLD_NODES; i++)
            world_expire(&t->w, i);
    }
    assert_int_equal(world_waiting(&t->w), 0);
}

static void check_copy(struct tree *t, int i, int *n_read)
{
    struct copy *c = &t->copies[i];
    struct world *w = &t->w;
    struct node *node = w->houses[c->holder].node;
    struct err err = {0};
    struct grant got;
    struct letter_content content;
    bytes payload;
    int r = world_read(w, c->holder, c->letter, &err);
    if (ended(t, i)) {
        assert_true(r == ERR_DENIED || r == ERR_NOT_FOUND); /* not found: it was refused as it came */
        assert_int_equal(post_read(node, c->letter, w->a, &content, &payload, &err), ERR_NOT_FOUND);
        struct grant_item item = world_item(w, c->issuer, c->grant.id);
        assert_int_not_equal(item.state, GRANT_LIVE);
        if (t->in_order)
            assert_int_equal(item.state, GRANT_SETTLED);
    } else if (t->in_order) {
        assert_int_equal(r, 0);
    }
    *n_read += r == 0;
    if (grant_of_letter(node, w->a, c->letter, &got, &err) == 0 && c->parent >= 0) {
        struct grant above;
        assert_memory_equal(got.id, c->grant.id, ID_LEN);
        if (grant_of_letter(w->houses[c->issuer].node, w->a, t->copies[c->parent].letter, &above, &err) < 0 ||
            grant_narrower(&got, &above, &err) < 0)
            fail_msg("%s", err.text);
        assert_memory_equal(got.owner, above.owner, ID_LEN);
    }
}

static void run_tree(uint32_t seed, bool in_order)
{
    static struct tree t;
    int n_read = 0, n_ended = 0;
    t = (struct tree){.random = seed, .in_order = in_order};
    world_open(&t.w, WORLD_NODES);
    for (int i = 0; i < STEPS; i++)
        step(&t);
    settle(&t);
    for (int i = 0; i < t.n; i++) {
        check_copy(&t, i, &n_read);
        n_ended += ended(&t, i);
    }
    print_message("seed %u, %s: %d letters, %d ended, %d read, %zu sent\n", seed, in_order ? "in order" : "any order, some twice", t.n, n_ended,
                  n_read, t.w.n_bag);
    assert_true(t.n > 10 && n_ended > 0); /* the run has shown something */
    t.w.now_ms += 400 * DAY_MS; /* in the end all is over */
    settle(&t);
    for (int i = 0; i < t.n; i++)
        check_copy(&t, i, &n_read);
    world_close(&t.w);
}

static void test_in_order(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 6; seed++)
        run_tree(seed, true);
}

static void test_any_order(void **state)
{
    (void)state;
    for (uint32_t seed = 101; seed <= 108; seed++)
        run_tree(seed, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_order),
        cmocka_unit_test(test_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
