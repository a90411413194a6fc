/* casefile: what is opened is found, read and changed by those who have a part in it and by nobody else; two edits of one field are both kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/act/test_node.h"
#include "work/cases/casefile.h"

#define NOW INT64_C(1795467960123)

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
    struct names *names;
    struct actor lead, other, boss;
    uint8_t file[ID_LEN], person[ID_LEN];
    struct err err;
};

static struct casework as(const struct fixture *f, const struct actor *who, int64_t now)
{
    return (struct casework){.node = f->node, .names = f->names, .actor = who, .purpose = STR("casework"), .now_ms = now};
}

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
    f->lead = test_node_member(f->node, 1, ROLE_CASEWORKER, 0);
    f->other = test_node_member(f->node, 2, ROLE_CASEWORKER, 0);
    f->boss = test_node_member(f->node, 3, ROLE_SUPERVISOR, 0);
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

static size_t found(struct fixture *f, const char *text)
{
    struct search *search;
    struct search_result result;
    OK(search_open(node_path(f->node, f->a, "search"), f->node->keys, f->names, &search, &f->err));
    OK(search_run(search, f->node->vault, f->node->db, f->a, str_from(text), &result, &f->err));
    search_close(search);
    return result.n;
}

static void open_a_file(struct fixture *f)
{
    struct casework w = as(f, &f->lead, NOW);
    struct casefile_change c[3] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}, {.record.unit = FIELD_OF_NOTE, .about_index = 2}};
    record_add(f->a, &c[0].record, "cmt_Title", STR("at the border"));
    record_add(f->a, &c[1].record, "prs_FirstName", STR("Sopheap"));
    record_add(f->a, &c[1].record, "prs_SecondName", STR("Chan"));
    record_add(f->a, &c[1].record, "cmt_NameInScript", STR("ចាន់ សុភាព"));
    record_add(f->a, &c[1].record, "prs_Birthdate", STR("1999-04"));
    record_add(f->a, &c[2].record, "cmt_NoteText", STR("planted-words-of-a-note"));
    OK(casefile_new(&w, f->a, c, 3, f->file, &f->err));
    memcpy(f->person, c[1].record.id, ID_LEN);
}

static void opened_found_and_read(void **state)
{
    struct fixture *f = *state;
    struct casefile file = {0};
    open_a_file(f);
    struct casework w = as(f, &f->lead, NOW + 1);
    OK(casefile_look(&w, f->file, f->a, &file, &f->err));
    assert_int_equal(file.n, 3);
    assert_int_equal(file.relation, RELATION_LEAD);
    assert_int_equal(file.records[0].unit, FIELD_OF_FILE);
    assert_memory_equal(file.records[0].id, f->file, ID_LEN);
    assert_memory_equal(file.records[2].about, f->person, ID_LEN);
    assert_string_equal(str_c(f->a, record_title(f->a, &file.records[1])), "Sopheap Chan");
    assert_int_equal(found(f, "chan sopheap 1999"), 1);
    assert_int_equal(found(f, "សុភាព"), 1);
}

static void nobody_without_a_part(void **state)
{
    struct fixture *f = *state;
    struct casefile file = {0};
    struct casework w = as(f, &f->other, NOW);
    uint8_t forged[ID_LEN] = {9};
    assert_int_equal(casefile_look(&w, f->file, f->a, &file, &f->err), ERR_DENIED);
    assert_int_equal(file.n, 0);
    assert_int_equal(casefile_look(&w, forged, f->a, &file, &f->err), ERR_NOT_FOUND);
    struct casework boss = as(f, &f->boss, NOW);
    OK(casefile_look(&boss, f->file, f->a, &file, &f->err));
    assert_int_equal(file.relation, RELATION_SUPERVISOR);
    struct casework lead = as(f, &f->lead, NOW);
    OK(casefile_part_set(&lead, f->file, f->other.member, RELATION_READER, &f->err));
    OK(casefile_look(&w, f->file, f->a, &file, &f->err));
    struct casefile_change note = {.record.unit = FIELD_OF_NOTE};
    record_add(f->a, &note.record, "cmt_NoteText", STR("x"));
    assert_int_equal(casefile_write(&w, f->file, f->a, &note, 1, &f->err), ERR_DENIED);
    assert_int_equal(casefile_part_set(&w, f->file, f->other.member, RELATION_LEAD, &f->err), ERR_DENIED);
    assert_int_equal(casefile_part_set(&lead, f->file, f->lead.member, 0, &f->err), ERR_USAGE); /* somebody must answer for it */
}

static struct casefile_change typed_name(struct fixture *f, const char *name, int64_t base)
{
    static const struct field *shown[1];
    struct record_value *v = arena_new_of(f->a, struct record_value);
    shown[0] = field_find(STR("prs_FirstName"));
    *v = (struct record_value){shown[0], str_from(name), 0};
    struct casefile_change c = {.exists = true, .record.unit = FIELD_OF_PERSON, .typed = {.shown = shown, .n_shown = 1, .values = v, .n = *name ? 1 : 0, .base = base}};
    memcpy(c.record.id, f->person, ID_LEN);
    return c;
}

static void two_edits_are_both_kept(void **state)
{
    struct fixture *f = *state;
    struct casework lead = as(f, &f->lead, NOW + 10);
    struct casefile_change first = typed_name(f, "Sophorn", 1), second = typed_name(f, "Sophal", 1);
    struct record now, *earlier;
    size_t n;
    OK(casefile_write(&lead, f->file, f->a, &first, 1, &f->err));
    assert_int_equal(casefile_write(&lead, f->file, f->a, &second, 1, &f->err), ERR_EXISTS);
    assert_int_equal(second.n_conflicts, 1);
    assert_string_equal(str_c(f->a, second.conflicts[0].theirs), "Sophorn");
    assert_string_equal(str_c(f->a, second.conflicts[0].mine), "Sophal");
    OK(casefile_history(&lead, f->file, f->person, f->a, &now, &earlier, &n, &f->err));
    assert_string_equal(str_c(f->a, record_text(&now, "prs_FirstName")), "Sophorn"); /* nothing was written over */
    second = typed_name(f, "Sophal", 1);
    second.typed.overwrite = true;
    OK(casefile_write(&lead, f->file, f->a, &second, 1, &f->err));
    OK(casefile_history(&lead, f->file, f->person, f->a, &now, &earlier, &n, &f->err));
    assert_string_equal(str_c(f->a, record_text(&now, "prs_FirstName")), "Sophal");
    assert_int_equal(now.version, 3);
    assert_int_equal(n, 2);
    assert_string_equal(str_c(f->a, record_text(&earlier[0], "prs_FirstName")), "Sophorn");
    assert_string_equal(str_c(f->a, record_text(&earlier[1], "prs_FirstName")), "Sopheap");
    /* emptied, and an older form that still has it */
    second = typed_name(f, "", 3);
    OK(casefile_write(&lead, f->file, f->a, &second, 1, &f->err));
    second = typed_name(f, "Soph", 3);
    assert_int_equal(casefile_write(&lead, f->file, f->a, &second, 1, &f->err), ERR_EXISTS);
    second = typed_name(f, "Sophal", 4);
    OK(casefile_write(&lead, f->file, f->a, &second, 1, &f->err));
}

static void search_follows_the_record(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(found(f, "sophal chan 1999"), 1);
    int64_t identities;
    OK(vault_count(f->node->vault, f->node->db, VAULT_IDENTITY, &identities, &f->err));
    assert_int_equal(identities, 1); /* those of earlier versions are erased */
}

static void attachment_task_list_and_state(void **state)
{
    struct fixture *f = *state;
    struct casework lead = as(f, &f->lead, NOW + 20);
    struct casefile_change c[2] = {{.record.unit = FIELD_OF_ATTACHMENT, .attached = str_bytes(STR("planted-bytes-of-a-picture"))}, {.record.unit = FIELD_OF_TASK}};
    record_add(f->a, &c[0].record, "cmt_AttachmentName", STR("contract.jpg"));
    record_add(f->a, &c[1].record, "cmt_TaskWhat", STR("find a bed"));
    record_add(f->a, &c[1].record, "cmt_TaskClock", STR("Hours8"));
    c[1].record.due_ms = casefile_task_due(&c[1].record, lead.now_ms);
    assert_true(c[1].record.due_ms == lead.now_ms + 8 * 3600 * 1000);
    c[1].record.has_assignee = true;
    memcpy(c[1].record.assignee, f->lead.member, ID_LEN);
    OK(casefile_write(&lead, f->file, f->a, c, 2, &f->err));
    struct record r;
    bytes content;
    OK(casefile_attachment(&lead, f->file, c[0].record.id, f->a, &r, &content, &f->err));
    assert_true(str_eq(bytes_str(content), STR("planted-bytes-of-a-picture")));
    assert_int_equal(casefile_attachment(&lead, f->file, c[1].record.id, f->a, &r, &content, &f->err), ERR_NOT_FOUND);

    struct casefile_entry *list;
    size_t n;
    int64_t open, overdue;
    OK(casefile_tasks(&lead, 10, f->a, &list, &n, &f->err));
    assert_int_equal(n, 1);
    assert_string_equal(str_c(f->a, record_text(&list[0].record, "cmt_TaskWhat")), "find a bed");
    OK(record_tasks_count(f->node->db, f->lead.member, lead.now_ms + 9 * 3600 * 1000, &open, &overdue, &f->err));
    assert_true(open == 1 && overdue == 1);
    OK(casefile_list(&lead, INT64_MAX, 10, f->a, &list, &n, &f->err));
    assert_int_equal(n, 1);
    assert_int_equal(list[0].relation, RELATION_LEAD);
    assert_true(list[0].record.changed_ms == NOW + 20);
    struct casework boss = as(f, &f->boss, NOW);
    OK(casefile_list(&boss, INT64_MAX, 10, f->a, &list, &n, &f->err));
    assert_int_equal(n, 1);

    OK(casefile_state_set(&lead, f->file, FILE_CLOSED, &f->err));
    struct casefile_change note = {.record.unit = FIELD_OF_NOTE};
    assert_int_equal(casefile_write(&lead, f->file, f->a, &note, 1, &f->err), ERR_DENIED);
    OK(casefile_state_set(&lead, f->file, FILE_OPEN, &f->err));
}

/* Nothing of it stands in clear in the database or in the index. */
static void sealed_on_the_disk(void **state)
{
    struct fixture *f = *state;
    if (strcmp(db_engine(f->node->db), "sqlite") != 0)
        return;
    OK(db_scrub(f->node->db, &f->err));
    const char *command = str_printf(f->a, "grep -raqE 'planted-|Sophal|Sopheap|contract.jpg|at the border|find a bed' %s", f->dir).p;
    assert_int_not_equal(system(command), 0);
}

static void erased_whole(void **state)
{
    struct fixture *f = *state;
    struct vault_id *gone;
    size_t n;
    int64_t records, identities, attachments;
    OK(records_erase(f->node, f->file, f->a, &gone, &n, &f->err));
    assert_int_equal(n, 1);
    OK(vault_count(f->node->vault, f->node->db, VAULT_RECORD, &records, &f->err));
    OK(vault_count(f->node->vault, f->node->db, VAULT_IDENTITY, &identities, &f->err));
    OK(vault_count(f->node->vault, f->node->db, VAULT_ATTACHMENT, &attachments, &f->err));
    assert_true(records == 0 && identities == 0 && attachments == 0);
}

static void numbers_are_read_aloud(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN] = {0xff, 0xff, 0xff, 0xff, 0xff}, zero[ID_LEN] = {0};
    assert_string_equal(casefile_number(f->a, id).p, "ZZZZ-ZZZZ");
    assert_string_equal(casefile_number(f->a, zero).p, "0000-0000");
}

/* A second file of a person who is known, with more said of her: she has two identities then, and the first file keeps its own. */
static void adopted_and_changed(void **state)
{
    struct fixture *f = *state;
    struct casefile file = {0}, again = {0};
    uint8_t second[ID_LEN];
    open_a_file(f);
    struct casework w = as(f, &f->lead, NOW + 1);
    OK(casefile_look(&w, f->file, f->a, &file, &f->err));
    const struct record *first = memcmp(file.records[1].id, f->person, ID_LEN) == 0 ? &file.records[1] : &file.records[2];
    struct casefile_change c[2] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON, .adopts = true, .record.identity = first->identity}};
    record_add(f->a, &c[0].record, "cmt_Title", STR("another"));
    record_add(f->a, &c[1].record, "prs_FirstName", STR("Sopheap"));
    record_add(f->a, &c[1].record, "prs_MobilePhone", STR("+85512345678"));
    OK(casefile_new(&w, f->a, c, 2, second, &f->err));
    bytes content;
    OK(vault_get(f->node->vault, f->node->db, VAULT_IDENTITY, &first->identity, f->a, &content, &f->err));
    OK(casefile_look(&w, second, f->a, &again, &f->err));
    assert_true(memcmp(again.records[1].identity.b, first->identity.b, ID_LEN) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opened_found_and_read),   cmocka_unit_test(nobody_without_a_part),          cmocka_unit_test(two_edits_are_both_kept),
        cmocka_unit_test(search_follows_the_record), cmocka_unit_test(attachment_task_list_and_state), cmocka_unit_test(sealed_on_the_disk),
        cmocka_unit_test(erased_whole),            cmocka_unit_test(numbers_are_read_aloud),         cmocka_unit_test(adopted_and_changed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
