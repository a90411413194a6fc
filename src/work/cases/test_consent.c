/* consent and screening: the tables agree with the fields; what is derived; a stored line reads back as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/access/access.h"
#include "work/cases/consent.h"
#include "work/cases/screening.h"

static str value(const char *s) { return str_from(s); }

static void questions_are_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++) {
        const struct field *f = field_find(value(consent_questions[i].field));
        assert_true(f && f->unit == FIELD_OF_CONSENT && f->type == FIELD_YES_NO);
    }
}

static void purposes_elements_and_sets_are_those_of_the_tables(void **state)
{
    (void)state;
    for (const struct field_code *c = field_find(STR("cmt_ConsentPurposes"))->codes; c->value; c++)
        assert_non_null(access_purpose(value(c->value)));
    const struct field_code *sets = field_find(STR("cmt_ScreeningSets"))->codes;
    for (size_t i = 0; i < INDICATOR_SETS; i++) {
        assert_string_equal(sets[i].value, indicator_sets[i].name);
        assert_string_equal(sets[i].label, indicator_sets[i].label);
    }
    const struct field *status = field_find(STR("vic_TraffickingStatus"));
    for (const struct field_code *c = field_find(STR("cmt_Decision"))->codes; c->value; c++)
        assert_true(screening_status(value(c->value)).len ? field_code_find(status, screening_status(value(c->value))) != NULL
                                                          : !strcmp(c->value, "MoreTime"));
}

/* What tells of a person belongs to exactly one group, or is never given; every group has fields. */
static void every_field_is_covered_or_never_given(void **state)
{
    (void)state;
    const struct field *groups = field_find(STR("cmt_ConsentElements"));
    size_t n[16] = {0};
    for (size_t i = 0; i < n_fields; i++) {
        const struct field *f = &fields[i];
        str element = consent_element(f);
        bool never = f->unit == FIELD_OF_CONSENT || f->unit == FIELD_OF_SCREENING || f->unit == FIELD_OF_DECISION ||
                     f->unit == FIELD_OF_ORGANISATION || (f->flags & FIELD_DEPRECATED) || !strcmp(f->section, "What partners may learn");
        if (f->unit <= FIELD_OF_PERPETRATOR)
            assert_int_equal(element.len == 0, never);
        if (never) {
            assert_int_equal(element.len, 0);
            assert_false(consent_covers(STR("Identity Contact Experience Employment Offenders LegalStatus Support Notes Statement"), f));
            continue;
        }
        if (element.len == 0)
            continue;
        const struct field_code *code = field_code_find(groups, element);
        assert_non_null(code);
        n[code - groups->codes]++;
        assert_true(consent_covers(element, f));
        assert_false(consent_covers(STR(""), f));
    }
    for (size_t i = 0; groups->codes[i].value; i++)
        assert_true(n[i] > 0);
    assert_true(str_eq(consent_element(field_find(STR("prs_MailingStreet"))), STR("Contact")));
    assert_true(str_eq(consent_element(field_find(STR("cmt_SafeContact"))), STR("Contact")));
    assert_true(str_eq(consent_element(field_find(STR("prs_FirstName"))), STR("Identity")));
}

static void one_answer_of_seven(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 16384; n++) { /* all 4^7 */
        static const char *const words[] = {"", "yes", "no", "unknown"};
        str answers[CONSENT_QUESTIONS];
        unsigned count[4] = {0};
        for (size_t i = 0; i < CONSENT_QUESTIONS; i++) {
            unsigned which = n >> (2 * i) & 3;
            answers[i] = value(words[which]);
            count[which]++;
        }
        const char *expected = count[2] ? "no" : count[1] == CONSENT_QUESTIONS ? "yes" : count[0] == CONSENT_QUESTIONS ? "" : "unknown";
        assert_true(str_eq(consent_derive(answers, STR("Given")), value(expected)));
        assert_true(str_eq(consent_derive(answers, STR("Refused")), STR("no")));
        assert_true(str_eq(consent_derive(answers, STR("Withdrawn")), STR("no")));
    }
}

static void holds(void **state)
{
    (void)state;
    const struct date today = {2026, 11, 28};
    static const struct { const char *state, *until; bool holds; } rows[] = {
        {"Given", "", true}, {"Given", "2026-11-28", true}, {"Given", "2026-11-27", false}, {"Given", "2027-01-01", true},
        {"Given", "2026", true}, {"Given", "2026-11", true}, {"Given", "2026-10", false}, {"Given", "2025", false},
        {"Refused", "", false}, {"Withdrawn", "2027", false}, {"", "", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(consent_holds(value(rows[i].state), value(rows[i].until), today), rows[i].holds);
}

static void words_of_a_list(void **state)
{
    (void)state;
    assert_true(consent_lists(STR("a bc d"), STR("bc")));
    assert_true(consent_lists(STR("a bc d"), STR("d")));
    assert_false(consent_lists(STR("a bc d"), STR("b")));
    assert_false(consent_lists(STR("a bc d"), STR("")));
    assert_false(consent_lists(STR(""), STR("a")));
}

static void a_line_reads_back(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < n_indicators_questions; i++)
        for (int answer = 0; answer < ANSWERS; answer++)
            for (int by = 0; by < KNOWN_WAYS; by++) {
                struct screening s = {0};
                struct screening_answer in = {(enum answer)answer, (enum known_by)by, i % 2 ? STR("in the\noffice, locked") : STR("")};
                str line = screening_line(a, &indicators_questions[i], &in);
                assert_null(memchr(line.p, '\n', line.len));
                assert_true(screening_read(&s, line));
                assert_int_equal(s.answers[i].answer, answer);
                assert_int_equal(s.answers[i].by, by);
                assert_true(str_eq(s.answers[i].words, i % 2 ? STR("in the office, locked") : STR("")));
                enum answer out[INDICATORS_QUESTIONS_MAX];
                screening_answers(&s, out);
                assert_int_equal(out[i], answer);
            }
    static const char *const bad[] = {"", " ", "papers_held", "papers_held yes", "papers_held maybe saw", "papers_held yes smelt", "nothing yes saw",
                                      "papers_held  saw", "papers_heldyes saw"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct screening s = {0}, none = {0};
        assert_false(screening_read(&s, value(bad[i])));
        assert_memory_equal(&s, &none, sizeof(s));
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_are_fields),
        cmocka_unit_test(purposes_elements_and_sets_are_those_of_the_tables),
        cmocka_unit_test(every_field_is_covered_or_never_given),
        cmocka_unit_test(one_answer_of_seven),
        cmocka_unit_test(holds),
        cmocka_unit_test(words_of_a_list),
        cmocka_unit_test(a_line_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
