/* Tests of what compiled templates write: whatever the values are, the elements stay the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ground/html/html.h"
#include "test_html.html.h"

static str page(struct arena *a, const struct test_view *v)
{
    struct html o = html_new(a, NULL);
    test_page(&o, v);
    return buf_str(&o.buf);
}

static size_t count(str s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += s.p[i] == c;
    return n;
}

static void test_values_stay_values(void **state)
{
    (void)state;
    static const char *const hostile[] = {
        "<script>alert(1)</script>", "\" onload=\"x", "' onload='x", "&lt;b&gt;", "</textarea><b>", "--><b>", "]]><b>", "\xc0\xbc" "b>", "\xff<", "a\0<b>",
    };
    struct arena *a = arena_new();
    struct test_view v = {.language = "en", .name = STR("plain"), .url = STR("/plain"), .n = 3, .items = {"one", "two", "three"}};
    str plain = page(a, &v);
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        v.name = str_from(hostile[i]);
        v.url = str_from(hostile[i]);
        v.items[1] = hostile[i];
        v.language = hostile[i];
        str s = page(a, &v);
        assert_int_equal(count(s, '<'), count(plain, '<'));
        assert_int_equal(count(s, '>'), count(plain, '>'));
        assert_int_equal(count(s, '"'), count(plain, '"'));
        assert_int_equal(count(s, '\''), 0);
    }
    arena_free(a);
}

static void assert_text(str in, const char *out)
{
    struct arena *a = arena_new();
    struct html o = html_new(a, NULL);
    html_text(&o, in);
    assert_string_equal(buf_str(&o.buf).p, out);
    arena_free(a);
}

static void test_text(void **state)
{
    (void)state;
    assert_text(STR("ស្រី & <ដា> \"'"), "ស្រី &amp; &lt;ដា&gt; &quot;&#39;");
    assert_text(STR("a\x01" "b\x7f" "c\xe2\x80\xae" "d\xe2\x81\xa6" "e"), "a\xef\xbf\xbd" "b\xef\xbf\xbd" "c\xef\xbf\xbd" "d\xef\xbf\xbd" "e");
    assert_text(STR("line\nline\ttab\r"), "line\nline\ttab\r");
    assert_text(STR("\xed\xa0\x80|\xc3"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd");
    assert_text(STR(""), "");
}

static void test_urls(void **state)
{
    (void)state;
    static const struct { const char *in, *out; } cases[] = {
        {"/files?x=1&y=2", "/files?x=1&amp;y=2"}, {"/", "/"}, {"#part", "#part"}, {"https://example.org/", "https://example.org/"}, {"", ""},
        {"mailto:a@example.org", "mailto:a@example.org"}, {"javascript:alert(1)", "#"}, {"JaVaScRiPt:alert(1)", "#"}, {" javascript:x", "#"},
        {"java\tscript:x", "#"}, {"//evil.example", "#"}, {"/\\evil.example", "#"}, {"/\t/evil.example", "#"}, {"\\\\evil.example", "#"},
        {"http://plain.example", "#"}, {"data:text/html,x", "#"}, {"vbscript:x", "#"}, {"files", "#"}, {"/a b", "#"},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct html o = html_new(a, NULL);
        html_url(&o, cases[i].in);
        assert_string_equal(buf_str(&o.buf).p, cases[i].out);
    }
    struct html o = html_new(a, NULL);
    html_url_part(&o, STR("a/b?c&d=\xe1\x9e\x80~"));
    assert_string_equal(buf_str(&o.buf).p, "a%2Fb%3Fc%26d%3D%E1%9E%80~");
    arena_free(a);
}

static void test_flow(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct test_view v = {.language = "km", .name = STR("\nDara"), .url = STR("/app.js"), .n = 1, .items = {"a"}};
    str s = page(a, &v);
    assert_true(str_starts(s, STR("<!DOCTYPE html>\n<html lang=\"km\">")));
    assert_true(str_contains(s, STR("<script src=\"/app.js\" defer></script>")));
    assert_true(str_contains(s, STR("<textarea name=\"text\">\n\nDara</textarea>"))); /* a browser drops the first line end */
    assert_true(str_contains(s, STR("<p>1 file</p>")));
    assert_true(str_contains(s, STR("<p>one</p>")));
    assert_false(str_contains(s, STR("checked")));
    assert_true(str_ends(s, STR("</body></html>")));
    v.n = 2;
    s = page(a, &v);
    assert_true(str_contains(s, STR("<li class=\"a current\">")));
    assert_true(str_contains(s, STR("<input type=\"checkbox\" checked value=")));
    assert_true(str_contains(s, STR("<p>2 files</p>")));
    assert_true(str_contains(s, STR("many: 2")));
    arena_free(a);
}

/* A message's values are escaped, once, and a value that looks like a name is not replaced again. */
static void test_messages(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct html o = html_new(a, NULL);
    const struct html_arg args[] = {{"a", STR("<{b}>")}, {"b", STR("&")}};
    html_message(&o, "{a} and {b} and {c} and {", args, 2);
    assert_string_equal(buf_str(&o.buf).p, "&lt;{b}&gt; and &amp; and {c} and {");
    assert_string_equal(html_words(&o, "{a}", args, 2).p, "<{b}>");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_stay_values), cmocka_unit_test(test_text),     cmocka_unit_test(test_urls),
        cmocka_unit_test(test_flow),               cmocka_unit_test(test_messages),
    };
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
