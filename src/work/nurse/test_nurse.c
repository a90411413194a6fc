/* nurse: the readers on texts of our own, and, where other people's instances are at hand, the values that are known for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "work/nurse/curtois.h"
#include "work/nurse/inrc.h"

static const char curtois_text[] =
    "# a post\nSECTION_HORIZON\n7\nSECTION_SHIFTS\nE,480,\nN,600,E\nSECTION_STAFF\nA,E=7|N=2,3000,900,5,2,2,1\nB,E=7,3000,0,5,1,1,1\n"
    "SECTION_DAYS_OFF\nA,0\nSECTION_SHIFT_ON_REQUESTS\nB,1,E,4\nSECTION_SHIFT_OFF_REQUESTS\nB,2,E,3\nSECTION_COVER\n3,E,1,100,10\n";

static void a_curtois_text_is_a_rota(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct rota rota;
    struct err err = {0};
    if (curtois_read(a, str_from(curtois_text), &rota, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(rota.n_days, 7);
    assert_int_equal(rota.n_officers, 2);
    assert_int_equal(rota.n_duties, 3);
    assert_int_equal(rota.allowed[0], 1);      /* A has Monday off */
    assert_int_equal(rota.allowed[1], 7);
    assert_int_equal(rota.allowed[7 + 1], 3);  /* B works no nights */
    uint8_t *roster = rota_roster(a, &rota);   /* everybody off: A lacks 900 minutes, E on Thursday is not covered, B asked for E on Tuesday */
    struct rota_score score = rota_judge(a, &rota, roster, NULL, NULL);
    assert_int_equal(score.hard, 2);
    assert_int_equal(score.soft, 104);
    roster[2] = 2, roster[3] = 1;              /* A: a night, then early: not allowed */
    roster[7 + 1] = 1, roster[7 + 2] = 1;      /* B: as asked, and where she asked not to be */
    score = rota_judge(a, &rota, roster, NULL, NULL);
    assert_int_equal(score.hard, 1);
    assert_int_equal(score.soft, 3);
    arena_free(a);
}

static void what_is_no_curtois_text_is_refused_with_its_line(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct rota rota;
    struct err err = {0};
    static const struct {
        const char *text, *line;
    } texts[] = {
        {"", "a rota"}, {"7\n", "line 1"}, {"SECTION_HORIZON\n65\n", "line 2"}, {"SECTION_HORIZON\n7\nSECTION_SHIFTS\nE,0,\n", "line 4"},
        {"SECTION_HORIZON\n7\nSECTION_SHIFTS\nE,480,\nSECTION_STAFF\nA,E=7,3000\n", "line 6"},
        {"SECTION_HORIZON\n7\nSECTION_SHIFTS\nE,480,\nSECTION_STAFF\nA,E=7,3000,900,5,2,2,1\nSECTION_DAYS_OFF\nA,7\n", "line 8"},
        {"SECTION_WHAT\n", "line 1"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_true(curtois_read(a, str_from(texts[i].text), &rota, &err) < 0);
        if (!strstr(err.text, texts[i].line))
            fail_msg("text %zu: %s", i, err.text);
    }
    arena_free(a);
}

static const char inrc_text[] =
    "SCHEDULING_PERIOD;\nx, 2010-01-01, 2010-01-07;\nSKILLS = 2;\nNurse;\nHead;\nSHIFT_TYPES = 2;\nE, Early, 06:30:00, 14:30:00, 1, Nurse;\n"
    "H, Head, 08:30:00, 16:30:00, 1, Head;\nCONTRACTS = 1;\n"
    "0, full, (1|1), (1|2|4), (1|1|2), (1|1|3), (1|1|2), (1|1|7), (1|1|1), (0|0|8), (0|0|2), (0|0|0), SaturdaySunday, (1|1), (1|5), (0|0), (0|0), "
    "(1|8), 1, 0;\nPATTERNS = 1;\n0, 6, 2 (None|Friday) (Any|Saturday);\nEMPLOYEES 2;\n0, Ann, 0, 1, Nurse;\n1, Bo, 0, 2, Nurse Head;\n"
    "DAY_OF_WEEK_COVER = 1;\nMonday, E, 1;\nDATE_SPECIFIC_COVER = 1;\n2010-01-05, H, 1;\nDAY_OFF_REQUESTS = 1;\n0, 2010-01-02, 3;\n"
    "DAY_ON_REQUESTS = 0;\nSHIFT_OFF_REQUESTS = 1;\n1, 2010-01-04, E, 7;\nSHIFT_ON_REQUESTS = 0;\n";

static void an_inrc_text_is_a_rota(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct rota rota;
    struct err err = {0};
    if (inrc_read(a, str_from(inrc_text), &rota, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(rota.n_days, 7);
    assert_int_equal(rota_weekday(&rota, 0), 4);
    uint8_t *roster = rota_roster(a, &rota);
    /* Friday to Thursday. Ann: off E H - off: both weekend days, with different shifts (2 * 5), off before (6), a shift for which she has no skill (8),
     * asked to be off on Saturday (3), and on the cover: nobody is needed there (2 hard) */
    roster[1] = 1, roster[2] = 2;
    /* Bo: E on Monday, needed, but asked not to (7); alone, so one too short (1), one day too few (1); H on Tuesday lacks (1 hard) */
    roster[7 + 3] = 1;
    const struct rota_breach *breaches;
    size_t n;
    struct rota_score score = rota_judge(a, &rota, roster, &breaches, &n);
    assert_int_equal(score.hard, 3);
    assert_int_equal(score.soft, 10 + 6 + 8 + 3 + 7 + 1 + 1);
    arena_free(a);
}

static void what_is_no_inrc_text_is_refused_with_its_line(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct rota rota;
    struct err err = {0};
    static const char *const texts[] = {"x, 2010-01-01, 2010-01-07;\n", "SCHEDULING_PERIOD;\nx, 2010-01-01, 2011-01-07;\n",
                                        "SKILLS = 1;\nNurse;\nSHIFT_TYPES = 1;\nE, Early, 06:30:00;\n", "EMPLOYEES 1;\n0, A, 0, 1, Nurse;\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_true(inrc_read(a, str_from(texts[i]), &rota, &err) < 0);
        assert_non_null(strstr(err.text, "line "));
    }
    arena_free(a);
}

/* --- other people's instances --- */

static str outside(struct arena *a, const char *name)
{
    const char *data = getenv("COMITY_DATA"), *source = getenv("COMITY_SOURCE");
    const str folder = data ? str_from(data) : str_printf(a, "%s/../shared/data", source ? source : ".");
    bytes text;
    if (file_read(a, str_printf(a, "%.*s/desk/nurse/%s", STR_ARG(folder), name).p, 1 << 20, &text, NULL) < 0) {
        print_message("# %s is not there: skipped\n", name);
        arena_free(a);
        skip();
    }
    return bytes_str(text);
}

static void a_known_instance_is_solved_to_its_known_value(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct rota rota;
    struct rota_score score;
    assert_int_equal(curtois_read(a, outside(a, "curtois/Instance1.txt"), &rota, NULL), 0);
    uint8_t *roster = rota_roster(a, &rota);
    assert_int_equal(rota_solve(&rota, (const uint8_t[ROTA_SEED_LEN]){1}, 4000000, roster, NULL, NULL), 0);
    score = rota_judge(a, &rota, roster, NULL, NULL);
    assert_int_equal(score.hard, 0);
    assert_in_range(score.soft, 607, 612); /* 607 is the optimum */
    assert_int_equal(inrc_read(a, outside(a, "inrc1/sprint01.txt"), &rota, NULL), 0);
    roster = rota_roster(a, &rota);
    assert_int_equal(rota_solve(&rota, (const uint8_t[ROTA_SEED_LEN]){1}, 4000000, roster, NULL, NULL), 0);
    score = rota_judge(a, &rota, roster, NULL, NULL);
    assert_int_equal(score.hard, 0);
    assert_in_range(score.soft, 56, 60); /* 56 is the optimum */
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_curtois_text_is_a_rota),
        cmocka_unit_test(what_is_no_curtois_text_is_refused_with_its_line),
        cmocka_unit_test(an_inrc_text_is_a_rota),
        cmocka_unit_test(what_is_no_inrc_text_is_refused_with_its_line),
        cmocka_unit_test(a_known_instance_is_solved_to_its_known_value),
    };
    return cmocka_run_group_tests_name("nurse", tests, NULL, NULL);
}
