/* The rules, whole: every state x purpose, every state x role x finding x outcome, every order of answers, time as an argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "trust/access/access.h"
#include "work/shield/bases.h"
#include "work/shield/rules.h"

#define HOUR (INT64_C(3600) * 1000)
#define NOW INT64_C(1795467960123)

static const enum allegation_state states[] = {ALLEGATION_ASKING, ALLEGATION_CLEAR, ALLEGATION_STOPPED, ALLEGATION_ENDED, ALLEGATION_GOES_ON};

static void what_each_state_lets_through(void **state)
{
    (void)state;
    /* by hand: asking, clear, stopped, ended, goes on */
    static const bool stops[] = {true, false, true, false, false}, through[] = {false, true, false, false, true};
    for (size_t i = 0; i < ALLEGATION_STATES; i++) {
        assert_true(shield_state_words(states[i])[0]);
        assert_int_equal(shield_stops(states[i]), stops[i]);
        for (const struct access_purpose *p = access_purposes; p->code; p++) {
            struct err err = {0};
            bool against = strcmp(p->code, "charge") == 0 || strcmp(p->code, "detention") == 0 || strcmp(p->code, "removal") == 0;
            assert_int_equal(p->against, against);
            assert_int_equal(shield_allows(states[i], str_from(p->code), &err), !against || through[i] ? 0 : ERR_DENIED);
        }
    }
}

static void every_answer_and_decision(void **state)
{
    (void)state;
    for (int unanswered = 0; unanswered < 3; unanswered++)
        for (int presumed = 0; presumed < 2; presumed++)
            for (int since = 0; since <= presumed; since++) {
                const struct shield_answers a = {(size_t)unanswered, presumed, since};
                assert_int_equal(shield_next(0, &a), presumed ? ALLEGATION_STOPPED : unanswered ? ALLEGATION_ASKING : ALLEGATION_CLEAR);
                assert_int_equal(shield_next(ALLEGATION_ENDED, &a), ALLEGATION_ENDED);
                assert_int_equal(shield_next(ALLEGATION_GOES_ON, &a), since ? ALLEGATION_STOPPED : ALLEGATION_GOES_ON);
            }
}

static const char *const fields_of_ruling[] = {"rul_Causation", "rul_CausationReasons", "rul_Compulsion", "rul_CompulsionReasons", "rul_Basis",
                                               "rul_Outcome", "rul_OutcomeReasons", "rul_Remedy"};
enum { N_FIELDS = sizeof fields_of_ruling / sizeof fields_of_ruling[0] };

/* leave_out: a field that it lacks, or -1. */
static struct record ruling(struct arena *a, const char *causation, const char *compulsion, const char *basis, const char *outcome, int leave_out)
{
    const char *const texts[] = {causation, "told, and seen", compulsion, "locked in", basis, outcome, "follows from both", "to the court, in 30 days"};
    struct record r = {.unit = FIELD_OF_RULING};
    for (int i = 0; i < N_FIELDS; i++)
        if (i != leave_out)
            record_add(a, &r, fields_of_ruling[i], str_from(texts[i]));
    return r;
}

static void every_state_role_finding_and_outcome(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct field *findings = field_find(STR("rul_Causation")), *outcomes = field_find(STR("rul_Outcome"));
    size_t n = 0;
    for (size_t s = 0; s < ALLEGATION_STATES; s++)
        for (unsigned roles = 0; roles < 2 * ROLE_MEMBER; roles += ROLE_CASEWORKER) /* every set of members' roles */
            for (int laid_it = 0; laid_it < 2; laid_it++)
                for (const struct field_code *one = findings->codes; one->value; one++)
                    for (const struct field_code *two = findings->codes; two->value; two++)
                        for (const struct field_code *out = outcomes->codes; out->value; out++) {
                            struct err err = {0};
                            struct record r = ruling(a, one->value, two->value, "Discretion", out->value, -1);
                            bool decided = states[s] == ALLEGATION_ENDED || states[s] == ALLEGATION_GOES_ON;
                            int wanted = (roles & ROLE_PROSECUTOR) && !laid_it && !decided ? 0 : ERR_DENIED;
                            assert_int_equal(shield_rule(states[s], roles, laid_it, STR("KH"), &r, &err), wanted);
                            n++;
                            if (n % 4096 == 0)
                                arena_reset(a);
                        }
    assert_true(n > 50000);
    assert_int_equal(shield_ruled(STR("NotProsecuted")), ALLEGATION_ENDED);
    assert_int_equal(shield_ruled(STR("Ended")), ALLEGATION_ENDED);
    assert_int_equal(shield_ruled(STR("GoesOn")), ALLEGATION_GOES_ON);
    assert_int_equal(shield_ruled(STR("Maybe")), 0);
    arena_free(a);
}

/* Each finding has reasons of its own; blanks are none. */
static void nothing_may_be_left_out(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    for (int i = 0; i < N_FIELDS; i++) {
        struct record r = ruling(a, "Yes", "No", "Thailand", "Ended", i);
        assert_int_equal(shield_rule(ALLEGATION_STOPPED, ROLE_PROSECUTOR, false, STR("TH"), &r, &err), ERR_INPUT);
        record_add(a, &r, fields_of_ruling[i], STR("  "));
        assert_int_equal(shield_rule(ALLEGATION_STOPPED, ROLE_PROSECUTOR, false, STR("TH"), &r, &err), ERR_INPUT);
    }
    struct record whole = ruling(a, "Yes", "No", "Thailand", "Ended", -1);
    assert_int_equal(shield_rule(ALLEGATION_STOPPED, ROLE_PROSECUTOR, false, STR("TH"), &whole, &err), 0);
    assert_int_equal(shield_rule(ALLEGATION_STOPPED, ROLE_PROSECUTOR, false, STR("KH"), &whole, &err), ERR_INPUT); /* not Cambodia's law */
    arena_free(a);
}

static void the_law_of_each_country(void **state)
{
    (void)state;
    static const struct { const char *country, *bases; bool clause; } known[] = {
        {"TH", "Actip14 Thailand Discretion", true}, {"MY", "Actip14 Malaysia Discretion", true}, {"PH", "Actip14 Philippines Discretion", true},
        {"KH", "Actip14 Discretion", false},         {"VN", "Actip14 Discretion", false},        {"DE", "CouncilOfEurope26 Directive2011 Discretion", false},
        {"DK", "CouncilOfEurope26 Discretion", false}, {"GB", "CouncilOfEurope26 Discretion", false}, {"US", "Discretion", false},
    };
    const struct field *codes = field_find(STR("rul_Basis"));
    struct arena *a = arena_new();
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        struct buf b = buf_new(a);
        for (size_t i = 0; i < shield_n_bases; i++)
            if (shield_basis_holds(str_from(shield_bases[i].code), str_from(known[k].country)))
                buf_addf(&b, "%s%s", b.len ? " " : "", shield_bases[i].code);
        assert_string_equal(str_c(a, buf_str(&b)), known[k].bases);
        assert_int_equal(shield_has_clause(str_from(known[k].country)), known[k].clause);
    }
    for (size_t i = 0; i < shield_n_bases; i++) { /* each says where it is from and how far that was checked */
        const struct shield_basis *b = &shield_bases[i];
        assert_true(b->says[0] && b->source[0] && b->date[0] && b->checked[0]);
        assert_non_null(field_code_find(codes, str_from(b->code)));
    }
    assert_false(shield_basis_holds(STR("Thailand"), STR("")));
    assert_false(shield_basis_holds(STR("Thailand"), STR("T")));
    assert_false(shield_basis_holds(STR("Nothing"), STR("TH")));
    arena_free(a);
}

static void overdue_goes_up(void **state)
{
    (void)state;
    static const struct { int64_t age; int level; } table[] = {
        {0, 0}, {72 * HOUR - 1, 0}, {72 * HOUR, 1}, {7 * 24 * HOUR - 1, 1}, {7 * 24 * HOUR, 2}, {400 * 24 * HOUR, 2}, {-HOUR, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_int_equal(shield_level(NOW - table[i].age, NOW), table[i].level);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_each_state_lets_through), cmocka_unit_test(every_answer_and_decision),
        cmocka_unit_test(every_state_role_finding_and_outcome), cmocka_unit_test(nothing_may_be_left_out),
        cmocka_unit_test(the_law_of_each_country), cmocka_unit_test(overdue_goes_up),
    };
    return cmocka_run_group_tests_name("shield rules", tests, NULL, NULL);
}
