#include "ground/text/breaks.h"

#include <stdlib.h>

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "ground/text/text.h"

#define ZERO_WIDTH_SPACE 0x200b
#define SOFTEN_MAX ((size_t)1 << 30) /* ICU counts in 32 bits; longer texts stay as they are */

struct text_breaks {
    UBreakIterator *lines;
};

int text_breaks_open(struct text_breaks **out, struct err *err)
{
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *lines = ubrk_open(UBRK_LINE, "km", NULL, 0, &status);
    if (U_FAILURE(status))
        return err_set(err, ERR_IO, "ICU cannot load its line breaking data: %s; reinstall libicu", u_errorName(status));
    *out = mem_calloc(1, sizeof **out);
    (*out)->lines = lines;
    return 0;
}

void text_breaks_close(struct text_breaks *b)
{
    if (!b)
        return;
    ubrk_close(b->lines);
    free(b);
}

/* The blocks whose letters follow each other without spaces. */
static bool is_joined(uint32_t point)
{
    static const uint32_t blocks[][2] = {
        {0x0e00, 0x0e7f}, {0x0e80, 0x0eff}, /* Thai, Lao */
        {0x1000, 0x109f}, {0xa9e0, 0xa9ff}, {0xaa60, 0xaa7f}, /* Myanmar and its extensions */
        {0x1780, 0x17d3}, {0x17d7, 0x17d7}, {0x17dc, 0x17dd}, /* Khmer without its punctuation, currency and digits */
    };
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        if (point >= blocks[i][0] && point <= blocks[i][1])
            return text_is_letter(point) || text_is_mark(point);
    return false;
}

/* Nothing may be put behind these: what they carry follows. */
static bool leans_forward(uint32_t point)
{
    bool leading_vowel = (point >= 0x0e40 && point <= 0x0e44) || (point >= 0x0ec0 && point <= 0x0ec4);
    return leading_vowel || point == 0x17d2 || point == 0x1039; /* coeng, virama */
}

/* Nothing may be put before these: they belong to what stands before. */
static bool leans_back(uint32_t point)
{
    static const uint32_t signs[] = {0x0e2f, 0x0e30, 0x0e32, 0x0e33, 0x0e45, 0x0e46, 0x0eb0, 0x0eb2, 0x0eb3, 0x0ebd, 0x0ec6, 0x17d7};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (point == signs[i])
            return true;
    return text_is_mark(point);
}

/* Bytes that begin a letter of these blocks in UTF-8: a quick look, for the many texts that have none. */
static bool may_be_joined(str s)
{
    for (size_t i = 0; i + 1 < s.len; i++) {
        uint8_t first = (uint8_t)s.p[i], second = (uint8_t)s.p[i + 1];
        if ((first == 0xe0 && second >= 0xb8 && second <= 0xbb) || (first == 0xe1 && (second <= 0x82 || second == 0x9e || second == 0x9f)) ||
            (first == 0xea && second >= 0xa7 && second <= 0xa9))
            return true;
    }
    return false;
}

/* Marks soft[i] for each byte i of plain where a word of ours begins behind another. */
static void find_words(struct text_breaks *b, str plain, bool soft[])
{
    UErrorCode status = U_ZERO_ERROR;
    UText *text = utext_openUTF8(NULL, plain.p, (int64_t)plain.len, &status);
    ubrk_setUText(b->lines, text, &status);
    if (U_SUCCESS(status))
        for (int32_t at = ubrk_first(b->lines); at != UBRK_DONE; at = ubrk_next(b->lines))
            if (at > 0 && (size_t)at < plain.len)
                soft[at] = true;
    ubrk_setText(b->lines, NULL, 0, &status); /* it must not keep what is about to go */
    utext_close(text);
}

str text_soften(struct text_breaks *b, struct arena *a, str s)
{
    if (s.len > SOFTEN_MAX || !may_be_joined(s))
        return s;
    /* The dictionary sees the text without the breaks it has: so what it finds is the same the second time. */
    bool *was_soft = arena_array(a, bool, s.len + 1), *soft = arena_array(a, bool, s.len + 1);
    struct buf plain = buf_new(a), out = buf_new(a);
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        if (text_next(s, &at) == ZERO_WIDTH_SPACE)
            was_soft[plain.len] = true;
        else
            buf_add(&plain, str_slice(s, from, at));
    }
    str text = buf_str(&plain);
    find_words(b, text, soft);
    uint32_t before = 0;
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        uint32_t point = text_next(text, &at);
        bool word = soft[from] && is_joined(before) && is_joined(point) && !leans_forward(before) && !leans_back(point);
        if (word || was_soft[from])
            text_put(&out, ZERO_WIDTH_SPACE);
        buf_add(&out, str_slice(text, from, at));
        before = point;
    }
    if (was_soft[text.len])
        text_put(&out, ZERO_WIDTH_SPACE);
    return buf_str(&out);
}
