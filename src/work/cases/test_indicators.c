/* indicators: the tables are whole, the rule of a dimension holds for all counts, and a further yes takes nothing away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "work/cases/indicators.h"

static void sizes_are_those_of_the_source(void **state)
{
    (void)state;
    static const unsigned labour[DIMENSIONS] = {10, 10, 16, 9, 15, 7};
    unsigned n[INDICATOR_SETS][DIMENSIONS] = {{0}}, weak_for_children = 0;
    for (size_t i = 0; i < INDICATORS; i++)
        for (size_t set = 0; set < INDICATOR_SETS; set++) {
            n[set][indicators[i].dimension] += indicators[i].strength[set] != STRENGTH_NONE;
            weak_for_children += set == INDICATORS_CHILD_LABOUR && indicators[i].strength[set] == STRENGTH_WEAK;
        }
    for (size_t d = 0; d < DIMENSIONS; d++)
        assert_int_equal(n[INDICATORS_ADULT_LABOUR][d], labour[d]);
    unsigned child = 0;
    for (size_t d = 0; d < DIMENSIONS; d++)
        child += n[INDICATORS_CHILD_LABOUR][d];
    assert_int_equal(child, 65);
    assert_int_equal(weak_for_children, 0);
}

static void every_indicator_has_a_question_and_every_question_shows_one(void **state)
{
    (void)state;
    bool shown[INDICATORS] = {0};
    unsigned ilo = 0;
    for (size_t i = 0; i < n_indicators_questions; i++) {
        const struct indicator_question *q = &indicators_questions[i];
        assert_ptr_equal(indicators_question(str_from(q->name)), q); /* no name twice */
        assert_null(strchr(q->name, ' '));
        assert_true(q->shows[0] && q->ilo && q->ilo < 1u << ILO_INDICATORS && q->text[0] && q->hint[0]);
        assert_null(strstr(q->text, "victim"));
        assert_true(q->text[strlen(q->text) - 1] == '?');
        bool dimension[DIMENSIONS] = {0};
        for (size_t k = 0; k < INDICATORS_PER_QUESTION && q->shows[k]; k++) {
            assert_false(dimension[indicators[q->shows[k] - 1].dimension]); /* one fact is not counted twice in a dimension */
            dimension[indicators[q->shows[k] - 1].dimension] = true;
            shown[q->shows[k] - 1] = true;
            assert_true(indicators_question_shows(q, &indicators[q->shows[k] - 1]));
        }
        ilo |= q->ilo;
        for (size_t k = i + 2; k < n_indicators_questions; k++) /* groups stand together */
            if (!strcmp(q->group, indicators_questions[k].group))
                assert_string_equal(q->group, indicators_questions[k - 1].group);
    }
    assert_int_equal(ilo, (1u << ILO_INDICATORS) - 1);
    for (size_t i = 0; i < INDICATORS; i++) {
        assert_true(shown[i]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(indicators[i].name, indicators[k].name);
    }
    assert_null(indicators_question(STR("are_you_a_victim")));
}

/* Said in another way than the code says it: take indicators away from the counts until one of the four patterns is left. */
static bool positive(unsigned strong, unsigned medium, unsigned weak)
{
    static const unsigned patterns[][3] = {{2, 0, 0}, {1, 1, 0}, {1, 0, 1}, {0, 3, 0}, {0, 2, 1}};
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
        if (strong >= patterns[i][0] && medium >= patterns[i][1] && weak >= patterns[i][2])
            return true;
    return false;
}

static void the_rule_for_all_counts(void **state)
{
    (void)state;
    for (unsigned s = 0; s <= 16; s++)
        for (unsigned m = 0; m <= 16; m++)
            for (unsigned w = 0; w <= 16; w++) {
                assert_int_equal(indicators_positive(s, m, w), positive(s, m, w));
                if (indicators_positive(s, m, w)) /* monotone */
                    assert_true(indicators_positive(s + 1, m, w) && indicators_positive(s, m + 1, w) && indicators_positive(s, m, w + 1));
            }
}

static enum answer answers[INDICATORS_QUESTIONS_MAX];

static unsigned next(unsigned *seed) { return (*seed = *seed * 1664525u + 1013904223u) >> 16; }

static void only_yes_weighs(void **state)
{
    (void)state;
    struct indicator_result none;
    for (int answer = ANSWER_NOT_ASKED; answer < ANSWERS; answer++) {
        for (size_t i = 0; i < n_indicators_questions; i++)
            answers[i] = (enum answer)answer;
        for (int set = 0; set < INDICATOR_SETS; set++) {
            indicators_weigh(answers, (enum indicator_set)set, &none);
            for (size_t d = 0; d < DIMENSIONS; d++)
                assert_int_equal(none.dimension[d].positive, answer == ANSWER_YES);
            assert_int_equal(none.means && none.purpose, answer == ANSWER_YES);
        }
        assert_int_equal(indicators_ilo(answers), answer == ANSWER_YES ? (1u << ILO_INDICATORS) - 1 : 0);
    }
}

static void a_further_yes_takes_nothing_away(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int round = 0; round < 200; round++) {
        for (size_t i = 0; i < n_indicators_questions; i++)
            answers[i] = next(&seed) % 9 == 0 ? ANSWER_YES : (enum answer)(ANSWER_NO + next(&seed) % 2);
        for (int set = 0; set < INDICATOR_SETS; set++) {
            struct indicator_result before, after;
            indicators_weigh(answers, (enum indicator_set)set, &before);
            for (size_t i = 0; i < n_indicators_questions; i++) {
                enum answer old = answers[i];
                answers[i] = ANSWER_YES;
                indicators_weigh(answers, (enum indicator_set)set, &after);
                answers[i] = old;
                for (size_t d = 0; d < DIMENSIONS; d++)
                    assert_true(!before.dimension[d].positive || after.dimension[d].positive);
                assert_true((!before.means || after.means) && (!before.purpose || after.purpose));
            }
        }
    }
}

static void yes_to(const char *name) { answers[indicators_question(str_from(name)) - indicators_questions] = ANSWER_YES; }

static void an_example_by_hand(void **state)
{
    (void)state;
    struct indicator_result r;
    memset(answers, 0, sizeof(answers));
    yes_to("door_locked");
    yes_to("must_ask"); /* the same indicator again */
    indicators_weigh(answers, INDICATORS_ADULT_LABOUR, &r);
    assert_int_equal(r.dimension[DIMENSION_COERCION].n[STRENGTH_STRONG], 1);
    assert_false(r.dimension[DIMENSION_COERCION].positive);
    yes_to("shame_now"); /* weak for an adult in labour */
    indicators_weigh(answers, INDICATORS_ADULT_LABOUR, &r);
    assert_true(r.dimension[DIMENSION_COERCION].positive && r.means && !r.purpose);
    assert_non_null(strstr(indicators_combination(&r, INDICATORS_ADULT_LABOUR), "do not show exploitation"));
    yes_to("hours_long");
    yes_to("wages_low");
    indicators_weigh(answers, INDICATORS_ADULT_LABOUR, &r);
    assert_non_null(strstr(indicators_combination(&r, INDICATORS_ADULT_LABOUR), "show both"));
    memset(answers, 0, sizeof(answers));
    yes_to("hours_long");
    yes_to("room_bad");
    indicators_weigh(answers, INDICATORS_CHILD_LABOUR, &r);
    assert_true(r.purpose && !r.means);
    assert_non_null(strstr(indicators_combination(&r, INDICATORS_CHILD_LABOUR), "These answers show exploitation."));
    memset(answers, 0, sizeof(answers));
    yes_to("no_insurance"); /* not in the children's sets */
    indicators_weigh(answers, INDICATORS_CHILD_LABOUR, &r);
    assert_int_equal(r.dimension[DIMENSION_EXPLOITATION].n[STRENGTH_MEDIUM], 0);
    for (size_t i = 0; i < INDICATORS; i++)
        assert_false(r.shown[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_those_of_the_source),
        cmocka_unit_test(every_indicator_has_a_question_and_every_question_shows_one),
        cmocka_unit_test(the_rule_for_all_counts),
        cmocka_unit_test(only_yes_weighs),
        cmocka_unit_test(a_further_yes_takes_nothing_away),
        cmocka_unit_test(an_example_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
