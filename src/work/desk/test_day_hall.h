/* For tests and figures: a hall of a practice day with three key holders in memory, and its records in a node. */
#ifndef COMITY_DESK_TEST_DAY_HALL_H
#define COMITY_DESK_TEST_DAY_HALL_H

#include "work/desk/day_book.h"

#define TEST_HOLDERS 3
#define TEST_ALL_HOLDERS 0xe /* bits 1..3 */
#define TEST_DAY 20785
#define TEST_MORNING ((int64_t)TEST_DAY * 24 * 3600 * 1000 + INT64_C(6) * 3600 * 1000)

struct test_hall {
    struct arena *a;
    struct node *node;
    uint8_t id[ID_LEN];
    struct threshold_keys keys;
    oprf_scalar shares[TEST_HOLDERS];
    struct line *line;
    struct day_book book;
    int64_t now_ms;
    unsigned there; /* which holders answer: bit i */
    unsigned asked; /* how often they were */
    struct err err;
};

/* Keys in the log two days before, the day begun with this rule. False: err says why. */
bool test_hall_open(struct test_hall *h, struct node *node, const struct line_rule *rule);
void test_hall_close(struct test_hall *h);
bool test_hall_event(struct test_hall *h, struct line_event e);
/* ask, draw, call; the ticket that was called, 0: it failed. *at, if given: the counter it goes to */
uint32_t test_hall_call(struct test_hall *h, uint16_t counter, uint16_t *at);
bool test_hall_check(struct test_hall *h, uint32_t ticket); /* of its secondary check */
/* The holders that are there, asked as a node asks its own: struct hall_holders{test_hall_ask, hall}. */
int test_hall_ask(void *hall, const struct draw *what, bytes known, struct draw_answers *out, struct err *err);
/* The parts of a call, for a hall that cheats: the answers of those who are there, for what they are told was known; a frame, as it is. */
bool test_hall_answers(struct test_hall *h, uint32_t number, bytes known, struct day_draw *out, struct draw_beta *beta);
bool test_hall_keep(struct test_hall *h, bytes frame);
bool test_hall_mark(struct test_hall *h, bool closed);
/* A day of so many calls at ten counters, with what happens in a hall, closed. */
bool test_hall_run(struct test_hall *h, unsigned calls);
/* From h->a; empty: it failed. */
bytes test_hall_file(struct test_hall *h);

#endif
