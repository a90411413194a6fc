/* sheet: what workbooks hold comes out as rows, ours come back as they went out, and hostile ones are refused with a sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/report/report.h"
#include "ground/sheet/sheet.h"
#include "ground/sheet/workbook.h"
#include "ground/sheet/xlsx_rows.h"
#include "ground/zip/zip_write.h"

#define RELS "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
#define TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""

struct parts {
    const char *book, *sheet, *texts, *styles; /* what stands inside; NULL: what is usual */
};

static bytes workbook(struct arena *a, const struct parts *p)
{
    struct zip_write *z = zip_write_open();
    struct buf out = buf_new(a);
    const char *book = p->book ? p->book : "<sheets><sheet name=\"x\" sheetId=\"7\" state=\"hidden\" r:id=\"r9\"/><sheet name=\"y\" sheetId=\"8\" r:id=\"r1\"/></sheets>";
    const struct { const char *name; str content; } files[] = {
        {"_rels/.rels", STR(RELS "<Relationship Id=\"a\" Type=\"" TYPE "officeDocument\" Target=\"/xl/workbook.xml\"/></Relationships>")},
        {"xl/workbook.xml", str_printf(a, "<workbook " MAIN " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">%s</workbook>", book)},
        {"xl/_rels/workbook.xml.rels", STR(RELS "<Relationship Id=\"r1\" Type=\"" TYPE "worksheet\" Target=\"./sheets/../sheets/a.xml\"/><Relationship Id=\"r2\" Type=\"" TYPE
                                           "sharedStrings\" Target=\"s.xml\"/><Relationship Id=\"r3\" Type=\"" TYPE "styles\" Target=\"t.xml\"/></Relationships>")},
        {"xl/s.xml", str_printf(a, "<sst " MAIN ">%s</sst>", p->texts ? p->texts : "")},
        {"xl/t.xml", str_printf(a, "<styleSheet " MAIN ">%s</styleSheet>", p->styles ? p->styles : "")},
        {"xl/sheets/a.xml", p->sheet[0] == '!' ? str_from(p->sheet + 1) : str_printf(a, "<x:worksheet xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">%s</x:worksheet>", p->sheet)},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        zip_write_begin(z, &out, files[i].name);
        zip_write_data(z, &out, str_bytes(files[i].content));
        zip_write_end(z, &out);
    }
    assert_int_equal(zip_write_finish(z, &out, NULL), 0);
    zip_write_close(z);
    return buf_bytes(&out);
}

/* As the test of csv does it; an end by an error as its text. */
static str dump(struct arena *a, bytes content)
{
    struct sheet *sheet;
    struct err err = {0};
    struct buf out = buf_new(a);
    if (sheet_open_bytes(content, NULL, &sheet, &err) < 0)
        return str_printf(a, "!%s", err.text);
    struct csv_row row;
    int r;
    while ((r = sheet_next(sheet, &row, &err)) > 0) {
        if (row.error)
            buf_addf(&out, "!%s\n", row.error->text);
        else {
            buf_addf(&out, "%lld ", (long long)row.line);
            for (size_t i = 0; i < row.n; i++)
                buf_addf(&out, "[%.*s]", STR_ARG(row.cells[i]));
            buf_byte(&out, '\n');
        }
    }
    if (r < 0)
        buf_addf(&out, "!%s", err.text);
    sheet_close(sheet);
    buf_byte(&out, 0);
    return buf_str(&out);
}

static void test_rows(void **state)
{
    static const struct { struct parts parts; const char *out; } samples[] = {
        {{.sheet = "<x:sheetData><x:row r=\"1\"><x:c r=\"A1\" t=\"s\"><x:v>1</x:v></x:c><x:c r=\"C1\" t=\"s\"><x:v>0</x:v></x:c></x:row>"
                   "<x:row r=\"2\"><x:c r=\"B2\"/></x:row><x:row r=\"5\"><x:c r=\"A5\"><x:v>0012</x:v></x:c><x:c r=\"B5\"><x:v>0.1</x:v></x:c>"
                   "<x:c r=\"C5\"><x:v>1.1000000000000001</x:v></x:c><x:c r=\"D5\"><x:v>8.5512345678E10</x:v></x:c></x:row></x:sheetData>",
          .texts = "<si><r><t>two </t></r><r><t>parts</t></r><rPh sb=\"0\" eb=\"1\"><t>reading</t></rPh></si><si><t xml:space=\"preserve\"> &lt;b&gt;_x0041__x005F_x0042_ </t></si>"},
         "1 [ <b>A_x0042_ ][][two parts]\n5 [0012][0.1][1.1][85512345678]\n"},
        {{.sheet = "<x:sheetData><x:row><x:c t=\"b\"><x:v>1</x:v></x:c><x:c t=\"b\"><x:v>0</x:v></x:c><x:c t=\"str\"><x:f>A1&amp;\"x\"</x:f><x:v>result</x:v></x:c>"
                   "<x:c t=\"inlineStr\"><x:is><x:t>សុខ</x:t></x:is></x:c><x:c t=\"d\"><x:v>2024-03-01</x:v></x:c></x:row></x:sheetData>"},
         "1 [TRUE][FALSE][result][សុខ][2024-03-01]\n"},
        {{.sheet = "<x:sheetData><x:row r=\"17\"><x:c r=\"C17\" t=\"e\"><x:v>#N/A</x:v></x:c><x:c r=\"D17\"><x:v>abc</x:v></x:c></x:row>"
                   "<x:row><x:c t=\"s\"><x:v>0</x:v></x:c></x:row><x:row><x:c r=\"AB19\" t=\"zz\"><x:v>1</x:v></x:c></x:row><x:row><x:c><x:v>3</x:v></x:c></x:row></x:sheetData>"},
         "!sheet 2, cell C17: holds an error in place of a value: correct its formula, or empty it\n"
         "!sheet 2, cell A18: points to a text that is not there: open the workbook in a spreadsheet program and save it again\n"
         "!sheet 2, cell AB19: holds a value of an unknown kind: write it again as text\n20 [3]\n"},
        {{.sheet = "<x:sheetData><x:row><x:c s=\"1\"><x:v>45352</x:v></x:c><x:c s=\"2\"><x:v>45352.5</x:v></x:c><x:c s=\"3\"><x:v>0.75</x:v></x:c>"
                   "<x:c s=\"4\"><x:v>59</x:v></x:c><x:c s=\"0\"><x:v>45352</x:v></x:c><x:c s=\"5\"><x:v>45352</x:v></x:c></x:row>"
                   "<x:row><x:c s=\"1\"><x:v>60</x:v></x:c></x:row></x:sheetData>",
          .styles = "<numFmts><numFmt numFmtId=\"164\" formatCode=\"[$-41E]d mmmm bbbb;@\"/><numFmt numFmtId=\"165\" formatCode=\"#,##0 &quot;dong&quot;\"/></numFmts>"
                    "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
                    "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"21\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs>"},
         "1 [2024-03-01][2024-03-01T12:00:00][18:00:00][1900-02-28][45352][45352]\n"
         "!sheet 2, cell A2: holds a date that no calendar has: write it as text, such as 1990-05-31\n"},
        {{.book = "<workbookPr date1904=\"1\"/><sheets><sheet name=\"y\" sheetId=\"8\" r:id=\"r1\"/></sheets>",
          .sheet = "<x:sheetData><x:row><x:c s=\"0\"><x:v>43890</x:v></x:c></x:row></x:sheetData>", .styles = "<cellXfs><xf numFmtId=\"14\"/></cellXfs>"},
         "1 [2024-03-01]\n"},
        {{.sheet = "<x:sheetData></x:sheetData>"}, ""},
        {{.book = "<sheets><sheet name=\"x\" state=\"veryHidden\" r:id=\"r1\"/></sheets>", .sheet = ""}, "!the workbook has no sheet that is not hidden"},
        {{.sheet = "!<!DOCTYPE w [<!ENTITY a \"b\">]><w>&a;</w>"}, "!the workbook holds a document type, which no spreadsheet program writes: it is refused"},
        {{.sheet = "<x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row><x:row>"},
         "1 [1]\n!the workbook's markup is broken (line 1: mismatched tag): open it in a spreadsheet program and save it again"},
    };
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        assert_string_equal(dump(a, workbook(a, &samples[i].parts)).p, samples[i].out);
    assert_non_null(strstr(dump(a, str_bytes(STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...."))).p, "before 2007"));
    assert_non_null(strstr(dump(a, str_bytes(STR("%PDF-1.5"))).p, "PDF"));
    assert_string_equal(dump(a, str_bytes(STR("a,b\n'=1,''=2\n'x,-\n"))).p, "1 [a][b]\n2 [=1]['=2]\n3 ['x][-]\n");
    arena_free(a);
}

static void test_formats(void **state)
{
    static const struct { str code; enum workbook_format format; } samples[] = {
        {STR("General"), FORMAT_NUMBER}, {STR("0.00E+00"), FORMAT_NUMBER}, {STR("@"), FORMAT_NUMBER}, {STR("yyyy-mm-dd"), FORMAT_DATE}, {STR("mmm"), FORMAT_DATE},
        {STR("mm:ss.0"), FORMAT_TIME}, {STR("[h]:mm"), FORMAT_TIME}, {STR("dd/mm/yyyy hh:mm"), FORMAT_DATE_TIME}, {STR("[Red]#,##0"), FORMAT_NUMBER},
        {STR("\"day\" 0"), FORMAT_NUMBER}, {STR("\\d0"), FORMAT_NUMBER}, {STR("_(* #,##0_)"), FORMAT_NUMBER}, {STR("[$-F800]dddd, mmmm dd, yyyy"), FORMAT_DATE},
        {STR(""), FORMAT_NUMBER}, {STR("\""), FORMAT_NUMBER}, {STR("["), FORMAT_NUMBER}, {STR("\\"), FORMAT_NUMBER}, {STR("h:mm AM/PM"), FORMAT_TIME},
    };
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        assert_int_equal(workbook_format_of(samples[i].code), samples[i].format);
    assert_string_equal(xlsx_rows_moment(a, 1, false, true, true).p, "1900-01-01");
    assert_string_equal(xlsx_rows_moment(a, 61, false, true, true).p, "1900-03-01");
    assert_string_equal(xlsx_rows_moment(a, 0, true, true, true).p, "1904-01-01");
    assert_string_equal(xlsx_rows_moment(a, 2.5, false, false, true).p, "60:00:00");
    assert_int_equal(xlsx_rows_moment(a, -1, false, true, false).len, 0);
    assert_int_equal(xlsx_rows_moment(a, 1e300, false, true, false).len, 0);
    arena_free(a);
}

/* Too wide, too long, too deep, too much: a sentence, and little memory. */
static void test_bounds(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    buf_add(&b, STR("<x:sheetData><x:row><x:c r=\"ZZZ1\"><x:v>1</x:v></x:c></x:row><x:row><x:c t=\"str\"><x:v>"));
    for (int i = 0; i < 200000; i++)
        buf_add(&b, STR("aaaaaaaa"));
    buf_add(&b, STR("</x:v></x:c></x:row><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData>"));
    str said = dump(a, workbook(a, &(struct parts){.sheet = buf_str(&b).p}));
    assert_non_null(strstr(said.p, "!sheet 2, cell ZZZ1: the row has more than 4,096 cells\n!sheet 2, cell A2: the row has more than 1,048,576 bytes\n3 [1]\n"));
    b = buf_new(a);
    for (int i = 0; i < 100; i++)
        buf_add(&b, STR("<x:a>"));
    assert_non_null(strstr(dump(a, workbook(a, &(struct parts){.sheet = buf_str(&b).p})).p, "nested too deeply"));
    b = buf_new(a);
    buf_add(&b, STR("<x:a b=\""));
    for (int i = 0; i < 400000; i++)
        buf_add(&b, STR("aaaaaaaa"));
    assert_non_null(strstr(dump(a, workbook(a, &(struct parts){.sheet = buf_str(&b).p})).p, "tag of more than a megabyte"));
    b = buf_new(a);
    for (int i = 0; i < 70; i++) { /* a bomb: 140 MB of text in a small file */
        struct buf text = buf_new(a);
        buf_add(&text, STR("<si><t>"));
        for (int k = 0; k < 262144; k++)
            buf_add(&text, STR("zzzzzzzz"));
        buf_add(&text, STR("</t></si>"));
        buf_add(&b, buf_str(&text));
    }
    assert_non_null(strstr(dump(a, workbook(a, &(struct parts){.sheet = "", .texts = buf_str(&b).p})).p, "128 MB"));
    arena_free(a);
}

static const str cells[][3] = {
    {STR("007"), STR("សុខ ស្រីមុំ"), STR("=cmd|' /C calc'!A0")}, {STR("+855 12"), STR("Nguyễn \"Hoa\" <b>&amp;"), STR(" two\r\nlines\tand\a bell ")},
    {STR("x"), STR("_x0041_ 𝒳"), STR("'=already")},
};

static int next(void *state, str out[], struct err *err)
{
    int *i = state;
    (void)err;
    if (*i == 300)
        return 0;
    memcpy(out, cells[(*i)++ % 3], sizeof cells[0]);
    return 1;
}

/* What is exported in either way comes back byte for byte. */
static void test_round_trip(void **state)
{
    static const str columns[] = {STR("File"), STR("Name"), STR("Note")};
    (void)state;
    struct arena *a = arena_new();
    for (enum report_kind kind = REPORT_CSV; kind <= REPORT_XLSX; kind++) {
        struct report_table table = {.title = STR("x"), .columns = columns, .n = 3};
        struct report *report;
        struct sheet *sheet;
        struct csv_row row;
        struct buf file = buf_new(a);
        uint8_t piece[4096];
        int64_t got;
        int i = 0;
        assert_int_equal(report_open(kind, &table, &(struct report_rows){next, &i}, &report, NULL), 0);
        while ((got = report_pull(report, piece, sizeof piece, NULL)) > 0)
            buf_add_bytes(&file, piece, (size_t)got);
        report_close(report);
        char path[] = "/tmp/comity-sheet-XXXXXX";
        close(mkstemp(path));
        assert_int_equal(file_write(path, buf_bytes(&file), 0600, NULL), 0);
        assert_int_equal(sheet_open(path, NULL, &sheet, NULL), 0);
        assert_true(sheet_size(sheet) > 0);
        assert_int_equal(sheet_next(sheet, &row, NULL), 1);
        assert_true(str_eq(row.cells[1], STR("Name")));
        for (int n = 0; n < 300; n++) {
            assert_int_equal(sheet_next(sheet, &row, NULL), 1);
            assert_null(row.error);
            assert_int_equal(row.n, 3);
            for (size_t c = 0; c < 3; c++)
                assert_true(str_eq(row.cells[c], cells[n % 3][c]));
        }
        assert_int_equal(sheet_next(sheet, &row, NULL), 0);
        assert_int_equal(sheet_offset(sheet), sheet_size(sheet));
        sheet_close(sheet);
        unlink(path);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_formats), cmocka_unit_test(test_bounds), cmocka_unit_test(test_round_trip)};
    return cmocka_run_group_tests_name("sheet", tests, NULL, NULL);
}
