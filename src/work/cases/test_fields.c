/* fields: the table is whole and true to the standard; one table of what is typed and what is stored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "work/cases/fields.h"

static const struct {
    const char *field, *in;
    const char *normal; /* NULL: refused */
} table[] = {
    {"prs_FirstName", "  Dara ", "Dara"},
    {"prs_FirstName", "Jose\xcc\x81", "Jos\xc3\xa9"},
    {"prs_FirstName", "", ""},
    {"prs_FirstName", " \t ", ""},
    {"prs_FirstName", "a\nb", NULL},
    {"prs_FirstName", "a\xe2\x80\xae" "b", NULL},
    {"prs_FirstName", "a\xff", NULL},
    {"cco_CaseComment", "one\r\ntwo\rthree", "one\ntwo\nthree"},
    {"cco_CaseComment", "bell\a", NULL},
    {"prs_Birthdate", "1990-03-05", "1990-03-05"},
    {"prs_Birthdate", "5/3/1990", "1990-03-05"},
    {"prs_Birthdate", "5/3/2533", "1990-03-05"},
    {"prs_Birthdate", "๕ มี.ค. ๒๕๓๓", "1990-03-05"},
    {"prs_Birthdate", "1990", "1990"},
    {"prs_Birthdate", "1990-03", "1990-03"},
    {"prs_Birthdate", "2031-01-01", NULL},
    {"prs_Birthdate", "31/2/1990", NULL},
    {"spl_PlannedEndDate", "2031-01-01", "2031-01-01"},
    {"cmt_ReflectionEnd", "2031-01-01", "2031-01-01"},
    {"prs_Gender", "Feminine", "Feminine"},
    {"prs_Gender", "feminine", NULL},
    {"vic_RelationshipToTrafficker", "Unaquainted", "Unaquainted"},
    {"vic_TypeOfExploitation", "Other  ForcedLabour Other", "ForcedLabour Other"},
    {"vic_TypeOfExploitation", "ForcedLabour None", NULL},
    {"prs_NumberOfChildren", "៣", "3"},
    {"prs_NumberOfChildren", "-1", NULL},
    {"prs_NumberOfChildren", "1000000", NULL},
    {"prs_MailingLatitude", "-11.5564", "-11.5564"},
    {"prs_MailingLatitude", "11,5", NULL},
    {"prs_MailingLatitude", "1.2.3", NULL},
    {"prs_MailingLatitude", ".5", NULL},
    {"prs_MailingLatitude", "-", NULL},
    {"prs_MobilePhone", "+66 81-234 5678", "+66812345678"},
    {"prs_MobilePhone", "+៨៥៥ ១២ ៣៤៥ ៦៧៨", "+85512345678"},
    {"prs_MobilePhone", "081 234 5678", NULL},
    {"prs_MobilePhone", "+0812345678", NULL},
    {"prs_MobilePhone", "+6681234567890123", NULL},
    {"prs_MobilePhone", "+66 81 call", NULL},
    {"prs_Citizenship", "khm", "KH"},
    {"prs_Citizenship", "KH", "KH"},
    {"prs_Citizenship", "Atlantis", NULL},
    {"prs_PrimaryLanguage", "KM", "km"},
    {"prs_PrimaryLanguage", "k1", NULL},
    {"cmt_FeesCurrency", "thb", "THB"},
    {"cmt_FeesCurrency", "th", NULL},
    {"cmt_DoNotCall", "unknown", "unknown"},
    {"cmt_DoNotCall", "maybe", NULL},
};

struct room {
    struct arena *a;
    struct text *text;
    struct field_rules rules;
};

static int setup(void **state)
{
    static struct room room;
    struct err err;
    room.a = arena_new();
    assert_int_equal(text_open(&room.text, &err), 0);
    room.rules = (struct field_rules){room.text, {2026, 11, 24}};
    *state = &room;
    return 0;
}

static int teardown(void **state)
{
    struct room *room = *state;
    text_close(room->text);
    arena_free(room->a);
    return 0;
}

static void typed_and_stored(void **state)
{
    struct room *room = *state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct field *f = field_find(str_from(table[i].field));
        assert_non_null(f);
        struct err err = {0};
        str normal, again;
        int result = field_check(f, &room->rules, room->a, str_from(table[i].in), &normal, &err);
        if (!table[i].normal) {
            if (result != ERR_INPUT)
                fail_msg("row %zu is not refused", i);
            assert_int_equal(normal.len, 0);
            assert_true(str_starts(str_from(err.text), str_from(f->label)));
            continue;
        }
        if (result < 0)
            fail_msg("row %zu: %s", i, err.text);
        assert_string_equal(str_c(room->a, normal), table[i].normal);
        assert_int_equal(field_check(f, &room->rules, room->a, normal, &again, &err), 0);
        assert_true(str_eq(normal, again));
    }
}

static void too_long_is_refused_and_not_repeated(void **state)
{
    struct room *room = *state;
    static char text[4 * FIELD_LONG_MAX + 2];
    memset(text, 'q', sizeof(text));
    struct err err;
    str normal;
    const struct field *f = field_find(STR("prs_FirstName"));
    assert_int_equal(field_check(f, &room->rules, room->a, (str){text, FIELD_TEXT_MAX}, &normal, &err), 0);
    assert_int_equal(field_check(f, &room->rules, room->a, (str){text, FIELD_TEXT_MAX + 1}, &normal, &err), ERR_INPUT);
    assert_null(strstr(err.text, "qq"));
    assert_int_equal(field_check(f, &room->rules, room->a, (str){text, sizeof(text)}, &normal, &err), ERR_INPUT);
    assert_null(strstr(err.text, "qq"));
}

static void table_is_whole(void **state)
{
    (void)state;
    bool seen[FIELD_UNITS] = {0};
    for (size_t i = 0; i < n_fields; i++) {
        const struct field *f = &fields[i];
        assert_ptr_equal(field_find(str_from(f->name)), f); /* no name twice */
        assert_true(f->section[0] && f->label[0] && f->type < FIELD_TYPES);
        assert_int_equal(f->codes != NULL, f->type == FIELD_CODE || f->type == FIELD_CODES);
        if (i && fields[i - 1].unit != f->unit)
            assert_false(seen[f->unit]); /* those of a unit stand together */
        seen[f->unit] = true;
        for (const struct field_code *c = f->codes; c && c->value; c++) {
            assert_true(c->label[0]);
            assert_ptr_equal(field_code_find(f, str_from(c->value)), c);
            assert_null(strchr(c->value, ' '));
        }
    }
    for (size_t unit = 0; unit < FIELD_UNITS; unit++)
        assert_true(seen[unit]);
    assert_null(field_find(STR("prs_Nothing")));
}

/* Counts from the standard itself: 84 fields, of which 3 are deprecated and 38 of those that live are core. */
static void counts_are_those_of_htcds(void **state)
{
    (void)state;
    size_t all = 0, deprecated = 0, core = 0;
    for (size_t i = 0; i < n_fields; i++) {
        if (!str_contains(STR("org_ prs_ vic_ per_ cas_ cco_ hte_ spl_ con_"), (str){fields[i].name, 4}))
            continue;
        all++;
        deprecated += (fields[i].flags & FIELD_DEPRECATED) != 0;
        core += (fields[i].flags & (FIELD_CORE | FIELD_DEPRECATED)) == FIELD_CORE;
    }
    assert_int_equal(all, 84);
    assert_int_equal(deprecated, 3);
    assert_int_equal(core, 38);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed_and_stored),
        cmocka_unit_test(too_long_is_refused_and_not_repeated),
        cmocka_unit_test(table_is_whole),
        cmocka_unit_test(counts_are_those_of_htcds),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
