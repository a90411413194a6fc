/* A node with a hall, its key holders and a rota to keep: what the tests of kept rotas begin with. */
#ifndef COMITY_TEST_ROTAS_NODE_H
#define COMITY_TEST_ROTAS_NODE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "ground/crypto/crypto.h"
#include "ground/db/test_db_open.h"
#include "trust/access/standing.h"
#include "trust/act/test_node.h"
#include "work/desk/test_day_hall.h"
#include "work/rota/rotas_halves.h"
#include "work/rota/rotas_store.h"

static const struct db_schema *const rooms[] = {&desk_day_schema, &desk_hall_schema, &rotas_schema, NULL};

/* An invented post. TEST_DAY is a Saturday, 28 November 2026. */
static const char table[] =
    "rota,2026-11-28,14\nshift,early,06:00,14:00\nshift,night,22:00,06:00\npost,hall,3,\nneed,hall,early,3,3\nneed,hall,night,1,1\nrest,11\n"
    "contract,full,days,2,10\ncontract,full,days in a row,,5\nofficer,ann,full,\nofficer,bo,full,\nofficer,Cy,full,\nofficer,Di,full,\nofficer,Ed,full,\n"
    "officer,Flo,full,\nofficer,Gus,full,\nofficer,\"Hu, Li\",full,\nleave,Gus,2026-11-28,2026-11-30\nrotation,pair,8,,2\nrotation,counter,5,2\n"
    "rotation,neighbour,6\nmoves,300000\n";

enum { BOSS, ANN, CLERK, PEOPLE };

static struct {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct test_hall keys;
    struct actor people[PEOPLE];
    struct hall_holders holders;
    int64_t now_ms;
    struct err err;
} w;

#define OK(expression) \
    do { \
        w.err = (struct err){0}; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, w.err.text); \
    } while (0)

static inline void employ(int i, unsigned roles)
{
    struct access_member m = {.id = {(uint8_t)(i + 1)}, .roles = roles, .state = MEMBER_ACTIVE};
    OK(access_member_put(w.node->db, &m, &w.err));
    w.people[i] = (struct actor){.member = {(uint8_t)(i + 1)}, .role = STR("member"), .proved_ms = w.now_ms};
}

static inline int set_up(void **state)
{
    static const struct line_rule rule = {.n_lanes = 1, .n_counters = 1, .serves = {1}};
    (void)state;
    memset(&w, 0, sizeof w);
    w.a = arena_new();
    w.now_ms = TEST_MORNING;
    if (test_node_open(w.a, rooms, TEST_MORNING - INT64_C(40) * DAY_KEYS_AHEAD_MS, &w.dir, &w.node) < 0)
        return -1;
    assert_true(test_hall_open(&w.keys, w.node, &rule)); /* its keys are in the log */
    OK(db_exec(w.node->db, "rollback", &w.err));
    w.holders = (struct hall_holders){test_hall_ask, &w.keys};
    employ(BOSS, ROLE_SUPERVISOR);
    employ(ANN, ROLE_OFFICER);
    employ(CLERK, ROLE_CASEWORKER);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    line_close(w.keys.line);
    arena_free(w.keys.a);
    test_node_close(w.node, w.dir);
    arena_free(w.a);
    return 0;
}

static inline struct rotas_one save(const char *text)
{
    struct rotas_one one = {0};
    memcpy(one.hall, w.keys.id, ID_LEN);
    OK(rotas_save(w.node, &w.people[BOSS], &one, str_bytes(str_from(text)), w.now_ms, &w.err));
    return one;
}

static inline struct rotas_seen look(const struct rotas_one *one)
{
    struct rotas_seen s;
    OK(rotas_look(w.node, &w.people[BOSS], one->id, w.now_ms, w.a, &s, &w.err));
    return s;
}

static inline int tend(int minute, bool *more)
{
    const struct rotas_clock clock = {w.now_ms, w.now_ms / (INT64_C(24) * 3600 * 1000), minute};
    bool making;
    int r = rotas_tend(w.node, &w.holders, &clock, more, &w.err);
    struct err err = {0};
    OK(rotas_make(w.node, w.now_ms, NULL, &making, &err));
    *more = *more || making;
    return r;
}

static inline void settle(int minute)
{
    bool more = true;
    for (int i = 0; more && i < 20; i++)
        OK(tend(minute, &more));
}

static inline struct rotas_one made(const char *text)
{
    struct rotas_one one = save(text);
    OK(rotas_freeze(w.node, &w.people[BOSS], one.id, w.now_ms, &w.err));
    settle(0);
    return one;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
