/* text: UTF-8, normal forms, scripts, transliteration, legacy encodings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ground/text/text.h"

static struct text *text;

static int open_text(void **state)
{
    (void)state;
    struct err err = {0};
    return text_open(&text, &err);
}

static int close_text(void **state)
{
    (void)state;
    text_close(text);
    return 0;
}

static void test_utf8_validity(void **state)
{
    (void)state;
    assert_true(text_utf8_valid(STR("")));
    assert_true(text_utf8_valid(STR("Phạm \xEF\xBF\xBD ok"))); /* a U+FFFD that was written is valid */
    assert_false(text_utf8_valid(STR("\xC0\x80")));            /* overlong */
    assert_false(text_utf8_valid(STR("\xED\xA0\x80")));        /* surrogate */
    assert_false(text_utf8_valid(STR("abc\xE1\x9E")));         /* cut off */
    assert_false(text_utf8_valid(STR("\xF5\x80\x80\x80")));    /* beyond U+10FFFF */
}

static void test_forms(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_true(str_eq(text_nfc(text, a, STR("e\xCC\x81")), STR("é")));
    size_t len;
    uint32_t *p = text_points(text, a, STR("Ｊo\xE2\x80\x8B" "S\xC3\x89ß"), TEXT_NFKC_FOLDED, &len); /* full-width J, zero-width space */
    assert_true(str_eq(text_from_points(a, p, len), STR("joséss")));
    p = text_points(text, a, STR("a\xFF" "b"), TEXT_NFC, &len);
    assert_int_equal(len, 3);
    assert_int_equal(p[1], 0xFFFD);
    arena_free(a);
}

static void test_letters(void **state)
{
    (void)state;
    assert_int_equal(text_script(text, 0x1780), TEXT_SCRIPT('K', 'h', 'm', 'r'));
    assert_int_equal(text_script(text, 'z'), TEXT_LATIN);
    assert_int_equal(text_script(text, '-'), TEXT_COMMON);
    assert_int_equal(text_digit(0x17E5), 5); /* Khmer five */
    assert_int_equal(text_digit('x'), -1);
    assert_int_equal(text_base(text, 0x1EC7), 'e'); /* ệ has two marks */
    assert_int_equal(text_base(text, 0x142), 0x142); /* ł has no decomposition */
    assert_true(text_is_mark(0x301));
    assert_false(text_is_letter(0x301));
    assert_true(text_is_space(0x3000));
}

static void test_to_latin(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    uint32_t georgian[] = {0x10D2}, thai[] = {0xE01};
    assert_true(str_eq(text_to_latin(text, a, TEXT_SCRIPT('G', 'e', 'o', 'r'), georgian, 1), STR("g")));
    assert_int_equal(text_to_latin(text, a, TEXT_SCRIPT('T', 'h', 'a', 'i'), thai, 1).len, 0);
    arena_free(a);
}

static void test_decode(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    str out;
    assert_int_equal(text_decode(a, "windows-874", str_bytes(STR("\xA1")), &out, &err), 0);
    assert_true(str_eq(out, STR("ก")));
    assert_int_equal(text_decode(a, "no-such", str_bytes(STR("a")), &out, &err), ERR_INPUT);
    assert_int_equal(text_decode(a, "gb18030", str_bytes(STR("ab\xFF")), &out, &err), ERR_INPUT);

    struct buf big = buf_new(a); /* longer than the decoder's inner chunk */
    for (int i = 0; i < 5000; i++)
        buf_byte(&big, (char)0xE9);
    assert_int_equal(text_decode(a, "iso-8859-1", buf_bytes(&big), &out, &err), 0);
    assert_int_equal(out.len, 10000);
    arena_free(a);
}

static void test_places_have_names(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *const *codes;
    assert_true(str_eq(text_country_name(a, "en", STR("TH")), STR("Thailand")));
    assert_true(str_eq(text_country_name(a, "km", STR("KH")), STR("កម្ពុជា")));
    assert_true(str_eq(text_language_name(a, "de", STR("km")), STR("Khmer")));
    assert_true(str_eq(text_country_name(a, "en", STR("not a code")), STR("not a code")));
    assert_true(text_countries(&codes) > 200);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places_have_names),
        cmocka_unit_test(test_utf8_validity), cmocka_unit_test(test_forms),  cmocka_unit_test(test_letters),
        cmocka_unit_test(test_to_latin),      cmocka_unit_test(test_decode),
    };
    return cmocka_run_group_tests_name("text", tests, open_text, close_text);
}
