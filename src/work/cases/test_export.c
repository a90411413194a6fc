/* Files through tables: what goes out of one agency and comes into another goes out of it as the same bytes; the contribution to CTDC. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/db/test_db_open.h"
#include "work/cases/casefile.h"
#include "work/cases/ctdc.h"
#include "work/cases/export.h"
#include "work/cases/import_files.h"

#define NOW INT64_C(1795467960123)
#define NODES 3

struct fixture {
    struct arena *a;
    const char *parent;
    struct node *nodes[NODES];
    struct names *names;
    struct text *text;
    struct actor dara, bopha;
    struct err err;
    char bad[2000];
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
    char *parent = arena_alloc(a, 64);
    *state = f;
    f->a = a;
    snprintf(parent, 64, "/tmp/comity-export-XXXXXX");
    f->parent = mkdtemp(parent);
    OK(crypto_open(&f->err));
    OK(names_open(&f->names, &f->err));
    OK(text_open(&f->text, &f->err));
    f->dara = (struct actor){.name = STR("dara"), .role = STR("member"), .member = {1}, .proved_ms = NOW};
    f->bopha = (struct actor){.name = STR("bopha"), .role = STR("member"), .member = {2}, .proved_ms = NOW};
    for (int i = 0; i < NODES; i++) {
        const char *dir = str_printf(a, "%s/node-%d", f->parent, i).p;
        struct node_settings settings = {.agency = {STR("Lotus House (practice)"), STR("KH"), STR("shelter")}, .db_url = test_db_url(a)};
        OK(node_create(dir, &settings, NOW, &f->err));
        OK(node_open(dir, rooms, &f->nodes[i], &f->err));
        for (uint8_t m = 1; m < 3; m++)
            OK(access_member_put(f->nodes[i]->db, &(struct access_member){.id = {m}, .roles = ROLE_CASEWORKER, .state = MEMBER_ACTIVE}, &f->err));
    }
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < NODES; i++)
        node_close(f->nodes[i]);
    names_close(f->names);
    text_close(f->text);
    int status = system(str_printf(f->a, "rm -rf %s", f->parent).p);
    arena_free(f->a);
    return status;
}

static int note_bad(void *arg, int64_t line, const char *text, struct err *err)
{
    struct fixture *f = arg;
    (void)err;
    size_t at = strlen(f->bad);
    snprintf(f->bad + at, sizeof f->bad - at, "%lld: %s\n", (long long)line, text);
    return 0;
}

static struct import_result import(struct fixture *f, int node, const struct actor *owner, bytes table)
{
    struct import_result r, seen;
    struct import_files_options o = {.table = {.content = table, .columns.today = {2026, 11, 28}, .actor = owner, .now_ms = NOW, .bad_row = note_bad, .arg = f}, .text = f->text};
    memcpy(o.owner, owner->member, ID_LEN);
    OK(import_files_preview(&o, f->a, &seen, &f->err));
    f->bad[0] = '\0';
    OK(import_files_run(f->nodes[node], f->names, &o, f->a, &r, &f->err));
    assert_int_equal(seen.added, r.added + r.known);
    assert_int_equal(seen.bad, r.bad);
    assert_int_equal(seen.rows, r.rows);
    return r;
}

static bytes export(struct fixture *f, int node, const char *kind, enum records_whose whose, const struct actor *member)
{
    struct export_order order = {.kind = export_kind(str_from(kind)), .whose = whose, .now_ms = NOW};
    struct node *own;
    struct export *x;
    struct buf b = buf_new(f->a);
    uint8_t piece[777]; /* of no good size */
    int64_t n;
    if (member)
        memcpy(order.member, member->member, ID_LEN);
    OK(node_open_again(f->nodes[node], &own, &f->err));
    OK(export_open(own, &order, &x, &f->err));
    while ((n = export_pull(x, piece, sizeof piece, &f->err)) > 0)
        buf_add_bytes(&b, piece, (size_t)n);
    OK(n);
    export_close(x);
    return buf_bytes(&b);
}

static const char table[] =
    "cmt_File,prs_FirstName,prs_SecondName,prs_Birthdate,prs_Gender,prs_Citizenship,vic_MethodsOfControl,vic_TypeOfExploitation,cas_Status,hte_Type,hte_Country,hte_Date,"
    "con_Consent,colour,cmt_EventPerson,hte_Description\r\n"
    "a,Dara,Sok,1999-04,Feminine,KH;TH,DebtBondage;RestrictsMovement,ForcedLabour,Active,Exploitation,TH,2020-03,TRUE,red,1,\"two\nlines; \"\"said\"\"\"\r\n"
    "a,Bopha,Sok,2010,Feminine,KH,,SexualExploitation,,Recruitment,KH,2018-01,,,2,\r\n"
    "a,,,,,,,,,Exploitation,MY,2020-05,,,,\r\n"
    ",=Rith,'Chan,1980-02-03,Masculine,VN,PhysicalThreats,,Closed,,,,,,,\r\n"
    ",Same,Row,,,,,,,,,,,,,\r\n"
    ",Same,Row,,,,,,,,,,,,,\r\n"
    ",Bad,Row,1990-13-01,,,,,,,,,,,,\r\n"
    "b,Good,First,,,,,,,,,,,,,\r\n"
    "b,Bad,Second,1990-13-01,,,,,,,,,,,,\r\n"
    "b,Good,Third,,,,,,,,,,,,,\r\n"
    ",,,,,,,,,,,,,green,,\r\n"
    ",Of,Nobody,,,,,,,Transit,KH,,,,7,\r\n";

static void out_and_in_again(void **state)
{
    struct fixture *f = *state;
    bytes content = {(const uint8_t *)table, sizeof table - 1};
    struct import_result r = import(f, 0, &f->dara, content);
    assert_int_equal(r.added, 4);
    assert_int_equal(r.bad, 5);
    assert_non_null(strstr(f->bad, "9: line 9, column 'prs_Birthdate' (4)"));
    assert_non_null(strstr(f->bad, "12: line 12: another row of this file"));
    assert_non_null(strstr(f->bad, "14: line 14: it tells of person 7, and the file has 1"));
    assert_false(r.columns[13].used); /* colour: named, not lost silently */
    assert_true(r.columns[1].used && r.columns[1].htcds == field_find(STR("prs_FirstName")));
    r = import(f, 0, &f->dara, content);
    assert_int_equal(r.added, 0); /* of two rows that say the same, both are known */
    assert_int_equal(r.known, 4);
    bytes first = export(f, 0, "htcds-csv", RECORDS_ALL, NULL);
    assert_non_null(memmem(first.p, first.len, "'=Rith", 6)); /* no formula */
    assert_non_null(memmem(first.p, first.len, "KH;TH", 5));
    r = import(f, 1, &f->bopha, first);
    assert_int_equal(r.added, 4);
    assert_int_equal(r.bad, 0);
    bytes second = export(f, 1, "htcds-csv", RECORDS_ALL, NULL);
    assert_true(str_eq(bytes_str(first), bytes_str(second)));
    bytes workbook = export(f, 1, "htcds-xlsx", RECORDS_ALL, NULL);
    r = import(f, 2, &f->dara, workbook);
    assert_int_equal(r.added, 4);
    bytes third = export(f, 2, "htcds-csv", RECORDS_ALL, NULL);
    assert_true(str_eq(bytes_str(first), bytes_str(third)));
    bytes again = export(f, 2, "htcds-xlsx", RECORDS_ALL, NULL);
    assert_true(str_eq(bytes_str(workbook), bytes_str(again)));
}

static void only_files_she_has_a_part_in(void **state)
{
    struct fixture *f = *state;
    str hers = STR("prs_FirstName\nDara\n"), other = STR("prs_FirstName\nBopha\n");
    import(f, 0, &f->dara, str_bytes(hers));
    import(f, 0, &f->bopha, str_bytes(other));
    bytes out = export(f, 0, "htcds-csv", RECORDS_HERS, &f->dara);
    assert_non_null(memmem(out.p, out.len, "Dara", 4));
    assert_null(memmem(out.p, out.len, "Bopha", 5));
    out = export(f, 0, "htcds-csv", RECORDS_OF_HER_UNIT, &f->bopha); /* files without a unit are of every supervisor */
    assert_non_null(memmem(out.p, out.len, "Dara", 4));
    /* the act says how many */
    struct export_order order = {.kind = &export_kinds[0], .whose = RECORDS_HERS, .now_ms = NOW};
    struct actor operator = act_operator(f->a);
    struct act act = {.verb = VERB_EXPORT, .actor = &operator, .purpose = STR("casework"), .reference = STR("case 7"), .now_ms = NOW};
    memcpy(order.member, f->dara.member, ID_LEN);
    OK(act_run(f->nodes[0], &act, export_act, &order, &f->err));
    assert_int_equal(order.files, 1);
    assert_non_null(strstr(order.detail, "\"files\":1"));
    /* a member alone gets nothing: it takes a second */
    act = (struct act){.verb = VERB_EXPORT, .actor = &f->dara, .purpose = STR("casework"), .reference = STR("case 7"), .now_ms = NOW};
    act.arguments = export_arguments(f->a, &order);
    assert_int_equal(act_run(f->nodes[0], &act, export_act, &order, &f->err), ERR_PARKED);
    static const struct approval_kind kinds[] = {{VERB_EXPORT, "export", export_agreed, NULL}, {0}};
    struct actor boss = {.name = STR("boss"), .role = STR("member"), .member = {3}, .proved_ms = NOW};
    struct approval agreed;
    struct export_order again;
    OK(access_member_put(f->nodes[0]->db, &(struct access_member){.id = {3}, .roles = ROLE_SUPERVISOR, .state = MEMBER_ACTIVE}, &f->err));
    assert_int_equal(approval_fetch(f->nodes[0], &f->dara, act.approval, NOW, f->a, &agreed, &f->err), ERR_DENIED);
    OK(approval_agree(f->nodes[0], kinds, &boss, act.approval, NOW + 1, &f->err));
    OK(approval_fetch(f->nodes[0], &f->dara, act.approval, NOW + 2, f->a, &agreed, &f->err));
    OK(export_order_of(&agreed, NOW, &again, &f->err));
    assert_true(again.kind == order.kind && again.whose == RECORDS_HERS && memcmp(again.member, f->dara.member, ID_LEN) == 0);
    assert_int_equal(approval_fetch(f->nodes[0], &f->bopha, act.approval, NOW + 3, f->a, &agreed, &f->err), ERR_NOT_FOUND);
    agreed.arguments = str_bytes(STR("htcds-csv all")); /* nobody gets all by asking */
    assert_int_equal(export_order_of(&agreed, NOW, &again, &f->err), ERR_CORRUPT);
}

static void what_is_imported_is_found(void **state)
{
    struct fixture *f = *state;
    struct search *search;
    struct search_result result;
    import(f, 0, &f->dara, (bytes){(const uint8_t *)table, sizeof table - 1});
    OK(search_open(node_path(f->nodes[0], f->a, "search"), f->nodes[0]->keys, f->names, &search, &f->err));
    OK(search_run(search, f->nodes[0]->vault, f->nodes[0]->db, f->a, STR("sok dara 1999"), &result, &f->err));
    search_close(search);
    assert_int_equal(result.n, 1);
    struct casework w = {.node = f->nodes[0], .names = f->names, .actor = &f->dara, .purpose = STR("casework"), .now_ms = NOW};
    struct casefile_entry *entries;
    size_t n;
    OK(casefile_list(&w, INT64_MAX, 100, f->a, &entries, &n, &f->err));
    assert_int_equal(n, 4);
}

static void hostile_tables(void **state)
{
    struct fixture *f = *state;
    static const char *const broken[] = {"", "a,b\n1,2\n", "PK\x03\x04 this is no workbook", "\xff\xfe\x00", "prs_FirstName\n\"unclosed", "prs_FirstName\n\xc3\x28\n"};
    struct import_result r;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct import_files_options o = {.table = {.content = {(const uint8_t *)broken[i], strlen(broken[i])}, .columns.today = {2026, 11, 28}, .actor = &f->dara, .now_ms = NOW},
                                         .text = f->text};
        int result = import_files_preview(&o, f->a, &r, &f->err);
        assert_true(result < 0 || r.added == 0);
    }
    struct buf b = buf_new(f->a);
    buf_add(&b, STR("prs_FirstName,cco_CaseComment\nDara,\"'; drop table cases_record; --\"\n\"<script>\",x\nBopha,\""));
    for (int i = 0; i < 1000000; i++)
        buf_byte(&b, 'x');
    buf_add(&b, STR("\"\n../../etc/passwd,x\n"));
    r = import(f, 0, &f->dara, buf_bytes(&b));
    assert_int_equal(r.added, 3);
    assert_int_equal(r.bad, 1);
}

/* --- CTDC --- */

static void contribution(void **state)
{
    struct fixture *f = *state;
    import(f, 0, &f->dara, (bytes){(const uint8_t *)table, sizeof table - 1});
    str out = bytes_str(export(f, 0, "ctdc", RECORDS_ALL, NULL)), line;
    size_t columns = 1, lines = 0;
    assert_null(memmem(out.p, out.len, "Sok", 3));
    (void)str_split(&out, '\n', &line);
    for (size_t i = 0; i < line.len; i++)
        columns += line.p[i] == ',';
    assert_int_equal(columns, CTDC_VARIABLES);
    assert_non_null(memmem(line.p, line.len, "meansWithholdDocs,", 18));
    (void)str_split(&out, '\n', &line);
    /* year, gender, age 27, citizenship, where, months between the two events that are hers or nobody's, debt, threats, abuse, promises, drugs, needs (movement) ... */
    assert_true(str_eq(str_trim(line), STR("2026,Woman,27—29,KHM,THA,0—12 (0-1 yr),1,,,,,1,,,1,,,,,,,,,,,,")));
    (void)str_split(&out, '\n', &line);
    assert_true(str_starts(line, STR("2026,Woman,9—17,KHM,")));
    while (str_split(&out, '\n', &line))
        lines += line.len > 0;
    assert_int_equal(lines, 3);
}

/* Opened at one in the morning of New Year's Day where the agency works: of that year. */
static void the_agency_s_year(void **state)
{
    struct fixture *f = *state;
    import(f, 0, &f->dara, (bytes){(const uint8_t *)table, sizeof table - 1});
    OK(db_exec(f->nodes[0]->db, "update cases_record set made_ms = 1798740000000", &f->err)); /* 2026-12-31 18:00 UTC */
    static const struct { const char *zone, *year; } cases[] = {{"", "2026,"}, {"Asia/Phnom_Penh", "2027,"}};
    for (size_t i = 0; i < 2; i++) {
        f->nodes[0]->time_zone = str_from(cases[i].zone);
        str out = bytes_str(export(f, 0, "ctdc", RECORDS_ALL, NULL)), line;
        size_t n = 0;
        (void)str_split(&out, '\n', &line);
        for (; str_split(&out, '\n', &line) && line.len > 0; n++)
            assert_true(str_starts(line, str_from(cases[i].year)));
        assert_int_equal(n, 5);
    }
}

/* Every variable and category is one of the codebook's, word for word, where the codebook is at hand. */
static void words_of_the_codebook(void **state)
{
    struct fixture *f = *state;
    const char *data = getenv("COMITY_DATA");
    bytes codebook;
    static const char *const categories[] = {"Man", "Woman", "Trans/Transgender/NonConforming", "0—8", "9—17", "18—20", "21—23", "24—26", "27—29", "30—38", "39—47", "48+",
                                             "0—12 (0-1 yr)", "13—24 (1-2 yrs)", "25+ (2+ yrs)"};
    const char *path = str_printf(f->a, "%s/ctdc/codebook_v2024.txt", data ? data : "").p;
    if (!file_exists(path))
        skip();
    OK(file_read(f->a, path, 1 << 20, &codebook, &f->err));
    for (size_t i = 0; i < CTDC_VARIABLES; i++) /* its list of variables: "      14   meansWithholdDocs" */
        if (!memmem(codebook.p, codebook.len, str_printf(f->a, "   %.*s\n", STR_ARG(ctdc_variables[i])).p, ctdc_variables[i].len + 4))
            fail_msg("the codebook does not list %.*s", STR_ARG(ctdc_variables[i]));
    for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++)
        if (!memmem(codebook.p, codebook.len, str_printf(f->a, "• %s", categories[i]).p, strlen(categories[i]) + 4))
            fail_msg("the codebook has no %s", categories[i]);
}

/* --- more files than are read ahead --- */

#define MANY_FILES 1500

static void import_many(struct fixture *f)
{
    struct buf b = buf_new(f->a);
    buf_add(&b, STR("prs_FirstName,prs_SecondName\n"));
    for (int i = 0; i < MANY_FILES; i++)
        buf_addf(&b, "Dara,Sok%d\n", i);
    assert_int_equal(import(f, 0, &f->dara, buf_bytes(&b)).added, MANY_FILES);
}

static void file_after_file(void **state)
{
    struct fixture *f = *state;
    import_many(f);
    str out = bytes_str(export(f, 0, "htcds-csv", RECORDS_ALL, NULL)), line;
    size_t lines = 0;
    (void)str_split(&out, '\n', &line);
    while (str_split(&out, '\n', &line) && line.len)
        assert_true(str_starts(line, str_printf(f->a, "%zu,", ++lines)));
    assert_int_equal(lines, MANY_FILES);
}

/* Whoever has no use for the rest closes, while the next files are being read. */
static void closed_early(void **state)
{
    struct fixture *f = *state;
    struct export_order order = {.kind = &export_kinds[0], .whose = RECORDS_ALL, .now_ms = NOW};
    uint8_t piece[100];
    import_many(f);
    for (int pieces = 0; pieces < 3; pieces++) {
        struct node *own;
        struct export *x;
        OK(node_open_again(f->nodes[0], &own, &f->err));
        OK(export_open(own, &order, &x, &f->err));
        for (int i = 0; i < pieces; i++)
            assert_int_equal(export_pull(x, piece, sizeof piece, &f->err), sizeof piece);
        export_close(x);
    }
}

/* A table that cannot be read to its end never looks like a whole one. */
static void a_record_that_does_not_open(void **state)
{
    struct fixture *f = *state;
    struct export_order order = {.kind = &export_kinds[0], .whose = RECORDS_ALL, .now_ms = NOW};
    struct record *records;
    struct records_cursor c = {.whose = RECORDS_ALL};
    struct db_stmt *q;
    struct node *own;
    struct export *x;
    uint8_t piece[4096];
    size_t n;
    int64_t got;
    import_many(f);
    OK(records_next(f->nodes[0], &c, MANY_FILES - 1, f->a, &records, &n, &f->err));
    OK(db_prepare(f->nodes[0]->db, "update vault_record set wrapped = sealed where kind = $1 and id in (select content from cases_record where file = $2)", &q, &f->err));
    db_bind_int(q, 1, VAULT_RECORD);
    db_bind_blob(q, 2, (bytes){records[n - 1].file, ID_LEN});
    OK(db_run(q, &f->err));
    OK(node_open_again(f->nodes[0], &own, &f->err));
    OK(export_open(own, &order, &x, &f->err));
    for (int asked = 0; asked < 2; asked++) { /* whoever asks again does not hear that it has ended */
        while ((got = export_pull(x, piece, sizeof piece, &f->err)) > 0)
            ;
        assert_int_equal(got, ERR_CORRUPT);
        assert_non_null(strstr(f->err.text, "a sealed record does not open"));
    }
    export_close(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(out_and_in_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_files_she_has_a_part_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_imported_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_tables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(contribution, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_agency_s_year, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_of_the_codebook, set_up, tear_down),
        cmocka_unit_test_setup_teardown(file_after_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(closed_early, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_record_that_does_not_open, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("work/export", tests, NULL, NULL);
}
