#include "ground/report/pdf.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>

#include "ground/report/typeset.h"

/* In points: A4. The page of the pdf in whose function they stand. */
#define A4_SHORT 595.28
#define A4_LONG 841.89
#define PAGE_WIDTH (pdf->wide ? A4_LONG : A4_SHORT)
#define PAGE_HEIGHT (pdf->wide ? A4_SHORT : A4_LONG)
#define MARGIN (pdf->wide ? 36.0 : 54.0)
#define TOP 78.0             /* below the head of the page */
#define BOTTOM (PAGE_HEIGHT - 64.0)
#define WIDTH (PAGE_WIDTH - 2 * MARGIN)
#define LEADING 1.18         /* between lines, on top of what the font wants */
#define LABEL_SHARE 0.34     /* of a field's width */
#define GAP 8.0              /* between cells */
#define KEEP_WITH_NEXT 42.0  /* a heading does not end a page */
#define COLUMN_LINES 4       /* of a table's first row */
#define PIECES PAPER_CELLS

struct piece {
    PangoLayout *layout;
    double x;
    int line; /* the next to draw */
};

struct pdf {
    int (*write)(void *arg, const uint8_t *p, size_t len);
    void *arg;
    bool refused; /* write said no */
    cairo_surface_t *surface;
    cairo_t *cr;
    struct typeset *type;
    struct arena *arena;           /* what lasts as long as the document */
    struct arena *table;           /* what lasts as long as a table */
    struct paper_item head, columns; /* copies; columns.n is 0 outside tables */
    double y;
    int page, total;
    bool wide;
    bool in_fields;                /* the last item was one */
    bool tags;                     /* marked up: the tree is kept in memory, so only in documents whose length is bounded */
};

static cairo_status_t written(void *closure, const unsigned char *p, unsigned len)
{
    struct pdf *pdf = closure;
    pdf->refused |= pdf->write(pdf->arg, p, len) < 0;
    return pdf->refused ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

int pdf_open(int (*write)(void *arg, const uint8_t *p, size_t len), void *arg, struct pdf **out, struct err *err)
{
    struct pdf *pdf = mem_calloc(1, sizeof *pdf);
    pdf->write = write;
    pdf->arg = arg;
    pdf->arena = arena_new();
    pdf->table = arena_new();
    int r = typeset_open(&pdf->type, err);
    pdf->surface = cairo_pdf_surface_create_for_stream(written, pdf, PAGE_WIDTH, PAGE_HEIGHT);
    pdf->cr = cairo_create(pdf->surface);
    if (r == 0 && cairo_status(pdf->cr) != CAIRO_STATUS_SUCCESS)
        r = err_set(err, ERR_IO, "no PDF can be made: %s", cairo_status_to_string(cairo_status(pdf->cr)));
    if (r < 0)
        pdf_close(pdf);
    else
        *out = pdf;
    return r;
}

void pdf_close(struct pdf *pdf)
{
    if (!pdf)
        return;
    cairo_destroy(pdf->cr);
    cairo_surface_destroy(pdf->surface);
    typeset_close(pdf->type);
    arena_free(pdf->arena);
    arena_free(pdf->table);
    free(pdf);
}

void pdf_total(struct pdf *pdf, int pages)
{
    pdf->total = pages;
}

int pdf_pages(const struct pdf *pdf)
{
    return pdf->page;
}

static void copy_item(struct arena *a, struct paper_item *to, const struct paper_item *from)
{
    *to = *from;
    for (size_t i = 0; i < from->n; i++)
        to->texts[i] = (struct paper_text){str_dup(a, from->texts[i].language), str_dup(a, from->texts[i].text)};
}

static void rule(struct pdf *pdf, double x, double y, double width, double weight)
{
    cairo_rectangle(pdf->cr, x, y, width, weight);
    cairo_fill(pdf->cr);
}

static void tag(struct pdf *pdf, const char *name)
{
    if (pdf->tags)
        cairo_tag_begin(pdf->cr, name, NULL);
}

static void tag_end(struct pdf *pdf, const char *name)
{
    if (pdf->tags)
        cairo_tag_end(pdf->cr, name);
}

/* One line at a place, its end or its middle at x when align is 1 or 0.5; cut with an ellipsis where it does not fit. */
static void draw_margin_line(struct pdf *pdf, const struct paper_text *text, double x, double y, double width, double align)
{
    PangoLayout *layout = typeset_text(pdf->type, text, FONT_SMALL, width);
    pango_layout_set_height(layout, 0);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    PangoRectangle box;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, 0), NULL, &box);
    cairo_move_to(pdf->cr, x - align * box.width / PANGO_SCALE, y);
    pango_cairo_show_layout_line(pdf->cr, pango_layout_get_line_readonly(layout, 0));
    g_object_unref(layout);
}

static void end_page(struct pdf *pdf, bool last)
{
    char number[32];
    int total = last ? pdf->page : pdf->total; /* on the last page the total is known in any case */
    int n = total ? snprintf(number, sizeof number, "%d / %d", pdf->page, total) : snprintf(number, sizeof number, "%d", pdf->page);
    draw_margin_line(pdf, &(struct paper_text){.text = {number, (size_t)n}}, PAGE_WIDTH / 2, PAGE_HEIGHT - 36, WIDTH, 0.5);
    cairo_show_page(pdf->cr);
}

static void begin_page(struct pdf *pdf)
{
    pdf->page++;
    pdf->y = TOP;
    cairo_set_source_rgb(pdf->cr, 0, 0, 0);
    draw_margin_line(pdf, &pdf->head.texts[1], MARGIN, 50, WIDTH / 2 - GAP, 0);
    draw_margin_line(pdf, &pdf->head.texts[2], PAGE_WIDTH - MARGIN, 50, WIDTH / 2 - GAP, 1);
    rule(pdf, MARGIN, 60, WIDTH, 0.5);
}

static void draw_columns(struct pdf *pdf);

static void next_page(struct pdf *pdf)
{
    end_page(pdf, false);
    begin_page(pdf);
    if (pdf->columns.n)
        draw_columns(pdf);
}

static double line_height(PangoLayout *layout, int line, double *ascent)
{
    PangoRectangle box;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, line), NULL, &box);
    *ascent = (double)-box.y / PANGO_SCALE;
    return (double)box.height / PANGO_SCALE * LEADING;
}

static double height_of(const struct piece *piece)
{
    double all = 0, ascent;
    for (int i = piece->line; i < pango_layout_get_line_count(piece->layout); i++)
        all += line_height(piece->layout, i, &ascent);
    return all;
}

/* As many lines as fit on this page; whether that was all. *lowest moves down to where they end. */
static bool draw_piece(struct pdf *pdf, struct piece *piece, double *lowest)
{
    double y = pdf->y, ascent;
    int lines = pango_layout_get_line_count(piece->layout);
    for (; piece->line < lines; piece->line++) {
        double height = line_height(piece->layout, piece->line, &ascent);
        if (y + height > BOTTOM && y > TOP) /* a line taller than a page is drawn all the same: there is no such font */
            break;
        PangoLayoutLine *line = pango_layout_get_line_readonly(piece->layout, piece->line);
        PangoRectangle box;
        pango_layout_line_get_extents(line, NULL, &box);
        bool leftwards = line->resolved_dir == PANGO_DIRECTION_RTL;
        double indent = leftwards ? (double)(pango_layout_get_width(piece->layout) - box.width) / PANGO_SCALE : 0;
        cairo_move_to(pdf->cr, piece->x + indent, y + ascent);
        pango_cairo_show_layout_line(pdf->cr, line);
        y += height;
    }
    if (y > *lowest)
        *lowest = y;
    return piece->line == lines;
}

/* Pieces side by side, over as many pages as they take; kept on one page if one can hold them. Frees the layouts. */
static void flow(struct pdf *pdf, struct piece pieces[], size_t n)
{
    double tallest = 0;
    for (size_t i = 0; i < n; i++)
        if (height_of(&pieces[i]) > tallest)
            tallest = height_of(&pieces[i]);
    if (pdf->y + tallest > BOTTOM && (tallest < (BOTTOM - TOP) / 3 || pdf->y > BOTTOM - KEEP_WITH_NEXT))
        next_page(pdf);
    for (bool done = false; !done;) {
        double lowest = pdf->y;
        done = true;
        for (size_t i = 0; i < n; i++)
            done &= draw_piece(pdf, &pieces[i], &lowest);
        if (!done)
            next_page(pdf);
        else
            pdf->y = lowest;
    }
    for (size_t i = 0; i < n; i++)
        g_object_unref(pieces[i].layout);
}

static struct piece piece_of(struct pdf *pdf, const struct paper_text *text, enum typeset_font font, double x, double width)
{
    return (struct piece){.layout = typeset_text(pdf->type, text, font, width), .x = x};
}

static void begin(struct pdf *pdf, const struct paper_item *item)
{
    copy_item(pdf->arena, &pdf->head, item);
    pdf->tags = (item->number & 3) != PAPER_BARE;
    pdf->wide = item->number & PAPER_IS_WIDE;
    cairo_pdf_surface_set_size(pdf->surface, PAGE_WIDTH, PAGE_HEIGHT);
    cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_TITLE, str_c(pdf->arena, item->texts[0].text));
    begin_page(pdf);
}

static void heading(struct pdf *pdf, const struct paper_item *item)
{
    static const enum typeset_font font[] = {[1] = FONT_H1, [2] = FONT_H2, [3] = FONT_H3};
    static const double before[] = {[1] = 0, [2] = 14, [3] = 8};
    static const char *const names[] = {[1] = "H1", [2] = "H2", [3] = "H3"};
    struct piece piece = piece_of(pdf, &item->texts[0], font[item->number], MARGIN, WIDTH);
    if (pdf->y > TOP)
        pdf->y += before[item->number];
    if (pdf->y + height_of(&piece) + KEEP_WITH_NEXT > BOTTOM && pdf->y > TOP)
        next_page(pdf);
    if (pdf->tags) {
        struct buf place = buf_new(pdf->arena);
        buf_addf(&place, "page=%d pos=[%d %d]", pdf->page, (int)MARGIN, (int)pdf->y);
        cairo_pdf_surface_add_outline(pdf->surface, CAIRO_PDF_OUTLINE_ROOT, str_c(pdf->arena, item->texts[0].text), buf_str(&place).p, 0);
    }
    tag(pdf, names[item->number]);
    flow(pdf, &piece, 1);
    tag_end(pdf, names[item->number]);
    pdf->y += 4;
}

static void paragraph(struct pdf *pdf, const struct paper_item *item)
{
    bool notice = item->number == PAPER_NOTICE;
    double x = notice ? MARGIN + 12 : MARGIN, top = pdf->y;
    int page = pdf->page;
    struct piece piece = piece_of(pdf, &item->texts[0], item->number == PAPER_SMALL ? FONT_SMALL : FONT_BODY, x, WIDTH - (x - MARGIN));
    tag(pdf, "P");
    flow(pdf, &piece, 1);
    tag_end(pdf, "P");
    if (notice)
        rule(pdf, MARGIN, pdf->page == page ? top : TOP, 4, pdf->y - (pdf->page == page ? top : TOP));
    pdf->y += 6;
}

static void field(struct pdf *pdf, const struct paper_item *item)
{
    double label = WIDTH * LABEL_SHARE;
    struct piece pieces[] = {piece_of(pdf, &item->texts[0], FONT_BOLD, MARGIN, label - GAP),
                             piece_of(pdf, &item->texts[1], FONT_BODY, MARGIN + label, WIDTH - label)};
    pdf->y += 3;
    tag(pdf, "P");
    flow(pdf, pieces, 2);
    tag_end(pdf, "P");
    pdf->y += 3;
    rule(pdf, MARGIN, pdf->y, WIDTH, 0.25);
}

/* The cells of a row, as wide as the table's columns. */
static void make_cells(struct pdf *pdf, const struct paper_item *row, enum typeset_font font, struct piece pieces[])
{
    double weights = 0, x = MARGIN;
    for (size_t i = 0; i < pdf->columns.n; i++)
        weights += pdf->columns.weights[i];
    for (size_t i = 0; i < pdf->columns.n; i++) {
        double width = (WIDTH + GAP) * pdf->columns.weights[i] / weights;
        pieces[i] = piece_of(pdf, &row->texts[i], font, x, width - GAP > GAP ? width - GAP : GAP);
        x += width;
    }
}

/* The first row, here and on each further page of the table: some lines of it, so that there is always room for a row. */
static void draw_columns(struct pdf *pdf)
{
    struct piece pieces[PIECES];
    double lowest = pdf->y;
    make_cells(pdf, &pdf->columns, pdf->wide ? FONT_BOLD : FONT_SMALL_BOLD, pieces);
    for (size_t i = 0; i < pdf->columns.n; i++) {
        pango_layout_set_single_paragraph_mode(pieces[i].layout, TRUE);
        pango_layout_set_height(pieces[i].layout, -COLUMN_LINES);
        pango_layout_set_ellipsize(pieces[i].layout, PANGO_ELLIPSIZE_END);
        draw_piece(pdf, &pieces[i], &lowest);
        g_object_unref(pieces[i].layout);
    }
    pdf->y = lowest + 2;
    rule(pdf, MARGIN, pdf->y, WIDTH, 1);
}

static void columns(struct pdf *pdf, const struct paper_item *item)
{
    arena_reset(pdf->table);
    if (pdf->y + KEEP_WITH_NEXT * 2 > BOTTOM)
        next_page(pdf);
    copy_item(pdf->table, &pdf->columns, item);
    tag(pdf, "Table");
    tag(pdf, "TR");
    draw_columns(pdf);
    tag_end(pdf, "TR");
}

static void row(struct pdf *pdf, const struct paper_item *item)
{
    struct piece pieces[PIECES];
    make_cells(pdf, item, pdf->wide ? FONT_BODY : FONT_SMALL, pieces);
    pdf->y += 2;
    tag(pdf, "TR");
    flow(pdf, pieces, pdf->columns.n);
    tag_end(pdf, "TR");
    pdf->y += 2;
    rule(pdf, MARGIN, pdf->y, WIDTH, 0.25);
}

static void table_end(struct pdf *pdf, const struct paper_item *item)
{
    (void)item;
    tag_end(pdf, "Table");
    pdf->columns.n = 0;
    pdf->y += 10;
}

static void sign(struct pdf *pdf, const struct paper_item *item)
{
    double space = item->number == PAPER_THUMB ? 86 : 34;
    struct piece piece = piece_of(pdf, &item->texts[0], FONT_SMALL, MARGIN, WIDTH / 2);
    if (pdf->y + space + height_of(&piece) > BOTTOM)
        next_page(pdf);
    if (item->number == PAPER_THUMB) {
        cairo_set_line_width(pdf->cr, 0.75);
        cairo_rectangle(pdf->cr, MARGIN, pdf->y + 8, 62, space - 14);
        cairo_stroke(pdf->cr);
    } else {
        rule(pdf, MARGIN, pdf->y + space - 4, WIDTH / 2, 0.75);
    }
    pdf->y += space;
    tag(pdf, "P");
    flow(pdf, &piece, 1);
    tag_end(pdf, "P");
    pdf->y += 6;
}

static void page_break(struct pdf *pdf, const struct paper_item *item)
{
    (void)item;
    if (pdf->y > TOP)
        next_page(pdf);
}

static void end(struct pdf *pdf, const struct paper_item *item)
{
    (void)item;
    end_page(pdf, true);
    cairo_surface_finish(pdf->surface);
}

static void (*const draw[PAPER_WHATS])(struct pdf *pdf, const struct paper_item *item) = {
    [PAPER_BEGIN] = begin, [PAPER_HEADING] = heading, [PAPER_PARAGRAPH] = paragraph, [PAPER_FIELD] = field, [PAPER_COLUMNS] = columns,
    [PAPER_ROW] = row, [PAPER_TABLE_END] = table_end, [PAPER_SIGN] = sign, [PAPER_PAGE] = page_break, [PAPER_END] = end,
};

int pdf_item(struct pdf *pdf, const struct paper_item *item, struct err *err)
{
    if (pdf->in_fields && item->what != PAPER_FIELD)
        pdf->y += 10;
    pdf->in_fields = item->what == PAPER_FIELD;
    draw[item->what](pdf, item);
    cairo_status_t status = item->what == PAPER_END ? cairo_surface_status(pdf->surface) : cairo_status(pdf->cr);
    return status == CAIRO_STATUS_SUCCESS && !pdf->refused ? 0 : err_set(err, ERR_IO, "the PDF cannot be written: %s", cairo_status_to_string(status));
}
