/* firewall: what was obtained to protect is held back from every act against her, whoever reads it and however, until two persons release it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/act/test_node.h"
#include "work/cases/firewall.h"
#include "work/cases/release.h"

#define NOW INT64_C(1795467960123)

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct names *names;
    struct actor lead, police, boss;
    uint8_t file[ID_LEN], person[ID_LEN], note[ID_LEN], known[ID_LEN];
    struct err err;
};

#define OK(expression) \
    do { \
        f->err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

/* --- the table --- */

static void what_flows(void **state)
{
    (void)state;
    /* rows: obtained for; columns: charge, detention, removal. All purposes stand here: a new one fails until somebody decides. */
    static const struct { const char *origin, *flows; } expected[] = {
        {"casework", "---"}, {"identification", "---"}, {"protection", "---"}, {"child-protection", "---"}, {"missing-person", "---"},
        {"investigation", "yy-"}, {"prosecution", "yy-"}, {"non-punishment", "---"}, {"inspection", "---"}, {"oversight", "---"}, {"practice", "---"},
        {"charge", "yy-"}, {"detention", "yy-"}, {"removal", "--y"},
    };
    static const char *const against[] = {"charge", "detention", "removal"};
    size_t n = 0;
    for (const struct access_purpose *p = access_purposes; p->code; p++, n++) {
        assert_true(n < sizeof expected / sizeof expected[0]);
        assert_string_equal(p->code, expected[n].origin);
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(firewall_flows(FIELD_OF_NOTE, p->code, str_from(against[i])), expected[n].flows[i] == 'y');
        assert_int_equal(firewall_flows(FIELD_OF_NOTE, "protection", str_from(p->code)), !p->against);
    }
    assert_int_equal(n, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < 3; i++)
        assert_false(firewall_flows(FIELD_OF_NOTE, NULL, str_from(against[i]))); /* not known: the stricter */
}

static void units_that_always_protect(void **state)
{
    (void)state;
    static const enum field_unit as_obtained[] = {FIELD_OF_PERSON, FIELD_OF_FILE, FIELD_OF_EVENT, FIELD_OF_PERPETRATOR, FIELD_OF_ORGANISATION,
                                                  FIELD_OF_NOTE, FIELD_OF_TASK, FIELD_OF_ATTACHMENT};
    static const enum field_unit of_the_proceedings[] = {FIELD_OF_ALLEGATION, FIELD_OF_RULING, FIELD_OF_RELEASE};
    for (int unit = 0; unit < FIELD_UNITS; unit++) {
        bool obtained = false, proceedings = false;
        for (size_t i = 0; i < sizeof as_obtained / sizeof as_obtained[0]; i++)
            obtained = obtained || (int)as_obtained[i] == unit;
        for (size_t i = 0; i < sizeof of_the_proceedings / sizeof of_the_proceedings[0]; i++)
            proceedings = proceedings || (int)of_the_proceedings[i] == unit;
        assert_int_equal(firewall_flows((enum field_unit)unit, "charge", STR("charge")), obtained || proceedings);
        assert_int_equal(firewall_flows((enum field_unit)unit, "protection", STR("charge")), proceedings);
    }
}

static void the_stricter_of_two(void **state)
{
    (void)state;
    static const struct { const char *stored, *now, *kept; } rows[] = {
        {"protection", "investigation", "protection"}, {"investigation", "protection", "protection"}, {"investigation", "casework", "casework"},
        {"investigation", "charge", "charge"}, {"charge", "investigation", "investigation"}, {"charge", "removal", "protection"}, {"removal", "removal", "removal"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(firewall_origin(rows[i].stored, str_from(rows[i].now)), rows[i].kept);
    assert_false(firewall_flows(FIELD_OF_NOTE, firewall_origin("investigation", STR("")), STR("charge")));
    assert_false(firewall_flows(FIELD_OF_NOTE, firewall_origin(NULL, STR("investigation")), STR("charge")));
}

/* --- with a node --- */

static struct casework as(const struct fixture *f, const struct actor *who, const char *purpose)
{
    return (struct casework){.node = f->node, .names = f->names, .actor = who, .purpose = str_from(purpose), .reference = STR("case 7"), .now_ms = NOW};
}

static int set_up(void **state)
{
    static const struct db_schema *const rooms[] = {&cases_schema, NULL};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    *state = f;
    f->a = a;
    if (test_node_open(a, rooms, NOW, &f->dir, &f->node) < 0)
        return -1;
    OK(names_open(&f->names, &f->err));
    f->lead = test_node_member(f->node, 1, ROLE_CASEWORKER, NOW);
    f->police = test_node_member(f->node, 2, ROLE_INVESTIGATOR, NOW);
    f->boss = test_node_member(f->node, 3, ROLE_SUPERVISOR, NOW);
    struct casework w = as(f, &f->lead, "casework");
    struct casefile_change c[3] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}, {.record.unit = FIELD_OF_NOTE, .about_index = 2}};
    record_add(a, &c[0].record, "cmt_Title", STR("planted title"));
    record_add(a, &c[1].record, "prs_FirstName", STR("Sopheap"));
    record_add(a, &c[1].record, "prs_Birthdate", STR("1999-04"));
    record_add(a, &c[2].record, "cmt_NoteText", STR("planted words"));
    OK(casefile_new(&w, a, c, 3, f->file, &f->err));
    memcpy(f->person, c[1].record.id, ID_LEN);
    memcpy(f->note, c[2].record.id, ID_LEN);
    OK(casefile_part_set(&w, f->file, f->police.member, RELATION_WORKER, &f->err));
    w = as(f, &f->police, "investigation");
    struct casefile_change own = {.record.unit = FIELD_OF_NOTE};
    record_add(a, &own.record, "cmt_NoteText", STR("seen at the border"));
    OK(casefile_write(&w, f->file, a, &own, 1, &f->err));
    memcpy(f->known, own.record.id, ID_LEN);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    test_node_close(f->node, f->dir);
    names_close(f->names);
    arena_free(f->a);
    return 0;
}

static bool tells(struct fixture *f, const struct casefile *file, const char *text)
{
    for (size_t i = 0; i < file->n; i++)
        for (size_t k = 0; k < file->records[i].n; k++)
            if (strstr(str_c(f->a, file->records[i].values[k].text), text))
                return true;
    return false;
}


static void held_back(void **state)
{
    struct fixture *f = *state;
    struct casefile seen = {0};
    struct casework w = as(f, &f->police, "charge");
    OK(casefile_look(&w, f->file, f->a, &seen, &f->err));
    assert_int_equal(seen.withheld, 3);
    assert_int_equal(seen.n, 3); /* the file and the person, empty; and what the police saw */
    assert_true(seen.records[0].withheld && seen.records[1].withheld);
    assert_false(seen.records[1].has_identity);
    assert_false(tells(f, &seen, "planted") || tells(f, &seen, "Sopheap"));
    assert_true(tells(f, &seen, "seen at the border"));
    struct record now, *earlier;
    size_t n;
    assert_int_equal(casefile_history(&w, f->file, f->note, f->a, &now, &earlier, &n, &f->err), ERR_DENIED);
    assert_int_equal(casefile_history(&w, f->file, f->person, f->a, &now, &earlier, &n, &f->err), ERR_DENIED);
    OK(casefile_history(&w, f->file, f->known, f->a, &now, &earlier, &n, &f->err));
    w = as(f, &f->police, "removal");
    OK(casefile_look(&w, f->file, f->a, &seen, &f->err));
    assert_int_equal(seen.withheld, 4); /* not even that */
    w = as(f, &f->police, "investigation");
    OK(casefile_look(&w, f->file, f->a, &seen, &f->err));
    assert_int_equal(seen.withheld, 0);
    assert_true(tells(f, &seen, "planted words"));
}

/* Writing for a charge in what is withheld would lose it; and what is changed for protection is held back from then on. */
static void writing_does_not_get_around_it(void **state)
{
    struct fixture *f = *state;
    struct casefile seen = {0};
    const struct field *shown[] = {field_find(STR("prs_FirstName")), field_find(STR("cmt_NoteText"))};
    struct record_value name = {shown[0], STR("Another"), 0}, text = {shown[1], STR("told to the shelter"), 0};
    struct casefile_change c = {.exists = true, .typed = {.shown = &shown[0], .n_shown = 1, .values = &name, .n = 1, .base = 1}};
    memcpy(c.record.id, f->person, ID_LEN);
    struct casework w = as(f, &f->police, "charge");
    assert_int_equal(casefile_write(&w, f->file, f->a, &c, 1, &f->err), ERR_DENIED);
    w = as(f, &f->lead, "protection");
    c = (struct casefile_change){.exists = true, .typed = {.shown = &shown[1], .n_shown = 1, .values = &text, .n = 1, .base = 1}};
    memcpy(c.record.id, f->known, ID_LEN);
    OK(casefile_write(&w, f->file, f->a, &c, 1, &f->err));
    w = as(f, &f->police, "charge");
    OK(casefile_look(&w, f->file, f->a, &seen, &f->err));
    assert_false(tells(f, &seen, "told to the shelter"));
    assert_int_equal(seen.withheld, 4);
    w = as(f, &f->lead, "casework");
    OK(casefile_look(&w, f->file, f->a, &seen, &f->err));
    assert_true(tells(f, &seen, "Sopheap"));
}

/* Records from before there was an origin. */
static void not_known_is_protection(void **state)
{
    struct fixture *f = *state;
    struct casefile seen = {0};
    OK(db_exec(f->node->db, "update cases_record set origin = null", &f->err));
    struct casework w = as(f, &f->police, "charge");
    OK(casefile_look(&w, f->file, f->a, &seen, &f->err));
    assert_int_equal(seen.withheld, 4);
}

static struct record a_release(struct fixture *f, const uint8_t *record)
{
    struct record r = {.unit = FIELD_OF_RELEASE};
    record_add(f->a, &r, "rel_Purpose", STR("charge"));
    record_add(f->a, &r, "rel_Basis", STR("HerYes"));
    record_add(f->a, &r, "rel_Proof", STR("signed on 2 November"));
    record_add(f->a, &r, "rel_Reasons", STR("she wants to be believed"));
    if (record)
        record_add(f->a, &r, "rel_Records", hex_encode(f->a, (bytes){record, ID_LEN}));
    return r;
}

static void released_by_two_and_taken_back(void **state)
{
    struct fixture *f = *state;
    static const struct approval_kind kinds[] = {{VERB_RELEASE, "release", release_run, NULL}, {0}};
    struct casework asks = as(f, &f->police, "investigation"), charges = as(f, &f->police, "charge"), removes = as(f, &f->police, "removal");
    struct casefile seen = {0};
    uint8_t approval[ID_LEN];
    f->node->time_zone = STR("Asia/Phnom_Penh"); /* where NOW, in the evening of the 23rd in Greenwich, is the 24th */
    struct record r = a_release(f, NULL);
    assert_int_equal(release_ask(&asks, f->file, f->a, &r, approval, &f->err), ERR_INPUT);
    r = a_release(f, f->note);
    assert_int_equal(release_ask(&asks, f->file, f->a, &r, approval, &f->err), ERR_PARKED);
    OK(casefile_look(&charges, f->file, f->a, &seen, &f->err));
    assert_false(tells(f, &seen, "planted words"));
    assert_int_equal(approval_agree(f->node, kinds, &f->police, approval, NOW, &f->err), ERR_DENIED); /* not by herself */
    OK(approval_agree(f->node, kinds, &f->boss, approval, NOW, &f->err));
    OK(casefile_look(&charges, f->file, f->a, &seen, &f->err));
    assert_true(tells(f, &seen, "planted words"));
    assert_false(tells(f, &seen, "Sopheap")); /* only what was released */
    assert_int_equal(seen.withheld, 2);
    const struct record *release = NULL;
    for (size_t i = 0; i < seen.n; i++)
        if (seen.records[i].unit == FIELD_OF_RELEASE)
            release = &seen.records[i];
    assert_non_null(release); /* listed, even there */
    OK(casefile_look(&removes, f->file, f->a, &seen, &f->err));
    assert_false(tells(f, &seen, "planted words")); /* only for what it was released for */
    assert_int_equal(release_end(&asks, f->file, f->a, release->id, STR(""), &f->err), ERR_INPUT);
    OK(release_end(&asks, f->file, f->a, release->id, STR("the charge is dropped"), &f->err));
    OK(casefile_look(&charges, f->file, f->a, &seen, &f->err));
    assert_false(tells(f, &seen, "planted words"));
    assert_int_equal(release_end(&asks, f->file, f->a, release->id, STR("again"), &f->err), ERR_DENIED);
    OK(casefile_look(&asks, f->file, f->a, &seen, &f->err));
    assert_true(tells(f, &seen, "the charge is dropped"));
    for (size_t i = 0; i < seen.n; i++)
        if (seen.records[i].unit == FIELD_OF_RELEASE)
            assert_true(str_eq(record_text(&seen.records[i], "rel_EndedOn"), STR("2026-11-24")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_flows),
        cmocka_unit_test(units_that_always_protect),
        cmocka_unit_test(the_stricter_of_two),
        cmocka_unit_test_setup_teardown(held_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(writing_does_not_get_around_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(not_known_is_protection, set_up, tear_down),
        cmocka_unit_test_setup_teardown(released_by_two_and_taken_back, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
