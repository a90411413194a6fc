#include <assert.h>
#include <stdio.h>
#include <wchar.h>

#include "face/cli/out.h"

struct table {
    struct arena *arena;
    const char *const *headings;
    size_t n;
    str *cells; /* row by row */
    size_t n_cells, cap;
};

struct table *table_new(struct arena *a, const char *const headings[], int n)
{
    assert(n > 0);
    struct table *t = arena_new_of(a, struct table);
    t->arena = a;
    t->headings = headings;
    t->n = (size_t)n;
    return t;
}

/* Columns a terminal uses for text, and the text with control characters and broken bytes replaced. */
static int shown(struct arena *a, str text, str *clean)
{
    struct buf b = buf_new(a);
    mbstate_t state = {0};
    int width = 0;
    for (size_t i = 0; i < text.len;) {
        wchar_t c;
        size_t len = mbrtowc(&c, text.p + i, text.len - i, &state);
        bool valid = len && len != (size_t)-1 && len != (size_t)-2;
        int columns = valid ? wcwidth(c) : -1;
        if (columns < 0) {
            buf_byte(&b, '?');
            width++;
            state = (mbstate_t){0};
        } else {
            buf_add_bytes(&b, text.p + i, len);
            width += columns;
        }
        i += valid ? len : 1;
    }
    *clean = buf_str(&b);
    return width;
}

void table_cell(struct table *t, str text)
{
    if (t->n_cells == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 64;
        t->cells = arena_grow(t->arena, t->cells, t->cap * sizeof *t->cells, cap * sizeof *t->cells);
        t->cap = cap;
    }
    shown(t->arena, text, &t->cells[t->n_cells++]);
}

void table_cellf(struct table *t, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    size_t size = len < 0 ? 1 : (size_t)len + 1;
    char *text = arena_alloc(t->arena, size);
    vsnprintf(text, size, fmt, again);
    va_end(again);
    table_cell(t, str_from(text));
}

static bool right_aligned(const struct table *t, size_t column)
{
    return t->headings[column][0] == '>';
}

static str heading(const struct table *t, size_t column)
{
    return str_from(t->headings[column] + right_aligned(t, column));
}

static void write_cell(const struct table *t, struct buf *buf, size_t column, int width, str text)
{
    str clean;
    int pad = width - shown(t->arena, text, &clean);
    if (right_aligned(t, column))
        buf_addf(buf, "%*s%.*s", pad, "", STR_ARG(clean));
    else if (column + 1 == t->n)
        buf_add(buf, clean); /* no blanks at the end of a line */
    else
        buf_addf(buf, "%.*s%*s", STR_ARG(clean), pad, "");
    buf_add(buf, column + 1 == t->n ? STR("\n") : STR("  "));
}

void table_write(const struct table *t, struct buf *buf)
{
    assert(t->n > 0);
    int *widths = arena_array(t->arena, int, t->n);
    str clean;
    for (size_t c = 0; c < t->n; c++)
        widths[c] = shown(t->arena, heading(t, c), &clean);
    for (size_t i = 0; i < t->n_cells; i++) {
        int width = shown(t->arena, t->cells[i], &clean);
        if (width > widths[i % t->n])
            widths[i % t->n] = width;
    }
    for (size_t c = 0; c < t->n; c++)
        write_cell(t, buf, c, widths[c], heading(t, c));
    for (size_t i = 0; i < t->n_cells; i++)
        write_cell(t, buf, i % t->n, widths[i % t->n], t->cells[i]);
}
