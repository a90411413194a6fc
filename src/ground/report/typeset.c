#include "ground/report/typeset.h"

#include <stdlib.h>
#include <string.h>

#include "ground/text/breaks.h"
#include "ground/text/text.h"

/* One look for all scripts; the first family that has a letter gives it, and any font of the system the rest. */
#define FAMILIES "Noto Sans,Noto Sans Khmer,Noto Sans Thai,Noto Sans Lao,Noto Sans Myanmar,Noto Sans Arabic,Noto Sans Bengali,Noto Sans Devanagari,sans-serif"

static const struct {
    double size; /* in points */
    PangoWeight weight;
} fonts[FONT_COUNT] = {
    [FONT_BODY] = {10.5, PANGO_WEIGHT_NORMAL}, [FONT_BOLD] = {10.5, PANGO_WEIGHT_BOLD},
    [FONT_SMALL] = {8.5, PANGO_WEIGHT_NORMAL}, [FONT_SMALL_BOLD] = {8.5, PANGO_WEIGHT_BOLD},
    [FONT_H1] = {18, PANGO_WEIGHT_BOLD}, [FONT_H2] = {14, PANGO_WEIGHT_BOLD}, [FONT_H3] = {11.5, PANGO_WEIGHT_BOLD},
};

struct typeset {
    PangoFontMap *map;
    PangoContext *context;
    PangoFontDescription *fonts[FONT_COUNT];
    struct text_breaks *breaks;
    struct arena *scratch;
};

int typeset_open(struct typeset **out, struct err *err)
{
    struct typeset *t = mem_calloc(1, sizeof *t);
    int r = text_breaks_open(&t->breaks, err);
    if (r == 0 && !(t->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT)))
        r = err_set(err, ERR_IO, "no fonts can be had: is fontconfig installed?");
    if (r < 0) {
        typeset_close(t);
        return r;
    }
    t->scratch = arena_new();
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(t->map), 72); /* so that points are the page's units */
    t->context = pango_font_map_create_context(t->map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE); /* paper has no pixels */
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(t->context, options);
    cairo_font_options_destroy(options);
    for (int i = 0; i < FONT_COUNT; i++) {
        t->fonts[i] = pango_font_description_from_string(FAMILIES);
        pango_font_description_set_size(t->fonts[i], (int)(fonts[i].size * PANGO_SCALE));
        pango_font_description_set_weight(t->fonts[i], fonts[i].weight);
    }
    *out = t;
    return 0;
}

void typeset_close(struct typeset *t)
{
    if (!t)
        return;
    for (int i = 0; i < FONT_COUNT; i++)
        pango_font_description_free(t->fonts[i]);
    if (t->context)
        g_object_unref(t->context);
    if (t->map)
        g_object_unref(t->map);
    text_breaks_close(t->breaks);
    arena_free(t->scratch);
    free(t);
}

/* What cannot be shown, or would change how the rest is shown (as ground/html has it), is left out. */
static str clean(struct arena *a, str s)
{
    struct buf b = buf_new(a);
    for (size_t at = 0; at < s.len;) {
        uint32_t point = text_next(s, &at);
        bool control = (point < 0x20 && point != '\n') || (point >= 0x7f && point < 0xa0);
        bool turns = (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
        bool nonsense = (point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef) || point == 0xfeff;
        if (point == '\t')
            buf_byte(&b, ' ');
        else if (!control && !turns && !nonsense)
            text_put(&b, point);
    }
    return buf_str(&b);
}

PangoLayout *typeset_text(struct typeset *t, const struct paper_text *text, enum typeset_font font, double width)
{
    arena_reset(t->scratch);
    str shown = text_soften(t->breaks, t->scratch, clean(t->scratch, text->text));
    PangoLayout *layout = pango_layout_new(t->context);
    pango_layout_set_font_description(layout, t->fonts[font]);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    if (text->language.len) {
        PangoAttrList *attributes = pango_attr_list_new();
        pango_attr_list_insert(attributes, pango_attr_language_new(pango_language_from_string(str_c(t->scratch, text->language))));
        pango_layout_set_attributes(layout, attributes);
        pango_attr_list_unref(attributes);
    }
    pango_layout_set_text(layout, shown.len ? shown.p : "", (int)shown.len);
    return layout;
}
