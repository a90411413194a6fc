/* report: each kind of file holds the rows as they were given, in constant memory; a workbook as its standard has it, read by python3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/csv/csv.h"
#include "ground/report/report.h"
#include "ground/report/xlsx.h"

static const str columns[] = {STR("File"), STR("Name"), STR("Note")};
static const str cells[][3] = {
    {STR("007"), STR("សុខ ស្រីមុំ"), STR("=cmd|' /C calc'!A0")},
    {STR("+855 12"), STR("Nguyễn \"Hoa\" <b>&amp;"), STR(" two\r\nlines\tand\a bell ")},
    {STR(""), STR("_x0041_ 𝒳"), STR("'=already")},
};

struct rows {
    int64_t i, n, fails_at;
};

static int next(void *state, str out[], struct err *err)
{
    struct rows *rows = state;
    if (rows->i == rows->n)
        return 0;
    if (rows->fails_at && rows->i == rows->fails_at)
        return err_set(err, ERR_IO, "the disk is gone");
    memcpy(out, cells[rows->i++ % 3], sizeof cells[0]);
    return 1;
}

/* The whole file in pieces of 1,000 bytes, from arena. */
static bytes pull_all(struct arena *a, enum report_kind kind, str title, int64_t n)
{
    struct rows state = {.n = n};
    struct report_rows rows = {next, &state};
    struct report_table table = {.title = title, .columns = columns, .n = 3};
    struct report *r;
    struct err err = {0};
    struct buf out = buf_new(a);
    uint8_t piece[1000];
    int64_t got;
    assert_int_equal(report_open(kind, &table, &rows, &r, &err), 0);
    while ((got = report_pull(r, piece, sizeof piece, &err)) > 0)
        buf_add_bytes(&out, piece, (size_t)got);
    assert_int_equal(got, 0);
    assert_int_equal(report_pull(r, piece, sizeof piece, &err), 0);
    report_close(r);
    return buf_bytes(&out);
}

static void test_csv(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct csv *csv;
    struct csv_row row;
    bytes file = pull_all(a, REPORT_CSV, STR("Cases"), 3);
    assert_memory_equal(file.p, "\xef\xbb\xbf" "File,Name,Note\r\n007,", 23);
    assert_int_equal(csv_open_bytes(file, NULL, &csv, NULL), 0);
    assert_int_equal(csv_next(csv, &row, NULL), 1);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(csv_next(csv, &row, NULL), 1);
        assert_int_equal(row.n, 3);
        for (size_t c = 0; c < 3; c++)
            assert_true(str_eq(csv_unguard(row.cells[c]), cells[i][c]));
    }
    csv_close(csv);
    arena_free(a);
}

/* Elements in the order of ECMA-376, every relation leads to a part of the right type, and the cells. */
static const char checker[] =
    "import sys, zipfile, re, xml.etree.ElementTree as X\n"
    "z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None\n"
    "m = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'\n"
    "def order(e, names):\n"
    "    at = [names.split().index(c.tag.replace(m, '')) for c in e]; assert at == sorted(at), (e.tag, at)\n"
    "types = X.fromstring(z.read('[Content_Types].xml')); over = {o.get('PartName'): o.get('ContentType') for o in types if 'PartName' in o.attrib}\n"
    "for p in over: assert p[1:] in z.namelist(), p\n"
    "for n in z.namelist(): X.fromstring(z.read(n)); assert n.endswith('.rels') or n == '[Content_Types].xml' or '/' + n in over, n\n"
    "for base, rels in (('', '_rels/.rels'), ('xl/', 'xl/_rels/workbook.xml.rels')):\n"
    "    for r in X.fromstring(z.read(rels)): assert base + r.get('Target') in z.namelist()\n"
    "book = X.fromstring(z.read('xl/workbook.xml')); order(book, 'fileVersion workbookPr workbookProtection bookViews sheets definedNames calcPr')\n"
    "print(book.find(m + 'sheets')[0].get('name'))\n"
    "style = X.fromstring(z.read('xl/styles.xml')); order(style, 'numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles')\n"
    "for e in style: assert int(e.get('count')) == len(e)\n"
    "for f in style.find(m + 'fonts'): order(f, 'b i strike condense extend outline shadow u vertAlign sz color name family')\n"
    "sheet = X.fromstring(z.read('xl/worksheets/sheet1.xml')); order(sheet, 'sheetPr dimension sheetViews sheetFormatPr cols sheetData autoFilter pageMargins')\n"
    "text = lambda c: re.sub('_x([0-9A-F]{4})_', lambda h: chr(int(h[1], 16)), c.find(m + 'is/' + m + 't').text) if c.get('t') else ''\n"
    "rows = [[text(c) for c in r] for r in sheet.find(m + 'sheetData')]\n"
    "assert not list(sheet.iter(m + 'f')); xfs = len(style.find(m + 'cellXfs')); assert all(int(c.get('s')) < xfs for c in sheet.iter(m + 'c'))\n"
    "print(len(rows)); sys.stdout.buffer.write('|'.join(c for r in rows[:4] for c in r).encode())\n";

static str check_workbook(struct arena *a, bytes file)
{
    char folder[] = "/tmp/comity-report-XXXXXX";
    struct err err = {0};
    assert_non_null(mkdtemp(folder));
    const char *book = str_printf(a, "%s/t.xlsx", folder).p, *script = str_printf(a, "%s/check.py", folder).p;
    assert_int_equal(file_write(book, file, 0600, &err), 0);
    assert_int_equal(file_write(script, str_bytes(str_from(checker)), 0600, &err), 0);
    FILE *f = popen(str_printf(a, "python3 %s %s", script, book).p, "r");
    char *said = arena_alloc(a, 65536);
    size_t n = fread(said, 1, 65535, f);
    assert_int_equal(pclose(f), 0);
    unlink(book);
    unlink(script);
    rmdir(folder);
    return (str){said, n};
}

static void test_xlsx(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf expected = buf_new(a);
    buf_add(&expected, STR("a b c d\n1001\nFile|Name|Note"));
    for (size_t i = 0; i < 9; i++)
        buf_addf(&expected, "|%.*s", STR_ARG(cells[i / 3][i % 3]));
    assert_true(str_eq(check_workbook(a, pull_all(a, REPORT_XLSX, STR("a [b] c/ d:*?"), 1000)), buf_str(&expected)));
    arena_free(a);
}

static void test_limits(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct report *r;
    struct err err = {0};
    struct rows many = {.n = 2000000}, broken = {.n = 5000, .fails_at = 4000};
    struct report_table table = {.title = STR("x"), .columns = columns, .n = 3};
    uint8_t piece[8192];
    int64_t got, all = 0;
    assert_int_equal(report_open(REPORT_XLSX, &table, &(struct report_rows){next, &many}, &r, &err), 0);
    while ((got = report_pull(r, piece, sizeof piece, &err)) > 0)
        all += got;
    assert_int_equal(got, ERR_LIMIT); /* not a row left out silently */
    assert_int_equal(many.i, XLSX_ROWS);
    assert_true(all > 1 << 20);
    report_close(r);
    assert_int_equal(report_open(REPORT_CSV, &table, &(struct report_rows){next, &broken}, &r, &err), 0);
    while ((got = report_pull(r, piece, sizeof piece, &err)) > 0)
        ;
    assert_int_equal(got, ERR_IO);
    report_close(r);
    table.n = 0;
    assert_int_equal(report_open(REPORT_CSV, &table, &(struct report_rows){next, &broken}, &r, &err), ERR_USAGE);
    struct xlsx *x;
    struct buf out = buf_new(a);
    char *longest = arena_alloc(a, XLSX_CELL + 1);
    memset(longest, 'x', XLSX_CELL + 1);
    assert_int_equal(xlsx_open(&out, STR(""), columns, 3, &x, &err), 0);
    assert_int_equal(xlsx_row(x, &out, &(str){longest, XLSX_CELL}, 1, &err), 0);
    assert_int_equal(xlsx_row(x, &out, &(str){longest, XLSX_CELL + 1}, 1, &err), ERR_LIMIT);
    xlsx_close(x);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_csv), cmocka_unit_test(test_xlsx), cmocka_unit_test(test_limits)};
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
