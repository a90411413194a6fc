/* breaks: known sentences fall into their words, and nothing else changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ground/text/breaks.h"
#include "ground/text/text.h"

/* The softened text with | for each zero width space. */
static str show(struct text_breaks *b, struct arena *a, str s)
{
    str soft = text_soften(b, a, s);
    assert_true(str_eq(text_soften(b, a, soft), soft)); /* twice is once */
    struct buf out = buf_new(a);
    for (size_t at = 0; at < soft.len;) {
        size_t from = at;
        if (text_next(soft, &at) == 0x200b)
            buf_byte(&out, '|');
        else
            buf_add(&out, str_slice(soft, from, at));
    }
    return buf_str(&out);
}

static void test_sentences(void **state)
{
    static const struct { str in; const char *out; } samples[] = {
        {STR("ខ្ញុំរស់នៅក្នុងភូមិមួយនៅខេត្តបាត់ដំបងជាមួយគ្រួសាររបស់ខ្ញុំ។ ឈ្មោះ សុខ"), "ខ្ញុំ|រស់នៅ|ក្នុង|ភូមិ|មួយ|នៅ|ខេត្តបាត់ដំបង|ជាមួយ|គ្រួសារ|របស់ខ្ញុំ។ ឈ្មោះ សុខ"},
        {STR("ฉันอาศัยอยู่ในหมู่บ้านเล็กแห่งหนึ่งกับครอบครัวของฉัน"), "ฉัน|อาศัย|อยู่|ใน|หมู่บ้าน|เล็ก|แห่ง|หนึ่ง|กับ|ครอบครัว|ของ|ฉัน"},
        {STR("ຂ້ອຍອາໄສຢູ່ໃນບ້ານກັບຄອບຄົວ"), "ຂ້ອຍ|ອາໄສ|ຢູ່ໃນ|ບ້ານ|ກັບ|ຄອບຄົວ"},
        {STR("ကျွန်ုပ်သည်ရွာတစ်ရွာတွင်မိသားစုနှင့်"), "ကျွန်ုပ်|သည်|ရွာ|တစ်|ရွာ|တွင်|မိသားစု|နှင့်"},
        {STR("Nguyễn Thị Hoa, born 12 May 1999; มีครอบครัว (ខ្ញុំរស់នៅ)"), "Nguyễn Thị Hoa, born 12 May 1999; มี|ครอบครัว (ខ្ញុំ|រស់នៅ)"},
        {STR("ឆ្នាំ២០២៤"), "ឆ្នាំ២០២៤"}, /* a number stays with its word */
        {STR("ខ្ញុំ\u200bរស់\u200bនៅ"), "ខ្ញុំ|រស់|នៅ"}, /* what the writer put in stays */
        {STR("plain"), "plain"},
        {STR(""), ""},
        {STR("\xe1\x9e"), "\xe1\x9e"}, /* half a letter */
    };
    (void)state;
    struct arena *a = arena_new();
    struct text_breaks *b;
    assert_int_equal(text_breaks_open(&b, NULL), 0);
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        assert_string_equal(show(b, a, samples[i].in).p, samples[i].out);
    text_breaks_close(b);
    arena_free(a);
}

/* Any letters in any order: taking the breaks out again gives the text back, and none stands inside a cluster. */
static void test_nonsense(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct text_breaks *b;
    assert_int_equal(text_breaks_open(&b, NULL), 0);
    uint32_t seed = 7;
    for (int round = 0; round < 400; round++) {
        static const uint32_t firsts[] = {0x1780, 0x0e00, 0x0e80, 0x1000};
        struct buf text = buf_new(a), back = buf_new(a);
        for (int i = 0; i < 60; i++) {
            seed = seed * 1664525u + 1013904223u;
            text_put(&text, firsts[round % 4] + (seed >> 16) % 0x60);
        }
        str soft = text_soften(b, a, buf_str(&text));
        assert_true(str_eq(text_soften(b, a, soft), soft));
        uint32_t before = 0;
        for (size_t at = 0; at < soft.len;) {
            size_t from = at;
            uint32_t point = text_next(soft, &at);
            if (point != 0x200b)
                buf_add(&back, str_slice(soft, from, at));
            else
                assert_true(before != 0x17d2 && before != 0x1039);
            assert_false(before == 0x200b && text_is_mark(point));
            before = point;
        }
        assert_true(str_eq(buf_str(&back), buf_str(&text)));
        arena_reset(a);
    }
    text_breaks_close(b);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sentences), cmocka_unit_test(test_nonsense)};
    return cmocka_run_group_tests_name("text/breaks", tests, NULL, NULL);
}
