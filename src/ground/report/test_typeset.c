/* typeset: at every width, every line of known sentences ends where a word ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fontconfig/fontconfig.h>
#include <string.h>

#include "ground/report/typeset.h"
#include "ground/text/text.h"

/* The text without the bars, and for each of its bytes whether a word ends before it. */
static str without_bars(struct arena *a, str words, bool ends[])
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < words.len; i++)
        if (words.p[i] == '|')
            ends[b.len] = true;
        else
            buf_byte(&b, words.p[i]);
    ends[b.len] = true;
    return buf_str(&b);
}

/* Bytes of p that are not a zero width space or a space. */
static size_t letters(const char *p, size_t len)
{
    size_t n = 0, at = 0;
    while (at < len) {
        size_t from = at;
        uint32_t point = text_next((str){p, len}, &at);
        n += point == 0x200b ? 0 : at - from;
    }
    return n;
}

static void test_line_ends(void **state)
{
    static const struct { const char *language; str words; } samples[] = {
        {"km", STR("ខ្ញុំ|រស់នៅ|ក្នុង|ភូមិ|មួយ|នៅ|ខេត្តបាត់ដំបង|ជាមួយ|គ្រួសារ|របស់ខ្ញុំ។ |ឈ្មោះ |សុខ |ស្រីមុំ")},
        {"th", STR("ฉัน|อาศัย|อยู่|ใน|หมู่บ้าน|เล็ก|แห่ง|หนึ่ง|กับ|ครอบครัว|ของ|ฉัน")},
        {"lo", STR("ຂ້ອຍ|ອາໄສ|ຢູ່ໃນ|ບ້ານ|ກັບ|ຄອບຄົວ")},
        {"en", STR("ខ្ញុំ|រស់នៅ|ក្នុង|ភូមិ|มี|ครอบครัว |Nguyễn |Thị |Hoa")}, /* the language does not have to be right */
    };
    (void)state;
    struct arena *a = arena_new();
    struct typeset *t;
    assert_int_equal(typeset_open(&t, NULL), 0);
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        for (int width = 90; width < 300; width += 7) {
            bool ends[1024] = {0};
            struct paper_text text = {str_from(samples[i].language), without_bars(a, samples[i].words, ends)};
            PangoLayout *layout = typeset_text(t, &text, FONT_BODY, width);
            const char *shown = pango_layout_get_text(layout);
            assert_int_equal(pango_layout_get_unknown_glyphs_count(layout), 0);
            for (int n = 0; n < pango_layout_get_line_count(layout); n++) {
                PangoLayoutLine *line = pango_layout_get_line_readonly(layout, n);
                size_t end = letters(shown, (size_t)(line->start_index + line->length));
                assert_true(end <= text.text.len);
                assert_true(ends[end]);
            }
            g_object_unref(layout);
        }
    typeset_close(t);
    arena_free(a);
}

/* A word longer than the line is cut between clusters, not lost. */
static void test_long_word(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct typeset *t;
    struct buf long_word = buf_new(a);
    for (int i = 0; i < 2000; i++)
        buf_add(&long_word, STR("ក្ក"));
    assert_int_equal(typeset_open(&t, NULL), 0);
    PangoLayout *layout = typeset_text(t, &(struct paper_text){.text = buf_str(&long_word)}, FONT_BODY, 200);
    PangoRectangle box;
    pango_layout_get_extents(layout, NULL, &box);
    assert_true(pango_layout_get_line_count(layout) > 10);
    assert_true(box.width <= 200 * PANGO_SCALE);
    g_object_unref(layout);
    typeset_close(t);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_line_ends), cmocka_unit_test(test_long_word)};
    int failed = cmocka_run_group_tests_name("typeset", tests, NULL, NULL);
    FcFini(); /* what it keeps for the next is no leak */
    return failed;
}
