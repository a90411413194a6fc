/* file_charts: what a file's records give for its pictures, and who may see that a person is known elsewhere. All persons and firms invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/access/relation.h"
#include "trust/act/test_node.h"
#include "work/cases/file_charts.h"

#define NOW INT64_C(1795467960123)

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct names *names;
    struct text *text;
    struct actor lead, other;
    struct err err;
};

#define OK(expression) \
    do { \
        f->err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

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
    OK(text_open(&f->text, &f->err));
    f->lead = test_node_member(f->node, 1, ROLE_INVESTIGATOR, 0);
    f->other = test_node_member(f->node, 2, ROLE_INVESTIGATOR, 0);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    test_node_close(f->node, f->dir);
    names_close(f->names);
    text_close(f->text);
    arena_free(f->a);
    return 0;
}

static struct casework as(const struct fixture *f, const struct actor *who)
{
    return (struct casework){.node = f->node, .names = f->names, .actor = who, .purpose = STR("investigation"), .now_ms = NOW};
}

/* field, value, field, value, NULL */
static void say(struct fixture *f, struct record *r, const char *const said[])
{
    for (size_t i = 0; said[i]; i += 2)
        record_add(f->a, r, said[i], str_from(said[i + 1]));
}

enum { CASE, DARA, SOPHEA, BORAN, RECRUITED, WORKED, NOTE, DEED, FIRM, RECORDS };

static void open_a_file(struct fixture *f, uint8_t file[static ID_LEN], struct casefile_change c[static RECORDS])
{
    static const enum field_unit units[RECORDS] = {FIELD_OF_FILE, FIELD_OF_PERSON, FIELD_OF_PERSON, FIELD_OF_PERSON, FIELD_OF_EVENT, FIELD_OF_EVENT,
                                                   FIELD_OF_NOTE, FIELD_OF_PERPETRATOR, FIELD_OF_ORGANISATION};
    static const int about[RECORDS] = {0, 0, 0, 0, DARA + 1, 0, SOPHEA + 1, BORAN + 1, 0};
    static const char *const said[RECORDS][14] = {
        {"cmt_Title", "boats"},
        {"prs_FirstName", "Dara", "prs_MobilePhone", "+85512345678", "cmt_Employer", "Golden  Lotus Co., Ltd.", "vic_MethodsOfControl", "WithholdsDocuments",
         "prs_Birthdate", "2004-05", "prs_MailingCity", "Poipet"},
        {"prs_FirstName", "Sophea", "prs_MobilePhone", "+85512345678", "cmt_Employer", "GOLDEN LOTUS CO LTD", "cmt_ReflectionStart", "2021-05-01",
         "cmt_ReflectionEnd", "2021-06-14", "cmt_PartInFile", "Client"},
        {"prs_FirstName", "Boran", "cmt_PartInFile", "Suspect", "prs_HomePhone", "+85512345678"},
        {"hte_Type", "Recruitment", "hte_Date", "2021-03", "hte_City", "Poipet", "hte_Street", "12 Market Street"},
        {"hte_Type", "Exploitation", "hte_City", "Poipet"},
        {"cmt_NoteText", "She was locked in.", "cmt_NoteElement", "Harbouring"},
        {"per_RoleInProcess", "Transporter"},
        {"org_Name", "Golden Lotus Co Ltd", "org_Phone", "+85512345678"},
    };
    struct casework w = as(f, &f->lead);
    memset(c, 0, RECORDS * sizeof *c);
    for (size_t i = 0; i < RECORDS; i++) {
        c[i].record.unit = units[i];
        c[i].about_index = about[i];
        say(f, &c[i].record, said[i]);
    }
    OK(casefile_new(&w, f->a, c, RECORDS, file, &f->err));
}

static struct record_shown *shown_of(struct fixture *f, const struct casefile *all)
{
    struct record_shown *shown = arena_array(f->a, struct record_shown, all->n);
    for (size_t i = 0; i < all->n; i++)
        shown[i] = (struct record_shown){record_title(f->a, &all->records[i]), str_printf(f->a, "/r/%zu", i), {2026, 11, 23}};
    return shown;
}

/* Where a record stands in the file as it is read: those of one act in any order. */
static size_t at(const struct casefile *all, const struct casefile_change *c)
{
    size_t i = 0;
    while (i < all->n && memcmp(all->records[i].id, c->record.id, ID_LEN) != 0)
        i++;
    assert_true(i < all->n);
    return i;
}

static void pictures(void **state)
{
    struct fixture *f = *state;
    uint8_t file[ID_LEN];
    struct casefile_change c[RECORDS];
    struct casefile all = {0};
    size_t *elsewhere;
    open_a_file(f, file, c);
    struct casework w = as(f, &f->lead);
    OK(file_charts_look(&w, file, STR("links"), f->a, &all, &elsewhere, &f->err));
    assert_int_equal(all.n, RECORDS);
    struct record_shown *shown = shown_of(f, &all);

    struct links *l = file_links(f->a, f->text, &all, shown, elsewhere);
    size_t phones = 0, firms = 0, places = 0, persons = 0;
    for (size_t i = 0; i < l->n_nodes; i++) {
        phones += l->nodes[i].kind == LINK_PHONE;
        firms += l->nodes[i].kind == LINK_FIRM;
        places += l->nodes[i].kind == LINK_PLACE;
        persons += l->nodes[i].kind == LINK_PERSON;
        if (l->nodes[i].kind == LINK_PHONE)
            assert_int_equal(l->nodes[i].n_links, 4); /* three persons and a firm */
        assert_int_equal(l->nodes[i].elsewhere, 0);
    }
    assert_int_equal(persons, 3);
    assert_int_equal(phones, 1);
    assert_int_equal(firms, 1);
    assert_int_equal(places, 2); /* Poipet; the house in it. The event about nobody makes a place without a link */
    bool recruited = false;
    for (size_t i = 0; i < l->n_edges; i++)
        if (strcmp(l->edges[i].label, "Recruited at") == 0)
            recruited = str_eq(l->edges[i].sources->path, shown[at(&all, &c[RECRUITED])].path) && str_eq(l->nodes[l->edges[i].to].label, STR("12 Market Street, Poipet"));
    assert_true(recruited);

    struct timeline *t = file_timeline(f->a, &all, shown, STR("The case"));
    assert_int_equal(t->n, 4);
    assert_int_equal(t->n_dated, 3);
    assert_int_equal(t->events[0].kind, TIMELINE_RECRUITMENT);
    assert_string_equal(str_c(f->a, t->lanes[t->events[0].lane]), "Dara");
    assert_int_equal(t->events[1].kind, TIMELINE_REFLECTION);
    assert_int_equal(t->events[1].until.day, 14);
    assert_int_equal(t->events[2].kind, TIMELINE_NOTE);
    assert_int_equal(t->events[2].from.year, 2026);
    assert_int_equal(t->events[3].kind, TIMELINE_EXPLOITATION);
    assert_string_equal(str_c(f->a, t->lanes[t->events[3].lane]), "The case");

    struct file_sheet *sheets;
    assert_int_equal(file_elements(f->a, &all, &sheets), 2); /* not the suspect */
    bool first = sheets[0].person == at(&all, &c[DARA]);
    const struct element_sheet *dara = &sheets[!first].sheet, *sophea = &sheets[first].sheet;
    assert_int_equal(sheets[first].person, at(&all, &c[SOPHEA]));
    assert_int_equal(dara->child, ELEMENT_CHILD_YES); /* born 2004-05, recruited 2021-03 */
    assert_int_equal(dara->of[ELEMENT_COERCION].n, 1);
    assert_int_equal(dara->of[ELEMENT_RECRUITMENT].n, 1);
    assert_int_equal(dara->of[ELEMENT_HARBOURING].n, 0);
    assert_int_equal(dara->of[ELEMENT_TRANSPORTATION].n, 1);
    assert_int_equal(sophea->child, ELEMENT_CHILD_UNKNOWN);
    assert_int_equal(sophea->of[ELEMENT_HARBOURING].n, 1);
    assert_int_equal(sophea->of[ELEMENT_COERCION].n, 0);
    assert_int_equal(sophea->of[ELEMENT_RECRUITMENT].n, 0);
    assert_int_equal(sophea->of[ELEMENT_TRANSPORTATION].n, 1);
}

/* That a person is in another file is said to those alone who have a part in that one too. */
static void known_elsewhere(void **state)
{
    struct fixture *f = *state;
    uint8_t file[ID_LEN], second[ID_LEN];
    struct casefile_change c[RECORDS], again[2] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON, .adopts = true}};
    struct casefile all;
    size_t *elsewhere;
    open_a_file(f, file, c);
    say(f, &again[0].record, (const char *const[]){"cmt_Title", "another", NULL});
    say(f, &again[1].record, (const char *const[]){"prs_FirstName", "Dara", "prs_MobilePhone", "+85512345678", "prs_Birthdate", "2004-05", "prs_MailingCity", "Poipet", NULL});
    again[1].record.identity = c[DARA].record.identity;
    struct casework lead = as(f, &f->lead), other = as(f, &f->other);
    OK(casefile_new(&other, f->a, again, 2, second, &f->err));

    OK(file_charts_look(&lead, file, STR("links"), f->a, &all, &elsewhere, &f->err));
    assert_int_equal(elsewhere[at(&all, &c[DARA])], 0);
    assert_int_equal(file_charts_look(&lead, second, STR("links"), f->a, &all, &elsewhere, &f->err), ERR_DENIED);
    assert_int_equal(all.n, 0);
    OK(casefile_part_set(&other, second, f->lead.member, RELATION_READER, &f->err));
    OK(file_charts_look(&lead, file, STR("links"), f->a, &all, &elsewhere, &f->err));
    assert_int_equal(elsewhere[at(&all, &c[DARA])], 1);
    assert_int_equal(elsewhere[at(&all, &c[SOPHEA])], 0);
    struct links *l = file_links(f->a, f->text, &all, shown_of(f, &all), elsewhere);
    size_t known = 0;
    for (size_t i = 0; i < l->n_nodes; i++)
        known += l->nodes[i].elsewhere;
    assert_int_equal(known, 1);
    const uint8_t nothing[ID_LEN] = {9};
    assert_true(file_charts_look(&lead, nothing, STR("links"), f->a, &all, &elsewhere, &f->err) < 0);
}

/* Each look has its leaf. */
static void looks_are_written_down(void **state)
{
    struct fixture *f = *state;
    uint8_t file[ID_LEN];
    struct casefile_change c[RECORDS];
    struct casefile all;
    size_t *elsewhere;
    int64_t before, after;
    open_a_file(f, file, c);
    struct casework lead = as(f, &f->lead);
    OK(log_size(f->node->log, f->node->db, &before, &f->err));
    OK(file_charts_look(&lead, file, STR("timeline"), f->a, &all, &elsewhere, &f->err));
    OK(log_size(f->node->log, f->node->db, &after, &f->err));
    assert_int_equal(after, before + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pictures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(known_elsewhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(looks_are_written_down, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("file_charts", tests, NULL, NULL);
}
