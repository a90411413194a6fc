/* render: a document through comity-render, read by poppler: pages, numbers, words, title; and descriptions that do not hold together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ground/report/paper.h"
#include "ground/report/render.h"
#include "ground/report/report.h"

#define TEXT(words) (struct paper_text){STR("en"), STR(words)}

static struct buf document(struct arena *a, enum paper_head_number kind, int rows)
{
    static const uint8_t weights[] = {1, 3};
    struct buf b = buf_new(a);
    paper_begin(&b, &(struct paper_head){STR("en"), STR("Summary \u17a0"), STR("Hope House"), STR("Restricted"), kind == PAPER_IS_MARKED, kind == PAPER_IS_COUNTED});
    paper_heading(&b, 1, TEXT("What is known"));
    paper_field(&b, TEXT("Name"), (struct paper_text){{0}, STR("Nguy\u1ec5n Th\u1ecb Hoa \u0e2b\u0e21\u0e39\u0e48\u0e1a\u0e49\u0e32\u0e19")});
    paper_paragraph(&b, PAPER_NOTICE, TEXT("left \u202eto\u202c right\a here"));
    paper_columns(&b, (struct paper_text[]){TEXT("Date"), TEXT("Note of the day")}, weights, 2);
    for (int i = 0; i < rows; i++) {
        char date[32];
        int n = snprintf(date, sizeof date, "day%d", i);
        paper_row(&b, (struct paper_text[]){{{0}, {date, (size_t)n}}, TEXT("went to the market")}, 2);
    }
    paper_table_end(&b);
    paper_sign(&b, PAPER_SIGNATURE, TEXT("Signature"));
    paper_sign(&b, PAPER_THUMB, TEXT("Thumbprint"));
    paper_end(&b);
    return b;
}

static int64_t pull_all(struct report *r, struct buf *out, struct err *err)
{
    uint8_t piece[5000];
    int64_t got;
    while ((got = report_pull(r, piece, sizeof piece, err)) > 0)
        buf_add_bytes(out, piece, (size_t)got);
    report_close(r);
    return got;
}

/* What a program of poppler says of the file. */
static char *said(struct arena *a, const char *program, bytes pdf)
{
    char path[] = "/tmp/comity-render-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pdf.p, pdf.len), pdf.len);
    close(fd);
    FILE *f = popen(str_printf(a, "%s %s %s", program, path, strcmp(program, "pdfinfo") ? "-" : "").p, "r");
    char *out = arena_alloc(a, 1 << 20);
    out[fread(out, 1, (1 << 20) - 1, f)] = 0;
    assert_int_equal(pclose(f), 0);
    unlink(path);
    return out;
}

static int count(const char *text, const char *word)
{
    int n = 0;
    for (; (text = strstr(text, word)); text += strlen(word))
        n++;
    return n;
}

static void test_document(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (enum paper_head_number kind = PAPER_BARE; kind <= PAPER_IS_MARKED; kind++) {
        struct report *r;
        struct err err = {0};
        struct buf description = document(a, kind, 100), pdf = buf_new(a);
        assert_int_equal(report_document(buf_str(&description), &r, &err), 0);
        assert_int_equal(pull_all(r, &pdf, &err), 0);
        const char *info = said(a, "pdfinfo", buf_bytes(&pdf)), *text = said(a, "pdftotext -layout", buf_bytes(&pdf));
        assert_non_null(strstr(info, "Summary \u17a0"));
        assert_non_null(strstr(info, "Pages:           3"));
        assert_int_equal(memmem(pdf.p, pdf.len, "/StructTreeRoot", 15) != NULL, kind != PAPER_BARE);
        assert_int_equal(count(text, "Hope House"), 3);
        assert_int_equal(count(text, "Restricted"), 3);
        assert_int_equal(count(text, "Note of the day"), 3); /* the table's first row on each of its pages */
        assert_int_equal(count(text, "1/3"), kind == PAPER_IS_COUNTED); /* pdftotext leaves the thin spaces out */
        assert_int_equal(count(text, "3/3"), 1); /* known on the last page in any case */
        assert_int_equal(count(text, "went to the market"), 100);
        assert_non_null(strstr(text, "Nguy\u1ec5n Th\u1ecb Hoa \u0e2b\u0e21\u0e39\u0e48\u0e1a\u0e49\u0e32\u0e19"));
        assert_non_null(strstr(text, "left to right here"));
    }
    arena_free(a);
}

static void test_wide(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b = buf_new(a), pdf = buf_new(a);
    struct report *r;
    struct err err = {0};
    paper_begin(&b, &(struct paper_head){STR("en"), STR("Rota"), STR("Hope House"), STR("The hall"), .counted = true, .wide = true});
    paper_page(&b); /* nothing is left behind */
    paper_heading(&b, 1, TEXT("A week"));
    paper_page(&b);
    paper_heading(&b, 1, TEXT("Another week"));
    paper_end(&b);
    assert_int_equal(report_document(buf_str(&b), &r, &err), 0);
    assert_int_equal(pull_all(r, &pdf, &err), 0);
    const char *info = said(a, "pdfinfo", buf_bytes(&pdf)), *text = said(a, "pdftotext -layout", buf_bytes(&pdf));
    assert_non_null(strstr(info, "841.89 x 595.28 pts (A4)"));
    assert_non_null(strstr(info, "Pages:           2"));
    assert_int_equal(count(text, "The hall"), 2);
    assert_int_equal(count(text, "1/2"), 1);
    assert_true(strstr(text, "A week") < strstr(text, "Another week"));
    arena_free(a);
}

static int next(void *state, str cells[], struct err *err)
{
    int *left = state;
    (void)err;
    cells[0] = STR("007");
    cells[1] = STR("\u1781\u17d2\u1789\u17bb\u17c6\u179a\u179f\u17cb\u1793\u17c5\u1780\u17d2\u1793\u17bb\u1784\u1797\u17bc\u1798\u17b7");
    return (*left)-- > 0;
}

/* A long table leaves page by page, and the process that makes it does not grow with it. */
static void test_table(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const str columns[] = {STR("File"), STR("Name")};
    struct report_table table = {.title = STR("All cases"), .columns = columns, .n = 2, .agency = STR("Hope House")};
    long before = 0;
    for (int rows = 3000; rows <= 12000; rows *= 4) {
        struct report *r;
        struct err err = {0};
        struct buf pdf = buf_new(a);
        struct rusage used;
        int left = rows;
        assert_int_equal(report_open(REPORT_PDF, &table, &(struct report_rows){next, &left}, &r, &err), 0);
        assert_int_equal(pull_all(r, &pdf, &err), 0);
        assert_non_null(strstr(said(a, "pdfinfo", buf_bytes(&pdf)), "All cases"));
        assert_int_equal(getrusage(RUSAGE_CHILDREN, &used), 0);
#ifndef __SANITIZE_ADDRESS__ /* which keeps freed memory back */
        if (before)
            assert_in_range(used.ru_maxrss, 0, before + 8192); /* kilobytes: the greatest child so far, pdfinfo included */
#endif
        before = used.ru_maxrss;
        (void)before;
    }
    arena_free(a);
}

static void test_broken(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct report *r;
    struct err err = {0};
    struct buf whole = document(a, PAPER_IS_COUNTED, 3), again = buf_new(a), out = buf_new(a);
    assert_int_equal(freopen("/dev/null", "w", stderr) != NULL, 1); /* the other process says why */
    for (size_t cut = 0; cut < whole.len; cut += 97) {
        assert_int_equal(report_document((str){whole.p, cut}, &r, &err), 0);
        assert_int_equal(pull_all(r, &out, &err), ERR_IO);
    }
    buf_add(&again, buf_str(&whole));
    buf_add(&again, buf_str(&whole));
    assert_int_equal(report_document(buf_str(&again), &r, &err), 0);
    assert_int_equal(pull_all(r, &out, &err), ERR_IO);
    assert_int_equal(report_document(buf_str(&whole), &r, &err), 0); /* nobody takes it */
    report_close(r);
    setenv("COMITY_RENDER", "/nonexistent/render", 1);
    assert_int_equal(report_document(buf_str(&whole), &r, &err), ERR_IO);
    assert_non_null(strstr(err.text, "/nonexistent/render"));
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_document), cmocka_unit_test(test_wide), cmocka_unit_test(test_table), cmocka_unit_test(test_broken)};
    return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
