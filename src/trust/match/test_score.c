/* score: more agreement never weighs less, no input gives a non-number, learning finds what was put in. Invented persons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trust/match/score.h"

struct fixture { struct names *names; struct arena *arena; };

static int set_up(void **state)
{
    static struct fixture f;
    struct err err;
    f.arena = arena_new();
    *state = &f;
    return names_open(&f.names, &err);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    names_close(f->names);
    arena_free(f->arena);
    return 0;
}

struct party { struct identity who; struct name name; struct document document; struct match_units units; };

static struct party *party(struct fixture *f, const char *given, const char *family, struct date born, const char *document)
{
    struct party *p = arena_new_of(f->arena, struct party);
    p->name = (struct name){.given = str_from(given), .family = str_from(family)};
    p->document.number = str_from(document);
    p->who = (struct identity){.names = &p->name, .n_names = 1, .born = born, .documents = &p->document, .n_documents = document[0] != 0};
    match_units(f->names, f->arena, &p->who, &p->units);
    return p;
}

/* What a asks and b holds, as the map would answer. */
static struct score_evidence meet(struct fixture *f, const struct score_list *list, const struct party *a, const struct party *b, uint64_t *met)
{
    struct match_key ka[MATCH_KEYS_MAX], kb[MATCH_KEYS_MAX];
    size_t na = match_keys(f->names, f->arena, &a->who, MATCH_SIDE_ASKER, ka), nb = match_keys(f->names, f->arena, &b->who, MATCH_SIDE_HOLDER, kb);
    uint64_t keys = 0;
    for (size_t i = 0; i < na; i++)
        for (size_t j = 0; j < nb; j++)
            if (str_eq(bytes_str(ka[i].input), bytes_str(kb[j].input)))
                keys |= (uint64_t)1 << i;
    struct score_evidence e;
    score_evidence(list, &(struct score_asked){&a->who, &a->units, ka, na}, keys, match_bits(&b->who), &e);
    if (met)
        *met = keys;
    return e;
}

static double probability(const struct score_evidence *e, char *why)
{
    struct score_weights w;
    struct score_result r;
    score_default(&w);
    score_result(&w, e, 10000, 1, &r);
    assert_true(isfinite(r.probability) && r.probability >= 0 && r.probability <= 1);
    if (why)
        memcpy(why, r.explanation, SCORE_TEXT_MAX);
    return r.probability;
}

static const struct date march = {1990, 3, 5};

static void test_levels_and_words(void **state)
{
    struct fixture *f = *state;
    struct score_list *list = score_list_new();
    struct party *a = party(f, "Milena", "Barker", march, "N1234567");
    static const struct { const char *given, *family; struct date born; const char *document, *says; } cases[] = {
        {"Milena", "Barker", {1990, 3, 5}, "n-123 4567", "family name: same spelling; given name: same spelling; birth date: same; document: same number"},
        {"Barker", "Milena", {1990, 5, 3}, "", "family name: same spelling; given name: same spelling; birth date: day and month swapped"},
        {"Milena", "Barkr", {1990, 3, 5}, "N1239999", "family name: a letter apart; given name: same spelling; birth date: same; document: same beginning or end"},
        {"Milena", "Barker", {1990, 3, 0}, "", "family name: same spelling; given name: same spelling; birth date: agrees in what is known"},
        {"Milena", "Barker", {1991, 3, 5}, "", "family name: same spelling; given name: same spelling; birth date: one of day, month and year differs"},
        {"Milena", "Barker", {0, 0, 0}, "", "family name: same spelling; given name: same spelling"},
        {"", "Barker", {1990, 3, 5}, "X9", "family name: same spelling; birth date: same; document: differs"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct party *b = party(f, cases[i].given, cases[i].family, cases[i].born, cases[i].document);
        struct score_evidence e = meet(f, list, a, b, NULL);
        char why[SCORE_TEXT_MAX];
        probability(&e, why);
        if (i != 2) /* whether "barkr" shares a skeleton with "barker" is for the rules of names to say */
            assert_string_equal(why, cases[i].says);
        else
            assert_int_equal(e.level[SCORE_DOCUMENT], SCORE_DOCUMENT_HALF);
    }
    score_list_free(list);
}

/* Each row agrees a little less than the one above. */
static void test_more_agreement_never_weighs_less(void **state)
{
    struct fixture *f = *state;
    struct score_list *list = score_list_new();
    struct party *a = party(f, "Milena", "Barker", march, "N1234567");
    struct party *rows[] = {
        party(f, "Milena", "Barker", march, "N1234567"),
        party(f, "Milena", "Barker", march, "N1234568"),
        party(f, "Milena", "Barker", march, "K7777777"),
        party(f, "Milena", "Barker", (struct date){1990, 5, 3}, "K7777777"),
        party(f, "Milena", "Barker", (struct date){1990, 3, 6}, "K7777777"),
        party(f, "Milena", "Barkov", (struct date){1990, 3, 6}, "K7777777"),
        party(f, "Zoltan", "Barker", (struct date){1990, 3, 6}, "K7777777"),
        party(f, "Zoltan", "Quirke", (struct date){1971, 8, 30}, "K7777777"),
    };
    double before = 2;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct score_evidence e = meet(f, list, a, rows[i], NULL);
        double p = probability(&e, NULL);
        assert_true(p <= before);
        before = p;
    }
    assert_true(before < 1e-3);
    score_list_free(list);
}

static void test_a_rare_name_weighs_more(void **state)
{
    struct fixture *f = *state;
    struct score_list *list = score_list_new();
    for (int i = 0; i < 300; i++) {
        struct party *p = party(f, i % 3 ? "Milena" : "Odalys", i % 3 ? "Barker" : "Quirke", (struct date){(int16_t)(1950 + i % 50), (uint8_t)(1 + i % 12), (uint8_t)(1 + i % 28)}, "");
        score_list_add(list, &p->units, &p->who);
    }
    struct party *common = party(f, "Milena", "Barker", (struct date){0}, ""), *rare = party(f, "Thessaly", "Vantongeren", (struct date){0}, "");
    struct score_evidence ec = meet(f, list, common, common, NULL), er = meet(f, list, rare, rare, NULL);
    assert_true(probability(&er, NULL) > 10 * probability(&ec, NULL));
    score_list_free(list);
}

static void test_a_name_alone_is_never_a_hit(void **state)
{
    struct fixture *f = *state;
    struct score_list *list = score_list_new();
    struct party *a = party(f, "Thessaly", "Vantongeren", (struct date){0}, "");
    struct score_evidence e = meet(f, list, a, a, NULL);
    assert_int_equal(score_band(1.0, &e), SCORE_POSSIBLE);
    struct party *b = party(f, "Thessaly", "Vantongeren", march, "");
    e = meet(f, list, b, b, NULL);
    assert_int_equal(score_band(1.0, &e), SCORE_HIT);
    assert_int_equal(score_band(0.5, &e), SCORE_POSSIBLE);
    assert_int_equal(score_band(0.01, &e), SCORE_NO_HIT);
    score_list_free(list);
}

static uint64_t next(uint64_t *seed) /* xorshift64*: chance that replays */
{
    *seed ^= *seed >> 12, *seed ^= *seed << 25, *seed ^= *seed >> 27;
    return *seed * 0x2545f4914f6cdd1du;
}

/* Whatever a holder answers, the score is a number, and another met key never lowers the level of any field. */
static void test_any_answer_gives_a_number(void **state)
{
    struct fixture *f = *state;
    struct score_list *list = score_list_new();
    struct party *people[] = {
        party(f, "Milena", "Barker", march, "N1234567"), party(f, "", "", (struct date){0}, ""),
        party(f, "A", "", (struct date){1972, 95, 88}, "1"), party(f, "Anna Maria", "van der Mey", (struct date){1990, 3, 0}, "12"),
    };
    uint64_t seed = 42;
    for (int round = 0; round < 4000; round++) {
        struct party *p = people[round % 4];
        struct match_key keys[MATCH_KEYS_MAX];
        size_t n = match_keys(f->names, f->arena, &p->who, MATCH_SIDE_ASKER, keys);
        struct score_asked asked = {&p->who, &p->units, keys, n};
        uint64_t met = next(&seed) & next(&seed), more = met | next(&seed);
        uint16_t bits = (uint16_t)next(&seed);
        struct score_evidence e, e2;
        score_evidence(list, &asked, met, bits, &e);
        score_evidence(list, &asked, more, bits, &e2);
        probability(&e, NULL);
        for (size_t i = 0; i < SCORE_FIELDS; i++) {
            assert_true(isfinite(e.log_u[i]) && e.log_u[i] <= 0);
            bool name = i == SCORE_FAMILY || i == SCORE_GIVEN, part = i == SCORE_BORN_PART; /* these may change which word they speak of */
            if (!name && !part && e.level[i] != SCORE_MISSING)
                assert_true(e2.level[i] >= e.level[i]);
        }
    }
    score_list_free(list);
}

static void test_learning_from_nothing_changes_nothing(void **state)
{
    (void)state;
    struct score_weights w, d;
    score_default(&w), score_default(&d);
    score_learn(&w, &(struct score_sample){0});
    assert_memory_equal(&w, &d, sizeof w);
    struct score_evidence blank;
    memset(&blank, 0, sizeof blank);
    memset(blank.level, SCORE_MISSING, sizeof blank.level);
    uint32_t zero = 0;
    struct score_usual nothing = {0};
    score_learn(&w, &(struct score_sample){&blank, &zero, &zero, 1, &nothing, 1, 1});
    for (size_t f = 0; f < SCORE_FIELDS; f++)
        for (size_t l = 0; l < SCORE_LEVELS; l++)
            assert_true(fabs(w.m[f][l] - d.m[f][l]) < 1e-9);
    assert_true(isfinite(w.found) && w.found > 0);
}

/* 600 pairs of one person, of which a quarter have another date, and 600 of strangers: without labels, m comes out. */
static void test_learning_finds_what_was_put_in(void **state)
{
    (void)state;
    enum { N = 1200 };
    static struct score_evidence e[N];
    static uint32_t asked[N], record[N];
    static struct score_usual usual[N];
    for (uint32_t i = 0; i < N; i++) {
        bool match = i < N / 2;
        memset(e[i].level, SCORE_MISSING, sizeof e[i].level);
        asked[i] = record[i] = i;
        e[i].level[SCORE_FAMILY] = match ? SCORE_NAME_SAME : 0;
        e[i].log_u[SCORE_FAMILY] = (float)log(match ? 1e-4 : .9);
        e[i].level[SCORE_GIVEN] = match || i % 3 ? SCORE_NAME_SAME : 0;
        e[i].log_u[SCORE_GIVEN] = (float)log(match || i % 3 ? 1e-3 : .9);
        e[i].level[SCORE_BORN] = match ? (i % 4 ? SCORE_BORN_SAME : 0) : 0;
        e[i].log_u[SCORE_BORN] = (float)log(match && i % 4 ? 3e-5 : .98);
    }
    struct score_weights w;
    score_default(&w);
    score_learn(&w, &(struct score_sample){e, asked, record, N, usual, N, N});
    assert_true(fabs(w.m[SCORE_BORN][SCORE_BORN_SAME] - .75) < .03);
    assert_true(fabs(w.found - .5) < .05);
    struct score_result r;
    score_result(&w, &e[0], N, 1, &r); /* names agree, date differs */
    assert_true(r.probability > .9);
    score_result(&w, &e[N - 1], N, 1, &r);
    assert_true(r.probability < .01);
}

static void test_a_record_is_one_person(void **state)
{
    struct fixture *f = *state;
    struct score_list *list = score_list_new();
    struct party *a = party(f, "Milena", "Barker", march, "N1234567"), *b = party(f, "Milena", "Barkov", (struct date){1990, 3, 6}, "");
    struct score_evidence e[2] = {meet(f, list, a, a, NULL), meet(f, list, b, a, NULL)};
    uint32_t asked[2] = {0, 1}, record[2] = {7, 7};
    struct score_weights w;
    score_default(&w);
    struct score_sample s = {e, asked, record, 2, NULL, 1000, 1000};
    double *against = score_against(&w, &s, f->arena);
    struct score_result best, second, alone;
    score_result(&w, &e[0], 1000, against[0], &best);
    score_result(&w, &e[1], 1000, against[1], &second);
    score_result(&w, &e[1], 1000, 1, &alone);
    assert_true(best.probability > .9);
    assert_true(second.probability < alone.probability && against[1] > 5);
    score_list_free(list);
}

static void test_bytes_and_back(void **state)
{
    struct fixture *f = *state;
    struct score_weights w, back;
    struct err err;
    score_default(&w);
    bytes b = score_encode(f->arena, &w);
    assert_int_equal(score_decode(b, &back, &err), 0);
    for (size_t i = 0; i < SCORE_FIELDS; i++)
        for (size_t l = 0; l < SCORE_LEVELS; l++)
            assert_true(fabs(w.m[i][l] - back.m[i][l]) < 1e-8);
    assert_true(fabs(w.found - back.found) < 1e-6);
    for (size_t cut = 0; cut < b.len; cut++)
        assert_int_equal(score_decode((bytes){b.p, cut}, &back, &err), ERR_CORRUPT);
    uint8_t *bad = arena_alloc(f->arena, b.len);
    memcpy(bad, b.p, b.len);
    bad[9] ^= 0x80; /* a row that does not add up to 1 */
    assert_int_equal(score_decode((bytes){bad, b.len}, &back, &err), ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels_and_words),
        cmocka_unit_test(test_more_agreement_never_weighs_less),
        cmocka_unit_test(test_a_rare_name_weighs_more),
        cmocka_unit_test(test_a_name_alone_is_never_a_hit),
        cmocka_unit_test(test_any_answer_gives_a_number),
        cmocka_unit_test(test_learning_from_nothing_changes_nothing),
        cmocka_unit_test(test_learning_finds_what_was_put_in),
        cmocka_unit_test(test_a_record_is_one_person),
        cmocka_unit_test(test_bytes_and_back),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
