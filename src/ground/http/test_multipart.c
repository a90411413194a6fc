/* Tests of forms with files: as browsers send them, and as nobody should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "ground/http/multipart.h"

#define TYPE "multipart/form-data; boundary=----WebKitFormBoundaryAb1"
#define START "------WebKitFormBoundaryAb1\r\n"
#define NEXT "\r\n------WebKitFormBoundaryAb1\r\n"
#define END "\r\n------WebKitFormBoundaryAb1--\r\n"
#define FIELD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_AS(name) "Content-Disposition: form-data; name=\"file\"; filename=\"" name "\"\r\nContent-Type: text/CSV; charset=x\r\n\r\n"

static struct text *text;
static struct arena *arena;
static struct form form;
static struct form_files files;
static struct err err;

static int parse_len(const char *type, const char *body, size_t len)
{
    err = (struct err){0};
    return multipart_parse(arena, text, str_from(type), (bytes){(const uint8_t *)body, len}, &form, &files, &err);
}

static int parse(const char *type, const char *body)
{
    return parse_len(type, body, strlen(body));
}

static void test_as_browsers_send(void **state)
{
    (void)state;
    static const char body[] = START FIELD("csrf") "token" NEXT FIELD("note") "one\r\ntwo" NEXT FILE_AS("people.csv") "name\r\n\0\r\n--x\r\n" NEXT
        "Content-Disposition: form-data; name=\"other\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n" NEXT FIELD("say%22 \xe1\x9e\x94") "" END;
    assert_int_equal(parse_len(TYPE, body, sizeof body - 1), 0);
    assert_int_equal(form.n, 3);
    assert_true(str_eq(form_get(&form, "csrf"), STR("token")));
    assert_true(str_eq(form_get(&form, "note"), STR("one\ntwo")));
    assert_true(form_has(&form, "say\" \xe1\x9e\x94"));
    assert_int_equal(files.n, 1); /* no file was chosen for the other */
    const struct form_file *file = form_file(&files, "file");
    assert_non_null(file);
    assert_null(form_file(&files, "other"));
    assert_true(str_eq(file->name, STR("people.csv")));
    assert_true(str_eq(file->type, STR("text/csv")));
    assert_true(str_eq(bytes_str(file->content), ((str){"name\r\n\0\r\n--x\r\n", 14})));
    assert_int_equal(parse("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"", "--a b  \r\ncontent-disposition: form-data; name=x\r\n\r\n\r\n--a b--"), 0);
    assert_true(form_has(&form, "x"));
    assert_int_equal(parse(TYPE, "------WebKitFormBoundaryAb1--\r\n"), 0);
    assert_int_equal(form.n + files.n, 0);
}

static void test_names(void **state)
{
    (void)state;
    static const struct { const char *sent, *kept; } cases[] = {
        {"a.csv", "a.csv"},
        {"../../etc/passwd", "passwd"},
        {"C:\\\\Users\\\\x\\\\list.xlsx", "list.xlsx"},
        {"C:\\Users\\x\\list.xlsx", "list.xlsx"},
        {"..", "file"},
        {"/", "file"},
        {"%0D%0ASet-Cookie: x", "Set-Cookie: x"},
        {"say \\\"x\\\".png", "say \"x\".png"},
        {"say %22x%22.png", "say \"x\".png"},
        {"photo\xe2\x80\xaegpj.exe", "photogpj.exe"}, /* a right-to-left override */
        {"e\xcc\x81t\xc3\xa9.pdf", "\xc3\xa9t\xc3\xa9.pdf"}, /* NFC */
        {"\xe1\x9e\x94\xe2\x80\x8b\xe1\x9e\x9a.txt", "\xe1\x9e\x94\xe2\x80\x8b\xe1\x9e\x9a.txt"}, /* a zero-width space parts Khmer words */
        {"   ", "file"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        str body = str_printf(arena, START FILE_AS("%s") "x" END, cases[i].sent);
        if (parse(TYPE, body.p) < 0)
            fail_msg("%s: %s", cases[i].sent, err.text);
        if (!str_eq(files.all[0].name, str_from(cases[i].kept)))
            fail_msg("%s became %.*s", cases[i].sent, STR_ARG(files.all[0].name));
    }
    char name[2000];
    memset(name, 'x', sizeof name);
    memcpy(name, "\xe1\x9e\x94", 3);
    memcpy(name + sizeof name - 6, ".jpeg", 6);
    assert_int_equal(parse(TYPE, str_printf(arena, START FILE_AS("%s") "x" END, name).p), 0);
    assert_int_equal(files.all[0].name.len, MULTIPART_NAME_MAX);
    assert_true(str_ends(files.all[0].name, STR(".jpeg")));
}

static void test_refused(void **state)
{
    (void)state;
    static const struct { const char *type, *body; } cases[] = {
        {"multipart/form-data", START FIELD("a") "x" END},
        {"multipart/form-data; boundary=", START FIELD("a") "x" END},
        {"multipart/form-data; boundary=a; boundary=b", "--a\r\n" FIELD("x") "y\r\n--a--"},
        {"multipart/form-data; boundary=\"a", "--a\r\n" FIELD("x") "y\r\n--a--"},
        {"multipart/form-data; boundary=\"a\x01\"", "--a\x01\r\n" FIELD("x") "y\r\n--a\x01--"},
        {"multipart/form-data; boundary=1234567890123456789012345678901234567890123456789012345678901234567890x", ""},
        {"multipart/mixed; boundary=a", "--a\r\n" FIELD("x") "y\r\n--a--"},
        {TYPE, ""},
        {TYPE, "hello\r\n" START FIELD("a") "x" END},
        {TYPE, START FIELD("a") "x" END "and more"},
        {TYPE, START FIELD("a") "x"},
        {TYPE, START FIELD("a") "x" NEXT},
        {TYPE, START FIELD("a") "x\r\n------WebKitFormBoundaryAb1x" END}, /* a delimiter in the middle of a line's beginning */
        {TYPE, START "x" END},
        {TYPE, START "\r\nx" END},
        {TYPE, START "Content-Type: text/plain\r\n\r\nx" END},
        {TYPE, START "Content-Disposition: attachment; name=\"a\"\r\n\r\nx" END},
        {TYPE, START "Content-Disposition: form-data\r\n\r\nx" END},
        {TYPE, START "Content-Disposition: form-data; filename=\"a\"\r\n\r\nx" END},
        {TYPE, START "Content-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\nx" END},
        {TYPE, START "Content-Disposition: form-data; name=\"a\"; filename=\"b\"; filename=\"c\"\r\n\r\nx" END},
        {TYPE, START "Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''b\r\n\r\nx" END},
        {TYPE, START "Content-Disposition: form-data; name=\"a\r\n\r\nx" END},
        {TYPE, START "Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nx" END},
        {TYPE, START "Content-Disposition: form-data;\r\n name=\"a\"\r\n\r\nx" END}, /* folded */
        {TYPE, START "Content-Disposition : form-data; name=\"a\"\r\n\r\nx" END},
        {TYPE, START "Content-Disposition: form-data; name=\"a\"\n\nx" END},
        {TYPE, START "Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\neA==" END},
        {TYPE, START "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nx" END},
        {TYPE, START "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: <b>\r\n\r\nx" END},
        {TYPE, START FIELD("a\x01") "x" END},
        {TYPE, START FIELD("a%0Ab\x7f") "x" END},
        {TYPE, START FIELD("a") "x\x01" END},
        {TYPE, START FIELD("a") "\xc0\xaf" END},
        {TYPE, START FILE_AS("\xff.csv") "x" END},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (parse(cases[i].type, cases[i].body) != ERR_INPUT)
            fail_msg("case %zu was taken", i);
}

static void test_bounds(void **state)
{
    (void)state;
    struct buf b = buf_new(arena);
    for (int i = 0; i <= FORM_PAIRS_MAX; i++)
        buf_add(&b, i ? STR(NEXT FIELD("a") "x") : STR(START FIELD("a") "x"));
    buf_add(&b, STR(END));
    assert_int_equal(parse(TYPE, buf_str(&b).p), ERR_LIMIT);
    b.len = 0;
    for (int i = 0; i <= MULTIPART_FILES_MAX; i++)
        buf_add(&b, i ? STR(NEXT FILE_AS("a") "x") : STR(START FILE_AS("a") "x"));
    buf_add(&b, STR(END));
    assert_int_equal(parse(TYPE, buf_str(&b).p), ERR_LIMIT);
    b.len = 0;
    buf_add(&b, STR(START FIELD("a")));
    for (int i = 0; i <= MULTIPART_TEXT_MAX; i++)
        buf_byte(&b, 'x');
    buf_add(&b, STR(END));
    assert_int_equal(parse(TYPE, buf_str(&b).p), ERR_LIMIT);
    b.len = 0;
    buf_add(&b, STR(START));
    for (int i = 0; i < 100000; i++)
        buf_add(&b, STR("X-Header: y\r\n"));
    buf_add(&b, STR(FIELD("a") END));
    assert_int_equal(parse(TYPE, buf_str(&b).p), ERR_INPUT);
}

/* Every beginning of a form is refused, every one with a byte changed is read or refused: nothing else happens. */
static void test_cut_and_bent(void **state)
{
    (void)state;
    static const char whole[] = START FIELD("csrf") "token" NEXT FILE_AS("a%22.csv") "x\r\n------WebKit" END;
    char bent[sizeof whole];
    for (size_t len = 0; len < sizeof whole - 3; len++)
        if (parse_len(TYPE, whole, len) != ERR_INPUT)
            fail_msg("the first %zu bytes were taken", len);
    for (size_t i = 0; i < sizeof whole - 1; i++) {
        memcpy(bent, whole, sizeof whole);
        bent[i] ^= 0x20;
        int r = parse_len(TYPE, bent, sizeof whole - 1);
        assert_true(r == 0 || r == ERR_INPUT);
    }
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return text_open(&text, &err);
}

static int tear_down(void **state)
{
    (void)state;
    text_close(text);
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_browsers_send), cmocka_unit_test(test_names),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_bounds),           cmocka_unit_test(test_cut_and_bent),
    };
    return cmocka_run_group_tests_name("ground/multipart", tests, set_up, tear_down);
}
