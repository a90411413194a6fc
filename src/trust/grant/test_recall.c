/* grant: given, passed on, taken back: who loses the read when, who says so, who is overdue, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "trust/grant/test_world.h"

enum { POLICE, SHELTER, LABOUR, SOUTH, BORDER };

/* A chain POLICE > SHELTER > LABOUR > SOUTH: its grants, and the letter as each holds it. */
struct chain {
    struct grant g[3];
    uint8_t letter[3][ID_LEN];
};

static void build_chain(struct world *w, struct chain *c)
{
    struct err err = {0};
    *c = (struct chain){0};
    c->g[0] = world_terms(w);
    if (world_give(w, POLICE, SHELTER, &c->g[0], c->letter[0], &err) < 0)
        fail_msg("%s", err.text);
    world_deliver_all(w);
    for (int i = 1; i < 3; i++) {
        c->g[i].tlp = GRANT_TLP_AMBER;
        if (world_forward(w, i, c->letter[i - 1], i + 1, &c->g[i], c->letter[i], &err) < 0)
            fail_msg("%s", err.text);
        world_deliver_all(w);
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(world_read(w, i + 1, c->letter[i], &err), 0);
}

static void assert_denied(struct world *w, int node, const uint8_t letter[static ID_LEN], const char *words)
{
    for (enum grant_use use = GRANT_READ; use < GRANT_N_USES; use++) {
        struct err err = {0};
        assert_int_equal(grant_letter_may(w->houses[node].node, letter, use, STR("protection"), w->now_ms, &err), ERR_DENIED);
        if (!strstr(err.text, words))
            fail_msg("\"%s\" does not say \"%s\"", err.text, words);
    }
    struct err err = {0};
    assert_int_equal(world_read(w, node, letter, &err), ERR_DENIED);
}

static int open_world(void **state)
{
    static struct world w;
    world_open(&w, WORLD_NODES);
    *state = &w;
    return 0;
}

static int close_world(void **state)
{
    world_close(*state);
    return 0;
}

/* --- */

static void test_recall_reaches_all(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct chain c;
    build_chain(w, &c);
    assert_int_equal(world_item(w, POLICE, c.g[0].id).state, GRANT_LIVE);
    assert_int_equal(world_withdraw(w, POLICE, c.g[0].id, &err), 0);
    world_deliver_all(w);
    for (int i = 0; i < 3; i++) {
        assert_denied(w, i + 1, c.letter[i], "withdrawn");
        struct grant_item held = world_item(w, i + 1, c.g[i].id), given = world_item(w, i, c.g[i].id);
        assert_int_equal(held.state, GRANT_WITHDRAWN);
        assert_int_equal(held.depth, i);
        assert_int_equal(given.state, GRANT_SETTLED);
        assert_true(given.acknowledged_ms == w->now_ms && given.recalled_ms == w->now_ms && given.received_ms == w->now_ms);
        assert_int_equal(given.below, 2 - i);
        assert_int_equal(given.below_acknowledged, 2 - i);
    }
    /* the owner has each holder's own signed word */
    struct grant_holder *holders;
    size_t n;
    assert_int_equal(grant_holders(w->houses[POLICE].node, w->a, c.g[0].id, &holders, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_memory_equal(holders[0].holder, w->ids[LABOUR], ID_LEN);
    assert_memory_equal(holders[1].holder, w->ids[SOUTH], ID_LEN);
    assert_int_equal(world_waiting(w), 0);
}

static void test_recall_in_the_middle(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct chain c;
    build_chain(w, &c);
    assert_int_equal(world_withdraw(w, SHELTER, c.g[1].id, &err), 0);
    world_deliver_all(w);
    assert_int_equal(world_read(w, SHELTER, c.letter[0], &err), 0); /* it holds on */
    assert_denied(w, LABOUR, c.letter[1], "withdrawn");
    assert_denied(w, SOUTH, c.letter[2], "withdrawn");
    assert_int_equal(world_item(w, POLICE, c.g[0].id).state, GRANT_LIVE);
    assert_int_equal(world_item(w, POLICE, c.g[0].id).below, 0); /* nobody above is told what lies below before it matters */
    /* later the owner takes the whole back: what was stated before goes up with it */
    assert_int_equal(world_withdraw(w, POLICE, c.g[0].id, &err), 0);
    world_deliver_all(w);
    struct grant_item top = world_item(w, POLICE, c.g[0].id);
    assert_int_equal(top.state, GRANT_SETTLED);
    assert_int_equal(top.below_acknowledged, 2);
}

/* Who is cut off is overdue after a day, and the owner sees whom it waits for; then it catches up. */
static void test_partitioned_holder(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct chain c;
    build_chain(w, &c);
    assert_int_equal(world_withdraw(w, POLICE, c.g[0].id, &err), 0);
    size_t kept = w->n_bag;
    for (size_t i = 0; i < w->n_bag; i++) { /* SOUTH is cut off */
        if (w->bag[i].gone)
            continue;
        if (w->bag[i].to == SOUTH)
            kept = i;
        else
            assert_int_equal(world_deliver(w, i, &err), 0);
    }
    assert_true(kept < w->n_bag);
    w->now_ms += DAY_MS;
    assert_false(world_item(w, POLICE, c.g[0].id).overdue);
    w->now_ms += 1;
    struct grant_item top = world_item(w, POLICE, c.g[0].id);
    assert_true(top.overdue && top.state == GRANT_WITHDRAWN && top.acknowledged_ms != 0);
    assert_int_equal(top.below, 2);
    assert_int_equal(top.below_acknowledged, 1);
    assert_true(world_item(w, LABOUR, c.g[2].id).overdue);
    assert_int_equal(world_read(w, SOUTH, c.letter[2], &err), 0); /* nothing has reached it */
    world_deliver_all(w);
    assert_denied(w, SOUTH, c.letter[2], "withdrawn");
    top = world_item(w, POLICE, c.g[0].id);
    assert_true(!top.overdue && top.state == GRANT_SETTLED);
}

static void test_expiry_by_the_clock(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct chain c;
    build_chain(w, &c);
    w->now_ms = c.g[0].expires_ms - 1;
    for (int i = 0; i < 4; i++)
        assert_int_equal(world_expire(w, i), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(world_read(w, i + 1, c.letter[i], &err), 0);
    w->now_ms++;
    for (int i = 0; i < 3; i++) /* refused at once, before any clock job */
        assert_denied(w, i + 1, c.letter[i], "expired");
    for (int i = 3; i >= 1; i--)
        assert_int_equal(world_expire(w, i), 1);
    for (int i = 0; i < 3; i++) {
        assert_denied(w, i + 1, c.letter[i], "expired");
        assert_int_equal(post_erase(w->houses[i + 1].node, c.letter[i], &err), ERR_NOT_FOUND); /* it is gone */
    }
    world_deliver_all(w);
    struct grant_item top = world_item(w, POLICE, c.g[0].id);
    assert_int_equal(top.state, GRANT_SETTLED);
    assert_int_equal(top.below_acknowledged, 2);
    int64_t leaves = house_log_size(&w->houses[POLICE]);
    for (int i = 0; i < 4; i++)
        assert_int_equal(world_expire(w, i), 0);
    assert_int_equal(house_log_size(&w->houses[POLICE]), leaves); /* nothing to do is no act */
}

/* A holder whose clock is behind is asked back an hour after the expiry. */
static void test_expiry_with_a_clock_behind(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct grant g = world_terms(w);
    uint8_t letter[ID_LEN];
    assert_int_equal(world_give(w, POLICE, SHELTER, &g, letter, &err), 0);
    world_deliver_all(w);
    w->now_ms = g.expires_ms + GRANT_GRACE_MS;
    assert_int_equal(world_expire(w, POLICE), 1);
    assert_int_equal(world_expire(w, POLICE), 0); /* once */
    w->now_ms = g.expires_ms - DAY_MS;
    assert_int_equal(world_read(w, SHELTER, letter, &err), 0);
    world_deliver_all(w);
    assert_denied(w, SHELTER, letter, "withdrawn");
    w->now_ms = g.expires_ms + GRANT_GRACE_MS;
    assert_int_equal(world_item(w, POLICE, g.id).state, GRANT_SETTLED);
}

/* Recall before grant, twice, months later. */
static void test_recall_overtakes(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct grant g = world_terms(w);
    uint8_t letter[ID_LEN];
    size_t first = w->n_bag;
    assert_int_equal(world_give(w, POLICE, SHELTER, &g, letter, &err), 0);
    assert_int_equal(world_withdraw(w, POLICE, g.id, &err), 0);
    assert_int_equal(w->n_bag, first + 3); /* grant, referral, recall */
    assert_int_equal(world_deliver(w, first + 2, &err), 0);
    assert_int_equal(world_deliver(w, first, &err), 0);
    assert_int_equal(world_deliver(w, first + 1, &err), ERR_DENIED);
    assert_denied(w, SHELTER, letter, "");
    assert_null(strstr(err.text, "Practice"));
    world_deliver_all(w);
    assert_int_equal(world_item(w, POLICE, g.id).state, GRANT_SETTLED);
    assert_int_equal(world_item(w, SHELTER, g.id).state, GRANT_WITHDRAWN);
    /* all of it again, months later, and once more asked back */
    w->now_ms += 100 * DAY_MS;
    assert_int_equal(world_deliver(w, first, &err), 0);
    assert_int_equal(world_deliver(w, first + 1, &err), ERR_DENIED);
    assert_int_equal(world_deliver(w, first + 2, &err), 0);
    assert_int_equal(world_withdraw(w, POLICE, g.id, &err), 0);
    world_deliver_all(w);
    struct grant_item item = world_item(w, POLICE, g.id);
    assert_int_equal(item.state, GRANT_SETTLED);
    assert_true(item.recalled_ms == WORLD_NOW && item.acknowledged_ms == WORLD_NOW); /* the first time stays */
}

/* A holder without a letter key that is still good: the recall waits for one, and the clock sends it. */
static void test_recall_waits_for_a_key(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct grant g = world_terms(w);
    uint8_t letter[ID_LEN];
    assert_int_equal(world_give(w, POLICE, SHELTER, &g, letter, &err), 0);
    world_deliver_all(w);
    w->keyless[SHELTER] = true;
    size_t before = w->n_bag;
    assert_int_equal(world_withdraw(w, POLICE, g.id, &err), 0);
    assert_int_equal(w->n_bag, before);
    assert_int_equal(world_item(w, POLICE, g.id).state, GRANT_WITHDRAWN);
    w->keyless[SHELTER] = false;
    struct partner p;
    assert_int_equal(partner_by_id(w->houses[POLICE].node->db, w->a, w->ids[SHELTER], &p, &err), 0);
    p.letter_key_until_ms = w->now_ms + DAY_MS;
    assert_int_equal(partner_put(w->houses[POLICE].node->db, &p, &err), 0);
    assert_int_equal(world_expire(w, POLICE), 0);
    assert_int_equal(w->n_bag, before + 1);
    world_deliver_all(w);
    assert_denied(w, SHELTER, letter, "withdrawn");
}

/* Passed on, and asked back before it arrived; asked back, and then passed on. */
static void test_forward_and_recall_cross(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct grant g = world_terms(w), child = {.tlp = GRANT_TLP_AMBER}, late = {.tlp = GRANT_TLP_AMBER};
    uint8_t letter[ID_LEN], second[ID_LEN], third[ID_LEN];
    assert_int_equal(world_give(w, POLICE, SHELTER, &g, letter, &err), 0);
    world_deliver_all(w);
    size_t first = w->n_bag;
    assert_int_equal(world_forward(w, SHELTER, letter, LABOUR, &child, second, &err), 0);
    assert_int_equal(world_withdraw(w, POLICE, g.id, &err), 0);
    assert_int_equal(world_deliver(w, first + 2, &err), 0); /* the recall reaches SHELTER: its own is behind the forward, and overtakes it */
    for (size_t i = first + 3; i < w->n_bag; i++)
        assert_int_equal(world_deliver(w, i, &err), 0);
    assert_int_equal(world_deliver(w, first, &err), 0);
    assert_int_equal(world_deliver(w, first + 1, &err), ERR_DENIED);
    assert_denied(w, LABOUR, second, "");
    assert_int_equal(world_forward(w, SHELTER, letter, LABOUR, &late, third, &err), ERR_DENIED);
    assert_non_null(strstr(err.text, "withdrawn"));
    world_deliver_all(w);
    assert_int_equal(world_item(w, POLICE, g.id).state, GRANT_SETTLED);
}

/* --- what is refused --- */

static void sign_as(struct world *w, int node, struct grant *g)
{
    struct err err = {0};
    assert_int_equal(keyring_sign(w->houses[node].node->keys, KEYRING_AGENCY, grant_canonical(w->a, g), g->signature, &err), 0);
}

/* The papers of a grant, as a node has them. */
static struct grant_chain papers_of(struct world *w, int issuer, int node, const struct grant *g)
{
    struct err err = {0};
    struct grant_row row;
    struct grant_chain c;
    assert_int_equal(grant_store_find(w->houses[node].node->db, w->a, w->ids[issuer], g->id, &row, &err), 1);
    assert_int_equal(grant_chain_read(w->a, str_bytes(row.papers), &c, &err), 0);
    return c;
}

static void refused(struct world *w, int from, int node, const struct grant_chain *c, int code, const char *words)
{
    struct err err = {0};
    assert_int_equal(grant_take(w->houses[node].node, w->ids[from], c, w->now_ms, &err), code);
    if (!strstr(err.text, words))
        fail_msg("\"%s\" does not say \"%s\"", err.text, words);
}

static void test_forged_wider_foreign_refused(void **state)
{
    struct world *w = *state;
    struct chain c;
    build_chain(w, &c);
    const struct grant_chain good = papers_of(w, LABOUR, SOUTH, &c.g[2]);
    assert_int_equal(good.n, 3);
    struct grant_chain bad = good;
    grant_new_id(w->now_ms, bad.grants[2].id);
    refused(w, LABOUR, SOUTH, &bad, ERR_CRYPTO, "signature under grant 3");
    sign_as(w, LABOUR, &bad.grants[2]); /* a second grant on the same parent is in order: only its letter is missing */
    struct err err = {0};
    assert_int_equal(grant_take(w->houses[SOUTH].node, w->ids[LABOUR], &bad, w->now_ms, &err), 0);

    refused(w, SHELTER, SOUTH, &good, ERR_DENIED, "another agency than the one that sends it");
    refused(w, LABOUR, BORDER, &good, ERR_DENIED, "for another agency");
    bad = good; /* wider than the parent, well signed by who passes on */
    grant_new_id(w->now_ms, bad.grants[2].id);
    bad.grants[2].expires_ms++;
    sign_as(w, LABOUR, &bad.grants[2]);
    refused(w, LABOUR, SOUTH, &bad, ERR_DENIED, "it lasts longer");
    bad = good; /* the owner's grant made wider by who passes on */
    grant_new_id(w->now_ms, bad.grants[2].id);
    sign_as(w, LABOUR, &bad.grants[2]);
    bad.grants[0].tlp = GRANT_TLP_CLEAR;
    refused(w, LABOUR, SOUTH, &bad, ERR_CRYPTO, "signature under grant 1");
    bad.keys[0][0] ^= 1;
    refused(w, LABOUR, SOUTH, &bad, ERR_CRYPTO, "not its issuer's");
    bad = good; /* the chain without its beginning */
    bad.n = 2;
    bad.grants[0] = good.grants[1];
    bad.grants[1] = good.grants[2];
    memcpy(bad.keys[0], good.keys[1], SIGN_PUBLIC_LEN);
    memcpy(bad.keys[1], good.keys[2], SIGN_PUBLIC_LEN);
    refused(w, LABOUR, SOUTH, &bad, ERR_DENIED, "does not begin with the owner");
    bad = good; /* H2 stands above: it was not to be passed on, whoever signs */
    grant_new_id(w->now_ms, bad.grants[2].id);
    bad.grants[1].handling = bad.grants[2].handling = GRANT_H2;
    sign_as(w, SHELTER, &bad.grants[1]);
    sign_as(w, LABOUR, &bad.grants[2]);
    refused(w, LABOUR, SOUTH, &bad, ERR_DENIED, "H2");
    bad = good; /* the same id again, with other words */
    bad.grants[2].tlp = GRANT_TLP_RED;
    sign_as(w, LABOUR, &bad.grants[2]);
    refused(w, LABOUR, SOUTH, &bad, ERR_DENIED, "same id");
}

/* A letter that does not fit its grant, or has none. */
static void test_letters_without_their_grant(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct grant g = world_terms(w), other = world_terms(w);
    uint8_t letter[ID_LEN], second[ID_LEN];
    size_t first = w->n_bag;
    assert_int_equal(world_give(w, POLICE, SHELTER, &g, letter, &err), 0);
    assert_int_equal(world_deliver(w, first + 1, &err), ERR_DENIED); /* its grant has not come */
    assert_non_null(strstr(err.text, "does not hold"));
    assert_int_equal(world_deliver(w, first, &err), 0);
    w->bag[first + 1].has_grant = false;
    w->bag[first + 1].kind = "notice";
    assert_int_equal(world_deliver(w, first + 1, &err), ERR_DENIED);
    assert_non_null(strstr(err.text, "does not name it"));
    w->bag[first + 1].has_grant = true;
    w->bag[first + 1].purpose = STR("investigation");
    assert_int_equal(world_deliver(w, first + 1, &err), ERR_DENIED);
    w->bag[first + 1].purpose = STR("protection");
    assert_int_equal(world_deliver(w, first + 1, &err), 0);
    /* another agency's grant for that letter gives nothing, and its letter of the same id is refused */
    first = w->n_bag;
    memcpy(second, letter, ID_LEN);
    assert_int_equal(world_give(w, BORDER, SHELTER, &other, second, &err), 0);
    const uint8_t *forged = letter;
    struct grant_chain chain = papers_of(w, BORDER, BORDER, &other);
    memcpy(chain.grants[0].object, forged, ID_LEN);
    chain.grants[0].purpose = STR("investigation");
    sign_as(w, BORDER, &chain.grants[0]);
    assert_int_equal(grant_take(w->houses[SHELTER].node, w->ids[BORDER], &chain, w->now_ms, &err), 0);
    assert_int_equal(grant_may(w->houses[SHELTER].node, letter, GRANT_READ, STR("investigation"), w->now_ms, &err), ERR_DENIED);
    assert_int_equal(grant_may(w->houses[SHELTER].node, letter, GRANT_READ, STR("protection"), w->now_ms, &err), 0);
    memcpy(w->bag[first + 1].id, letter, ID_LEN);
    w->bag[first + 1].purpose = STR("investigation");
    assert_int_equal(world_deliver(w, first + 1, &err), ERR_DENIED);
    assert_non_null(strstr(err.text, "same id"));
    w->bag[first].gone = true;
    /* nobody but the issuer takes it back, and nothing unknown is allowed */
    assert_int_equal(world_withdraw(w, SHELTER, g.id, &err), ERR_NOT_FOUND);
    assert_int_equal(grant_recall_take(w->houses[SHELTER].node, w->ids[BORDER], g.id, w->now_ms, &err), 0);
    assert_int_equal(world_read(w, SHELTER, letter, &err), 0);
    assert_int_equal(grant_may(w->houses[SHELTER].node, other.id, GRANT_READ, STR("protection"), w->now_ms, &err), ERR_DENIED);
    assert_non_null(strstr(err.text, "holds no grant"));
}

static void test_statements_refused(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct chain c;
    struct grant_row row;
    struct grant_statement s;
    build_chain(w, &c);
    size_t before = w->n_bag;
    assert_int_equal(world_withdraw(w, SHELTER, c.g[1].id, &err), 0);
    assert_int_equal(world_deliver(w, before, &err), 0);
    assert_int_equal(grant_store_find(w->houses[LABOUR].node->db, w->a, w->ids[SHELTER], c.g[1].id, &row, &err), 1);
    assert_int_equal(grant_statement_read(w->a, str_bytes(row.statement), &s, &err), 0);
    struct node *shelter = w->houses[SHELTER].node;
    assert_int_equal(grant_statement_take(shelter, w->ids[SOUTH], &s, w->now_ms, &err), ERR_DENIED); /* by somebody else */
    s.time_ms++;
    assert_int_equal(grant_statement_take(shelter, w->ids[LABOUR], &s, w->now_ms, &err), ERR_CRYPTO);
    s.time_ms--;
    s.key[3] ^= 1;
    assert_int_equal(grant_statement_take(shelter, w->ids[LABOUR], &s, w->now_ms, &err), ERR_CRYPTO);
    s.key[3] ^= 1;
    assert_int_equal(world_item(w, SHELTER, c.g[1].id).acknowledged_ms, 0);
    assert_int_equal(grant_statement_take(shelter, w->ids[LABOUR], &s, w->now_ms, &err), 0);
    assert_int_equal(grant_statement_take(shelter, w->ids[LABOUR], &s, w->now_ms, &err), 0); /* twice is once */
    assert_int_equal(world_item(w, SHELTER, c.g[1].id).below, 1);
    grant_new_id(w->now_ms, s.grant);
    assert_int_equal(keyring_sign(w->houses[LABOUR].node->keys, KEYRING_AGENCY, grant_statement_canonical(w->a, &s), s.signature, &err), 0);
    assert_int_equal(grant_statement_take(shelter, w->ids[LABOUR], &s, w->now_ms, &err), ERR_DENIED); /* of no grant of ours */
    world_deliver_all(w);
}

/* --- passing on --- */

static void test_forward_is_never_wider(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct grant g = world_terms(w);
    uint8_t letter[ID_LEN], next[ID_LEN];
    g.fields = STR("name,birth-date,shelter");
    g.handling = GRANT_H1;
    g.source = 'B';
    assert_int_equal(world_give(w, POLICE, SHELTER, &g, letter, &err), 0);
    world_deliver_all(w);
    const struct { struct grant child; const char *words; } wider[] = {
        {{.handling = GRANT_H0, .tlp = GRANT_TLP_AMBER}, "handling code"},
        {{.handling = GRANT_H1, .tlp = GRANT_TLP_GREEN}, "TLP"},
        {{.handling = GRANT_H1, .tlp = GRANT_TLP_AMBER, .source = 'A'}, "evaluation"},
        {{.handling = GRANT_H1, .tlp = GRANT_TLP_AMBER, .fields = STR("name,phone")}, "fields"},
        {{.handling = GRANT_H1, .tlp = GRANT_TLP_AMBER, .fields = STR("all")}, "fields"},
        {{.handling = GRANT_H1, .tlp = GRANT_TLP_AMBER, .purpose = STR("investigation")}, "purpose"},
        {{.handling = GRANT_H1, .tlp = GRANT_TLP_AMBER, .expires_ms = g.expires_ms + 1}, "longer"},
    };
    for (size_t i = 0; i < sizeof wider / sizeof wider[0]; i++) {
        struct grant child = wider[i].child;
        assert_int_equal(world_forward(w, SHELTER, letter, LABOUR, &child, next, &err), ERR_DENIED);
        if (!strstr(err.text, wider[i].words))
            fail_msg("\"%s\" does not say \"%s\"", err.text, wider[i].words);
    }
    assert_int_equal(world_waiting(w), 0);
    struct grant child = {.handling = GRANT_H2, .tlp = GRANT_TLP_AMBER, .fields = STR("birth-date")}, last = {.handling = GRANT_H2, .tlp = GRANT_TLP_AMBER}, seen;
    assert_int_equal(world_forward(w, SHELTER, letter, LABOUR, &child, next, &err), 0);
    world_deliver_all(w);
    assert_int_equal(grant_of_letter(w->houses[LABOUR].node, w->a, next, &seen, &err), 0);
    assert_true(seen.source == 'B' && seen.handling == GRANT_H2 && seen.expires_ms == g.expires_ms && str_eq(seen.fields, STR("birth-date")));
    assert_memory_equal(seen.owner, w->ids[POLICE], ID_LEN);
    struct letter_content content;
    bytes payload;
    assert_int_equal(post_read(w->houses[LABOUR].node, next, w->a, &content, &payload, &err), 0);
    assert_true(str_eq(bytes_str(payload), STR("{\"birth-date\":\"1999-01-02\"}"))); /* what is not named does not travel */
    assert_int_equal(world_forward(w, LABOUR, next, SOUTH, &last, letter, &err), ERR_DENIED); /* H2 ends here */
    assert_non_null(strstr(err.text, "H2"));
}

/* A later version: longer, then not to be passed on; what was passed on before is asked back. Versions may overtake each other. */
static void test_later_versions(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct chain c;
    struct grant terms, seen;
    build_chain(w, &c);
    terms = c.g[0];
    terms.expires_ms += 30 * DAY_MS;
    size_t first = w->n_bag;
    assert_int_equal(world_change(w, POLICE, c.g[0].id, &terms, &err), 0);
    terms.handling = GRANT_H1;
    assert_int_equal(world_change(w, POLICE, c.g[0].id, &terms, &err), 0);
    assert_int_equal(world_deliver(w, first + 1, &err), 0); /* the third version, and then the second: it is passed over */
    assert_int_equal(world_deliver(w, first, &err), 0);
    assert_int_equal(grant_of_letter(w->houses[SHELTER].node, w->a, c.letter[0], &seen, &err), 0);
    assert_true(seen.version == 3 && seen.handling == GRANT_H1 && seen.expires_ms == terms.expires_ms);
    assert_int_equal(world_read(w, SHELTER, c.letter[0], &err), 0);
    /* what the shelter had passed on under H0 is wider now */
    world_deliver_all(w);
    assert_denied(w, LABOUR, c.letter[1], "withdrawn");
    assert_denied(w, SOUTH, c.letter[2], "withdrawn");
    struct grant child = {.tlp = GRANT_TLP_AMBER, .handling = GRANT_H1};
    uint8_t again[ID_LEN];
    assert_int_equal(world_forward(w, SHELTER, c.letter[0], LABOUR, &child, again, &err), 0);
    world_deliver_all(w);
    assert_int_equal(world_read(w, LABOUR, again, &err), 0);
    /* who passed on changes within what it holds, and no further */
    struct grant wider = child;
    wider.source = 'A', wider.information = '1', wider.expires_ms = terms.expires_ms + 1;
    assert_int_equal(world_change(w, SHELTER, child.id, &wider, &err), ERR_DENIED);
    wider.expires_ms = terms.expires_ms;
    wider.handling = GRANT_H2;
    assert_int_equal(world_change(w, SHELTER, child.id, &wider, &err), 0);
    world_deliver_all(w);
    assert_int_equal(grant_of_letter(w->houses[LABOUR].node, w->a, again, &seen, &err), 0);
    assert_true(seen.version == 2 && seen.handling == GRANT_H2);
    /* no version brings back what has ended */
    assert_int_equal(world_withdraw(w, POLICE, c.g[0].id, &err), 0);
    assert_int_equal(world_change(w, POLICE, c.g[0].id, &terms, &err), ERR_DENIED);
    world_deliver_all(w);
    assert_int_equal(world_deliver(w, first + 1, &err), 0);
    assert_denied(w, SHELTER, c.letter[0], "withdrawn");
    assert_int_equal(world_change(w, SHELTER, child.id, &wider, &err), ERR_DENIED);
}

/* What a later version must not change, well signed by the issuer. */
static void test_versions_refused(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct grant g = world_terms(w);
    uint8_t letter[ID_LEN];
    assert_int_equal(world_give(w, POLICE, SHELTER, &g, letter, &err), 0);
    world_deliver_all(w);
    struct grant_chain good = papers_of(w, POLICE, SHELTER, &g), bad = good;
    bad.grants[0].tlp = GRANT_TLP_RED;
    sign_as(w, POLICE, &bad.grants[0]);
    refused(w, POLICE, SHELTER, &bad, ERR_DENIED, "same version");
    bad = good;
    bad.grants[0].version = 2;
    bad.grants[0].purpose = STR("investigation");
    sign_as(w, POLICE, &bad.grants[0]);
    refused(w, POLICE, SHELTER, &bad, ERR_DENIED, "what for");
    bad = good;
    bad.grants[0].version = 2;
    grant_new_id(w->now_ms, bad.grants[0].object);
    sign_as(w, POLICE, &bad.grants[0]);
    refused(w, POLICE, SHELTER, &bad, ERR_DENIED, "which letter");
    bad = good;
    bad.grants[0].version = 2;
    refused(w, POLICE, SHELTER, &bad, ERR_CRYPTO, "signature");
    assert_int_equal(world_read(w, SHELTER, letter, &err), 0);
}

static void test_issuer_says_what_is_missing(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    struct grant g = world_terms(w);
    uint8_t letter[ID_LEN];
    g.fields = STR("name");
    assert_int_equal(world_give(w, POLICE, SHELTER, &g, letter, &err), ERR_USAGE); /* the letter has more fields */
    assert_non_null(strstr(err.text, "2 fields"));
    g = world_terms(w);
    g.expires_ms = 0;
    assert_int_equal(world_give(w, POLICE, SHELTER, &g, letter, &err), ERR_USAGE);
    assert_non_null(strstr(err.text, "expires"));
    g = world_terms(w);
    g.handling = GRANT_H3;
    assert_int_equal(world_give(w, POLICE, SHELTER, &g, letter, &err), ERR_USAGE);
    assert_int_equal(world_waiting(w), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_recall_reaches_all, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_recall_in_the_middle, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_recall_overtakes, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_recall_waits_for_a_key, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_forward_and_recall_cross, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_forged_wider_foreign_refused, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_letters_without_their_grant, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_statements_refused, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_forward_is_never_wider, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_later_versions, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_versions_refused, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_issuer_says_what_is_missing, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_partitioned_holder, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_expiry_with_a_clock_behind, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_expiry_by_the_clock, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
