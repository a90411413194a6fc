/* label: see the header. */
#include "face/web/chart/label.h"

#include "ground/text/text.h"

#define ELLIPSIS STR("\xe2\x80\xa6")
#define KHMER_COENG 0x17d2 /* what follows stands below */

/* Widths of ranges in hundredths of an em, measured on Noto Sans and rounded up; the first range that holds the point counts. */
static const struct { uint32_t from, to; int mark, other; } widths[] = {
    {0x20, 0x20, 0, 27},      {0x21, 0x2f, 0, 60},      {0x30, 0x39, 0, 58},      {0x40, 0x40, 0, 90},    {0x41, 0x5a, 0, 72},
    {0x61, 0x7a, 0, 60},      {0x300, 0x36f, 0, 0},     {0x0e00, 0x0eff, 0, 64},  {0x1000, 0x109f, 30, 110},
    {0x1780, 0x17ff, 40, 95}, {0x200b, 0x200f, 0, 0},   {0x2e80, 0xffef, 0, 100}, {0x1f000, 0x3ffff, 0, 125},
};
#define N_WIDTHS (sizeof widths / sizeof widths[0])

static int point_width(uint32_t point, uint32_t before)
{
    if (before == KHMER_COENG)
        return 0;
    for (size_t i = 0; i < N_WIDTHS; i++)
        if (point >= widths[i].from && point <= widths[i].to)
            return text_is_mark(point) ? widths[i].mark : widths[i].other;
    return text_is_mark(point) ? 20 : 75;
}

static bool is_break(uint32_t point)
{
    return point == ' ' || point == 0x200b || text_is_space(point);
}

/* Whether a line can be cut before point. */
static bool is_joined(uint32_t point, uint32_t before)
{
    return text_is_mark(point) || before == KHMER_COENG || point == 0x200d || before == 0x200d;
}

int chart_text_width(str text, int font_px)
{
    int width = 0;
    uint32_t before = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t point = text_next(text, &at);
        width += point_width(point, before);
        before = point;
        if (width > 1000000)
            break;
    }
    return (width * font_px + 99) / 100;
}

/* As much of text as fits: ends[0] at the last space, ends[1] at the last letter, ends[2] at the last letter with room for an ellipsis. */
static bool measure(str text, int width_px, int font_px, size_t ends[static 3])
{
    int limit = width_px * 100 / font_px, width = 0;
    uint32_t before = 0;
    ends[0] = ends[1] = ends[2] = 0;
    for (size_t at = 0; at < text.len;) {
        size_t here = at;
        uint32_t point = text_next(text, &at);
        if (is_break(point))
            ends[0] = here;
        if (!is_joined(point, before)) {
            ends[1] = here;
            ends[2] = width + 100 <= limit ? here : ends[2];
        }
        width += point_width(point, before);
        before = point;
        if (width > limit)
            return false;
    }
    ends[0] = ends[1] = ends[2] = text.len;
    return true;
}

struct chart_label chart_label(struct arena *a, str text, int width_px, int font_px, size_t lines)
{
    struct chart_label label = {0};
    str rest = str_trim(text);
    for (size_t i = 0; i < CHART_LABEL_LINES; i++)
        label.line[i] = STR("");
    for (size_t i = 0; i < lines && i < CHART_LABEL_LINES && rest.len; i++) {
        size_t ends[3];
        bool whole = measure(rest, width_px, font_px, ends), last = i + 1 == lines || i + 1 == CHART_LABEL_LINES;
        if (whole) {
            label.line[i] = rest;
            rest = STR("");
        } else if (ends[0] > 0 && !last) {
            label.line[i] = str_trim(str_slice(rest, 0, ends[0]));
            rest = str_trim(str_slice(rest, ends[0], rest.len));
        } else { /* a long word, or the last line: the rest is in the table */
            label.line[i] = str_printf(a, "%.*s%.*s", STR_ARG(str_trim(str_slice(rest, 0, ends[2]))), STR_ARG(ELLIPSIS));
            rest = STR("");
        }
        int width = chart_text_width(label.line[i], font_px);
        label.width = width > label.width ? width : label.width;
    }
    return label;
}
