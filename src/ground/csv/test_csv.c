/* csv: what comes out of files as people have them, and that a bad row costs only itself. */
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

/* The whole table as one text: cells in [], rows with their line before, bad rows as "!line error". */
static str dump(struct arena *a, bytes content, const char *encoding)
{
    struct csv *csv;
    struct err err = {0};
    struct buf out = buf_new(a);
    assert_int_equal(csv_open_bytes(content, encoding, &csv, &err), 0);
    struct csv_row row;
    int r;
    while ((r = csv_next(csv, &row, &err)) > 0) {
        if (row.error)
            buf_addf(&out, "!%lld %s\n", (long long)row.line, row.error->text);
        else {
            buf_addf(&out, "%lld ", (long long)row.line);
            for (size_t i = 0; i < row.n; i++)
                buf_addf(&out, "[%.*s]", STR_ARG(row.cells[i]));
            buf_byte(&out, '\n');
        }
    }
    assert_int_equal(r, 0);
    csv_close(csv);
    return buf_str(&out);
}

struct sample {
    str in;
    const char *encoding;
    const char *out; /* NULL: an error that begins with `error` */
};

static const struct sample samples[] = {
    {STR("a,b\n1,2\n"), NULL, "1 [a][b]\n2 [1][2]\n"},
    {STR("a,b\r\n1,2"), NULL, "1 [a][b]\n2 [1][2]\n"},
    {STR("a,b\r1,2\r"), NULL, "1 [a][b]\n2 [1][2]\n"},
    {STR("\xef\xbb\xbf" "a,b\n1,\n"), NULL, "1 [a][b]\n2 [1][]\n"},
    {STR("a;b;c\n1,5;2;3\n"), NULL, "1 [a][b][c]\n2 [1,5][2][3]\n"},
    {STR("a\tb\n1, x\t2\n"), NULL, "1 [a][b]\n2 [1, x][2]\n"},
    {STR("a|b\n1|2\n"), NULL, "1 [a][b]\n2 [1][2]\n"},
    {STR("sep=|\r\na|b,c\r\n"), NULL, "2 [a][b,c]\n"},
    {STR("rec_id, given_name, surname\nrec-1-org, , waller\n"), NULL, "1 [rec_id][given_name][surname]\n2 [rec-1-org][][waller]\n"},
    {STR("a,b\n\"x \"\"y\"\" z\", \"1,2\" ,\n"), NULL, "1 [a][b]\n2 [x \"y\" z][1,2][]\n"},
    {STR("a,b\n\"x\ny\r\nz\",1\n3,4\n"), NULL, "1 [a][b]\n2 [x\ny\r\nz][1]\n5 [3][4]\n"},
    {STR("\n\na,b\n  \n\"\",\n\n\"\"\n"), NULL, "3 [a][b]\n5 [][]\n7 []\n"},
    {STR("a,b\n5\" pipe,it\"s\n"), NULL, "1 [a][b]\n2 [5\" pipe][it\"s]\n"},
    {STR("a,b\n1,2,3\n4\n"), NULL, "1 [a][b]\n2 [1][2][3]\n3 [4]\n"},
    {STR("a,b\n1,\"x\" y\n3,4\n"), NULL,
     "1 [a][b]\n!2 line 2, column 2: text stands behind a closing quote: double the quotes that belong to the text\n3 [3][4]\n"},
    {STR("a,b\n1,\"x\n3,4\n5,6"), NULL,
     "1 [a][b]\n!2 line 2, column 2: a quote is opened here and not closed: close it, or double it if it belongs to the text\n"
     "3 [3][4]\n4 [5][6]\n"},
    {STR("a,b\n1,\"x\n3,4\n\"5\",6\n7,8\n"), NULL, /* the next quote closes it: found there, reported there, nothing else lost */
     "1 [a][b]\n!2 line 4, column 2: text stands behind a closing quote: double the quotes that belong to the text\n"
     "3 [3][4]\n4 [5][6]\n5 [7][8]\n"},
    {STR("a,b\n1,x\0y\n3,4\n"), NULL,
     "1 [a][b]\n!2 line 2, column 2: a NUL byte: the file is damaged or not a text file; export it again as CSV (byte 4 of the row)\n"
     "3 [3][4]\n"},
    {STR("a,b\n\"1\n2\",caf\xe9\n3,4\n"), NULL,
     "1 [a][b]\n!2 line 3, column 2: byte 0xE9 (byte 10 of the row) is not UTF-8: save the file as UTF-8, or announce its --encoding, "
     "such as windows-1252\n4 [3][4]\n"},
    {STR("a,b\nx,\xed\xa0\x80\ny,\xc0\xaf\nz,\xf4\x90\x80\x80\nw,\xe1\x9e\n"), NULL, NULL},
    {STR("a,b\n1,caf\xe9\n"), "windows-1252", "1 [a][b]\n2 [1][café]\n"},
    {STR("a,b\n1,\xca\xc1\xcb\xc1\xc2\n"), "windows-874", "1 [a][b]\n2 [1][สมหมย]\n"},
    {STR("a,b\n1,Nguy\xea\xde" "n\n"), "windows-1258", "1 [a][b]\n2 [1][Nguyễn]\n"},
    {STR("a,b\n1,\xc8\xd7\xc1\xce\n"), "koi8-r", "1 [a][b]\n2 [1][хван]\n"},
    {STR("a,b\n1,\xcd\xf5\xca\xb4\n"), "gb18030", "1 [a][b]\n2 [1][王蚀]\n"},
    {STR("a,b\n1,\xa4\xfd\xa5\xac\n"), "big5", "1 [a][b]\n2 [1][王布]\n"},
    {STR("a,b\n1,x\x81y\n3,4\n"), "windows-1252",
     "1 [a][b]\n!2 line 2, column 2: byte 0x81 (byte 4 of the row) is not in the announced encoding: give the right --encoding, or save "
     "the file as UTF-8\n3 [3][4]\n"},
    {STR("\xff\xfe" "a\0,\0b\0\n\0\x9f\x17,\0\x32\0\n\0"), NULL, "1 [a][b]\n2 [\xe1\x9e\x9f][2]\n"},
    {STR("\xfe\xff\0a\0,\0b\0\r\0\n\x17\x9f\0,\0\x32"), NULL, "1 [a][b]\n2 [\xe1\x9e\x9f][2]\n"},
    {STR("\xff\xfe" "a\0,\0b\0\n\0\x31\0,\0\x32\0\x33"), NULL, /* cut in the middle of a character */
     "1 [a][b]\n!2 line 2, column 2: byte 0x33 (byte 4 of the row) is not in the announced encoding: give the right --encoding, or save "
     "the file as UTF-8\n"},
    {STR(""), NULL, ""},
    {STR("\n\r\n"), NULL, ""},
};

static void test_samples(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        const struct sample *s = &samples[i];
        str out = dump(a, str_bytes(s->in), s->encoding);
        if (s->out) {
            assert_string_equal(out.p, s->out);
            continue;
        }
        int bad = 0; /* each row but the header is refused */
        for (const char *p = out.p; (p = strstr(p, "is not UTF-8")); p++)
            bad++;
        assert_int_equal(bad, 4);
    }
    arena_free(a);
}

static void test_long_line_costs_only_itself(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    size_t len = 100u << 20;
    char *p = mem_alloc(len + 64);
    memset(p, 'x', len + 64);
    memcpy(p, "a,b\n1,", 6);
    memcpy(p + len, "\n3,4\n", 5);
    str out = dump(a, (bytes){(const uint8_t *)p, len + 5}, NULL);
    assert_string_equal(out.p, "1 [a][b]\n!2 line 2, column 2: the row has more than 1,048,576 bytes: is a quote or a line end missing?\n3 [3][4]\n");
    memset(p + 6, ',', len - 6);
    out = dump(a, (bytes){(const uint8_t *)p, len + 5}, NULL);
    assert_string_equal(out.p, "1 [a][b]\n!2 line 2, column 4096: the row has more than 4,096 cells: is a line end missing?\n3 [3][4]\n");
    p[6] = '"'; /* an unclosed quote before 100 MB */
    out = dump(a, (bytes){(const uint8_t *)p, len + 5}, NULL);
    assert_string_equal(out.p, "1 [a][b]\n!2 line 2, column 2: a quote is opened here and not closed: close it, or double it if it belongs "
                               "to the text\n3 [3][4]\n");
    free(p);
    arena_free(a);
}

/* Rows of every length around the limit and around the ends of the buffer come out whole. */
static void test_rows_across_buffers(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    size_t rows = 0;
    uint32_t chance = 1;
    buf_add(&b, STR("id,text\r\n"));
    while (b.len < 9u << 20) {
        chance = chance * 1664525 + 1013904223;
        size_t len = (chance >> 8) % 70000;
        buf_addf(&b, "%zu,\"", rows++);
        for (size_t i = 0; i < len; i++)
            buf_byte(&b, i % 7 ? 'y' : i % 3 ? '\n' : ' ');
        buf_add(&b, STR("\"\"\"\r\n"));
    }
    struct csv *csv;
    struct err err;
    struct csv_row row;
    assert_int_equal(csv_open_bytes(buf_bytes(&b), NULL, &csv, &err), 0);
    assert_int_equal(csv_next(csv, &row, &err), 1);
    for (size_t i = 0; i < rows; i++) {
        int64_t id;
        assert_int_equal(csv_next(csv, &row, &err), 1);
        assert_null(row.error);
        assert_int_equal(row.n, 2);
        assert_true(str_to_int(row.cells[0], 0, INT64_MAX, &id) && (size_t)id == i);
        assert_true(str_ends(row.cells[1], STR("\"")));
    }
    assert_int_equal(csv_next(csv, &row, &err), 0);
    assert_int_equal(csv_offset(csv), csv_size(csv));
    csv_close(csv);
    arena_free(a);
}

/* A file made to be read again and again: each line opens a quote that nothing closes. Ends at once, or the test's time is up. */
static void test_hostile_quotes_stay_linear(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    size_t lines = 0;
    while (b.len < 6u << 20) {
        buf_add(&b, STR("a\",\"c\n"));
        lines++;
    }
    struct csv *csv;
    struct err err;
    struct csv_row row;
    size_t faults = 0;
    assert_int_equal(csv_open_bytes(buf_bytes(&b), NULL, &csv, &err), 0);
    while (csv_next(csv, &row, &err) > 0)
        faults += row.error != NULL;
    assert_int_equal(faults, lines);
    csv_close(csv);
    arena_free(a);
}

static void test_files(void **state)
{
    (void)state;
    struct csv *csv;
    struct err err;
    struct csv_row row;
    assert_int_equal(csv_open("/nonexistent/cases.csv", NULL, &csv, &err), ERR_NOT_FOUND);
    assert_int_equal(csv_open("/", NULL, &csv, &err), ERR_IO);
    char path[] = "/tmp/comity-csv-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "a;b\n1;2\n", 8), 8);
    close(fd);
    assert_int_equal(csv_open(path, "no-such-encoding", &csv, &err), ERR_USAGE);
    assert_int_equal(csv_open(path, NULL, &csv, &err), 0);
    assert_int_equal(csv_delimiter(csv), ';');
    assert_int_equal(csv_size(csv), 8);
    assert_int_equal(csv_next(csv, &row, &err), 1);
    assert_int_equal(csv_offset(csv), 4);
    assert_int_equal(csv_next(csv, &row, &err), 1);
    assert_true(str_eq(row.cells[1], STR("2")));
    assert_int_equal(csv_next(csv, &row, &err), 0);
    csv_close(csv);
    unlink(path);
}

static void test_write(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const str cells[] = {STR("plain"), STR("a,b"), STR("say \"x\""), STR(" two\nlines"), STR(""), STR("=1+2"), STR("-5"), STR("a;b")};
    struct buf b = buf_new(a);
    csv_write_row(&b, cells, 8, 0);
    assert_string_equal(buf_str(&b).p, "plain,\"a,b\",\"say \"\"x\"\"\",\" two\nlines\",,=1+2,-5,\"a;b\"\n");
    b = buf_new(a);
    csv_write_row(&b, cells, 8, CSV_GUARD | CSV_CRLF);
    assert_string_equal(buf_str(&b).p, "plain,\"a,b\",\"say \"\"x\"\"\",\" two\nlines\",,'=1+2,'-5,\"a;b\"\r\n");
    b = buf_new(a);
    csv_write_row(&b, &(str){"", 0}, 1, 0);
    assert_string_equal(buf_str(&b).p, "\"\"\n");
    arena_free(a);
}

static void test_guard(void **state)
{
    static const str cells[] = {STR("=1+2"), STR("'=1+2"), STR("''@x"), STR("'"), STR("''"), STR("'plain"), STR("+855 12 345"), STR("-"), STR("\tx"),
                                STR("'\rx"), STR("\nx"), STR("\uff1dSUM(A1)"), STR("'\uff20x"), STR("it's = 5"), STR(" =1"), STR("")};
    enum { N = sizeof cells / sizeof cells[0] };
    (void)state;
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    struct csv *csv;
    struct csv_row row;
    buf_add(&b, CSV_BOM);
    csv_write_row(&b, cells, N, CSV_GUARD | CSV_CRLF);
    assert_int_equal(csv_open_bytes(buf_bytes(&b), NULL, &csv, NULL), 0);
    assert_int_equal(csv_next(csv, &row, NULL), 1);
    assert_null(row.error);
    assert_int_equal(row.n, N);
    for (size_t i = 0; i < N; i++) {
        assert_true(str_eq(csv_unguard(row.cells[i]), cells[i])); /* what went out comes back */
        assert_null(row.cells[i].len ? memchr("=+-@\t\r\n\xef", row.cells[i].p[0], 8) : NULL);
    }
    csv_close(csv);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_long_line_costs_only_itself),
        cmocka_unit_test(test_rows_across_buffers),
        cmocka_unit_test(test_hostile_quotes_stay_linear),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_guard),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
