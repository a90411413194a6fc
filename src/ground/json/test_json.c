#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "ground/json/json.h"

static struct arena *a;

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static const struct json *parse(const char *text)
{
    const struct json *v;
    struct err err = {0};
    if (json_parse(a, "doc", str_bytes(str_from(text)), 1 << 16, &v, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    return v;
}

static void test_refuses_what_is_not_strict(void **state)
{
    (void)state;
    static const struct { const char *text; const char *says; } bad[] = {
        {"", "the text ends too early"},
        {"{\"a\":1", "the text ends too early"},
        {"{\"a\":1,\"a\":2}", "twice"},
        {"{} x", "after the end"},
        {"{\"a\":\"\xff\"}", "not UTF-8"},
        {"{\"a\":\"\xed\xa0\x80\"}", "not UTF-8"},
        {"{\"a\":\"\\u0000\"}", "NUL"},
        {"[1e999]", "too large"},
        {"[92233720368547758079]", "too large"},
        {"[01]", "doc: line 1"},
        {"[NaN]", "not valid JSON"},
        {"[1,]", "not valid JSON"},
        {"{'a':1}", "not valid JSON"},
        {"{\"a\":1}/* */", "after the end"},
        {"7", "not valid JSON"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct json *v;
        struct err err = {0};
        assert_int_equal(json_parse(a, "doc", str_bytes(str_from(bad[i].text)), 100, &v, &err), ERR_INPUT);
        if (!strstr(err.text, bad[i].says))
            fail_msg("%s: \"%s\" does not say \"%s\"", bad[i].text, err.text, bad[i].says);
        assert_null(v);
    }
}

static void test_bounds_size_and_depth(void **state)
{
    (void)state;
    const struct json *v;
    struct err err = {0};
    assert_int_equal(json_parse(a, "doc", str_bytes(STR("[1,2,3]")), 6, &v, &err), ERR_LIMIT);
    char deep[2 * JSON_DEPTH_MAX + 3] = "";
    for (size_t depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
        memset(deep, '[', depth);
        memset(deep + depth, ']', depth);
        deep[2 * depth] = 0;
        int expected = depth <= JSON_DEPTH_MAX ? 0 : ERR_LIMIT;
        assert_int_equal(json_parse(a, "doc", str_bytes(str_from(deep)), 1000, &v, &err), expected);
    }
    parse("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[\"]"); /* brackets in a string are not depth */
}

static void test_getters_say_where(void **state)
{
    (void)state;
    const struct json *v = parse("{\"who\":{\"name\":7,\"list\":[{\"n\":\"x\"}]},\"key\":\"00ff\",\"upper\":\"00FF\",\"b\":\"AP8=\"}"), *who, *list;
    struct err err = {0};
    str text = {0};
    int64_t n = 0;
    uint8_t raw[2];
    assert_int_equal(json_get_object(v, "who", &who, &err), 0);
    assert_int_equal(json_get_str(who, "name", 10, &text, &err), ERR_INPUT);
    assert_string_equal(err.text, "doc.who.name: expected a string");
    assert_int_equal(json_get_str(who, "other", 10, &text, &err), ERR_INPUT);
    assert_string_equal(err.text, "doc.who.other: a string is missing");
    assert_int_equal(json_get_array(who, "list", &list, &err), 0);
    assert_int_equal(json_get_int(json_at(list, 0), "n", 0, 9, &n, &err), ERR_INPUT);
    assert_string_equal(err.text, "doc.who.list[0].n: expected an integer");
    assert_int_equal(json_get_int(who, "name", 8, 9, &n, &err), ERR_INPUT);
    assert_string_equal(err.text, "doc.who.name: must be from 8 to 9");
    assert_int_equal(json_get_hex(v, "key", raw, 2, &err), 0);
    assert_memory_equal(raw, "\x00\xff", 2);
    assert_int_equal(json_get_hex(v, "upper", raw, 2, &err), ERR_INPUT);
    assert_int_equal(json_get_hex(v, "key", raw, 1, &err), ERR_INPUT);
    memset(raw, 1, 2);
    assert_int_equal(json_get_base64(v, "b", raw, 2, &err), 0);
    assert_memory_equal(raw, "\x00\xff", 2);
    assert_int_equal(json_get_base64(v, "b", raw, 1, &err), ERR_INPUT);
    assert_int_equal(json_get_str(v, "key", 3, &text, &err), ERR_INPUT);
    assert_null(json_find(list, "n"));
    assert_null(json_at(list, 1));
}

static void test_writes_in_the_order_given(void **state)
{
    (void)state;
    struct json *o = json_object_new(a);
    json_put_str(o, "z", STR("a\"\\\n\x01 សុខ \xff"));
    json_put_int(o, "a", INT64_MIN);
    json_put_real(o, "r", 0.1);
    json_put_real(o, "not", NAN);
    json_put_time(o, "t", 1000);
    struct json *list = json_put_array(o, "list");
    json_add_int(list, 1);
    json_put_bool(json_add_object(list), "yes", true);
    json_put_array(o, "empty");
    str text = json_write(a, o, JSON_ONE_LINE);
    assert_string_equal(text.p, "{\"z\":\"a\\\"\\\\\\n\\u0001 សុខ \xef\xbf\xbd\",\"a\":-9223372036854775808,\"r\":0.1,\"not\":null,"
                                "\"t\":\"1970-01-01T00:00:01.000Z\",\"list\":[1,{\"yes\":true}],\"empty\":[]}");
    assert_string_equal(json_write(a, parse("{\"a\":[1,{}]}"), JSON_INDENTED).p, "{\n  \"a\": [\n    1,\n    {}\n  ]\n}\n");
}

static void test_what_is_written_is_read_back(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"b\":[],\"a\":{\"x\":[null,true,false,-1,9223372036854775807]}}", "[0.1,1.5e+300,5e-324]", "[\"\\\"\\\\\\u0001\"]", "[-0.0,2.0,-0e3,1e20]", "[]", "{\"\":0}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        str once = json_write(a, parse(texts[i]), JSON_ONE_LINE);
        str twice = json_write(a, parse(once.p), JSON_ONE_LINE);
        assert_string_equal(once.p, twice.p);
    }
    assert_string_equal(json_write(a, parse(texts[0]), JSON_ONE_LINE).p, texts[0]);
    assert_string_equal(json_write(a, parse("[-0e3,2.0,1e20,3]"), JSON_ONE_LINE).p, "[-0.0,2.0,1e+20,3]");
}

static void test_copies_values_whole(void **state)
{
    (void)state;
    static const char text[] = "{\"n\":null,\"list\":[true,-3,0.5,{\"inner\":[\"\\u00e4\",[]]}],\"s\":\"x\"}";
    const struct json *in = parse(text);
    struct json *o = json_object_new(a);
    for (size_t i = 0; i < json_count(in); i++)
        json_put_copy(o, str_c(a, json_key(in, i)), json_at(in, i));
    assert_true(str_eq(json_write(a, o, JSON_ONE_LINE), json_write(a, in, JSON_ONE_LINE)));
    assert_int_equal(json_count(o), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_refuses_what_is_not_strict, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bounds_size_and_depth, setup, teardown),
        cmocka_unit_test_setup_teardown(test_getters_say_where, setup, teardown),
        cmocka_unit_test_setup_teardown(test_writes_in_the_order_given, setup, teardown),
        cmocka_unit_test_setup_teardown(test_copies_values_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_written_is_read_back, setup, teardown),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
