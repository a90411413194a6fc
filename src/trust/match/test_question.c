/* question: a whole blind question in memory, asker and holder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/match/question.h"

#define RECORDS 200
#define KEYS 10 /* of each record */

static struct oprf_key *holder;
static struct map *maps[2];
static bytes images[2];

static bytes key_text(struct arena *a, int record, int key)
{
    return str_bytes(str_printf(a, "rules-1;record %d;key %d", record, key));
}

/* Even records are in the base map, odd ones in the delta. Key 9 is shared by three neighbours. */
static void build_map(struct arena *a, int which)
{
    struct map_params params = {.epoch = 1, .delta = (uint32_t)which, .seed = {3}, .fill = {4}};
    struct map_entry *e = arena_array(a, struct map_entry, RECORDS * KEYS);
    struct err err = {0};
    size_t n = 0;
    for (int r = which; r < RECORDS; r += 2) {
        for (int k = 0; k < KEYS; k++) {
            bytes input = key_text(a, k == 9 ? r / 6 * 6 : r, k);
            oprf_output out;
            assert_int_equal(oprf_evaluate_plain(holder, NULL, &input, 1, &out, &err), 0);
            map_key(e[n].key, params.seed, out.b);
            e[n].handle = (uint32_t)(r + 1000);
            e[n++].bits = (uint16_t)r;
        }
    }
    struct map_stats stats;
    assert_int_equal(map_build(e, n, &params, &images[which], &stats, &err), 0);
    assert_int_equal(map_open_memory(images[which], &maps[which], &err), 0);
}

static int make_maps(void **state)
{
    (void)state;
    static const uint8_t seed[32] = {1};
    struct arena *a = arena_new();
    struct err err = {0};
    if (oprf_key_derive(OPRF_MODE_VOPRF, seed, (bytes){0}, &holder, &err) < 0)
        return -1;
    build_map(a, 0);
    build_map(a, 1);
    arena_free(a);
    return 0;
}

static int drop_maps(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        map_close(maps[i]);
        free((void *)images[i].p);
    }
    oprf_key_free(holder);
    return 0;
}

static size_t ask(struct arena *a, const struct match_key keys[], size_t n, struct match_hit **hits)
{
    struct err err = {0};
    struct question *q;
    assert_int_equal(question_make(keys, n, &q, &err), 0);
    assert_int_equal(question_keys(q), n);
    oprf_point evaluated[QUESTION_POINTS];
    oprf_output outputs[QUESTION_POINTS];
    uint8_t proof[OPRF_PROOF_LEN];
    assert_int_equal(oprf_evaluate(holder, NULL, question_points(q), QUESTION_POINTS, evaluated, proof, NULL, &err), 0);
    assert_int_equal(question_open(q, oprf_key_public(holder), evaluated, proof, outputs, &err), 0);
    size_t n_hits;
    assert_int_equal(question_lookup(outputs, n, maps, 2, a, hits, &n_hits, &err), 0);
    proof[5] ^= 1;
    assert_int_equal(question_open(q, oprf_key_public(holder), evaluated, proof, outputs, &err), ERR_CRYPTO);
    question_free(q);
    return n_hits;
}

static void test_hits_are_grouped(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    /* keys 0..4 of record 12, keys 2 and 3 of record 31, the key shared by 12 14 16 (base) and 13 15 17 (delta), one of nobody */
    struct match_key keys[9];
    for (int k = 0; k < 5; k++)
        keys[k].input = key_text(a, 12, k);
    keys[5].input = key_text(a, 31, 2);
    keys[6].input = key_text(a, 31, 3);
    keys[7].input = key_text(a, 12, 9);
    keys[8].input = key_text(a, 9999, 0);
    struct match_hit *hits;
    size_t n = ask(a, keys, 9, &hits);
    assert_int_equal(n, 7);
    assert_int_equal(hits[0].handle, 1012);
    assert_int_equal(hits[0].keys, 0x9f);
    assert_int_equal(hits[0].bits, 12);
    assert_int_equal(hits[1].handle, 1031);
    assert_int_equal(hits[1].keys, 0x60);
    for (size_t i = 2; i < 7; i++) {
        assert_int_equal(hits[i].handle, 1013 + i - 2);
        assert_int_equal(hits[i].keys, 0x80);
    }
    arena_free(a);
}

static void test_nobody(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct match_key keys[QUESTION_POINTS];
    for (int k = 0; k < QUESTION_POINTS; k++)
        keys[k].input = key_text(a, 5000, k);
    struct match_hit *hits;
    assert_int_equal(ask(a, keys, QUESTION_POINTS, &hits), 0);
    assert_int_equal(ask(a, keys, 1, &hits), 0);
    arena_free(a);
}

static void test_bounds(void **state)
{
    (void)state;
    static const uint8_t big[256];
    struct match_key keys[QUESTION_POINTS + 1] = {{.input = {big, 256}}};
    struct question *q;
    struct err err = {0};
    assert_int_equal(question_make(keys, 0, &q, &err), ERR_INPUT);
    assert_int_equal(question_make(keys, QUESTION_POINTS + 1, &q, &err), ERR_INPUT);
    assert_int_equal(question_make(keys, 1, &q, &err), ERR_INPUT);
}

int main(void)
{
    struct err err = {0};
    if (crypto_open(&err) < 0)
        return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hits_are_grouped), cmocka_unit_test(test_nobody), cmocka_unit_test(test_bounds)};
    return cmocka_run_group_tests(tests, make_maps, drop_maps);
}
