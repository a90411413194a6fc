/* A rota on paper: a week on a page for the wall; a sheet for each officer. What was changed since the draw is marked there too. */
#include "face/web/page_paper.h"
#include "face/web/rota_page.h"

#define OFFICER_WEIGHT 5
#define DAY_WEIGHT 4

static str counted(struct page *p, const char *one, const char *many, int64_t n)
{
    const struct html_arg args[] = {{"n", html_str_int(p->a, n)}};
    return html_words(&p->out, str_dup(p->a, catalogue_find_plural(p->out.words, one, many, n)).p, args, 1);
}

/* "early/hall *" */
static str cell(struct page *p, const struct rotas_seen *s, int officer, int day)
{
    const int at = officer * s->book.rota.n_days + day;
    const char *mark = s->mark[at] == ROTAS_BY_HAND ? " *" : s->mark[at] == ROTAS_REPAIRED ? " +" : "";
    const str duty = rota_page_duty(&s->book.rota, s->roster[at]);
    return str_printf(p->a, "%.*s%s", STR_ARG(duty.len ? duty : STR("–")), mark);
}

/* The rota of the address, and the head of its paper. */
static int begin(struct page *p, struct buf *b, struct rotas_seen *s, bool wide)
{
    str hall;
    int r = rota_page_made(p, s);
    if (r == 0)
        r = rota_page_hall(p, s->one.hall, &hall);
    if (r < 0)
        return r;
    const str handling = str_printf(p->a, "%.*s, %.*s %.*s", STR_ARG(hall), STR_ARG(page_words(p, N_("Table"))), 16,
                                    hex_encode(p->a, (bytes){s->one.digest, HASH_LEN}).p);
    const str title = html_words(&p->out, N_("Rota, {first} to {last}"), (const struct html_arg[]){{"first", rota_page_day(p, s->one.first_day)},
                                 {"last", rota_page_day(p, s->one.first_day + s->one.n_days - 1)}}, 2);
    paper_begin(b, &(struct paper_head){.language = str_from(p->layout.language), .title = title, .agency = p->layout.agency, .handling = handling,
                                        .counted = true, .wide = wide});
    return 0;
}

/* What of these officers and days is not as it was drawn. */
struct part { int officer, last_officer, day, last_day; };

static void say_changed(struct page *p, struct buf *b, const struct rotas_seen *s, struct part of)
{
    int64_t by_hand = 0, repaired = 0;
    for (int o = of.officer; o <= of.last_officer; o++)
        for (int d = of.day; d <= of.last_day; d++) {
            by_hand += s->mark[o * s->book.rota.n_days + d] == ROTAS_BY_HAND;
            repaired += s->mark[o * s->book.rota.n_days + d] == ROTAS_REPAIRED;
        }
    if (s->attempt > 1)
        paper_paragraph(b, PAPER_SMALL, page_paper_text(p, counted(p, "Table number {n} that was frozen for these days.",
                                                                   "Table number {n} that was frozen for these days.", s->attempt)));
    if (by_hand)
        paper_paragraph(b, PAPER_SMALL, page_paper_text(p, str_printf(p->a, "* %.*s", STR_ARG(counted(p, "{n} cell was changed by hand.",
                                                                                                      "{n} cells were changed by hand.", by_hand)))));
    if (repaired)
        paper_paragraph(b, PAPER_SMALL, page_paper_text(p, str_printf(p->a, "+ %.*s", STR_ARG(page_words(p, N_("after illness"))))));
}

static void add_week(struct page *p, struct buf *b, const struct rotas_seen *s, int first, int last)
{
    const struct rota *rota = &s->book.rota;
    const size_t n = (size_t)(last - first + 2);
    struct paper_text texts[8];
    uint8_t weights[8] = {OFFICER_WEIGHT};
    texts[0] = page_paper_words(p, N_("Officer"));
    for (int d = first; d <= last; d++) {
        texts[d - first + 1] = page_paper_text(p, str_printf(p->a, "%.*s %d", STR_ARG(rota_page_weekday(p, rota_weekday(rota, d))),
                                                             date_from_days(rota->first_day + d).day));
        weights[d - first + 1] = DAY_WEIGHT;
    }
    paper_heading(b, 1, page_paper_text(p, rota_page_days(p, rota, first, last)));
    paper_columns(b, texts, weights, n);
    for (int o = 0; o < rota->n_officers; o++) {
        texts[0] = page_paper_written(rota->officers[o].name);
        for (int d = first; d <= last; d++)
            texts[d - first + 1] = page_paper_written(cell(p, s, o, d));
        paper_row(b, texts, n);
    }
    paper_table_end(b);
    say_changed(p, b, s, (struct part){0, rota->n_officers - 1, first, last});
}

int show_rota_wall(struct page *p)
{
    struct rotas_seen s;
    struct buf b = buf_new(p->a);
    int r = begin(p, &b, &s, true);
    if (r < 0)
        return r;
    const struct rota *rota = &s.book.rota;
    for (int first = 0, last; first < rota->n_days; first = last + 1) {
        last = first + 6 - rota_weekday(rota, first);
        last = last < rota->n_days ? last : rota->n_days - 1;
        if (first > 0)
            paper_page(&b);
        add_week(p, &b, &s, first, last);
    }
    paper_end(&b);
    return page_document(p, buf_str(&b));
}

static str minute(struct page *p, int n)
{
    return str_printf(p->a, "%02d:%02d", n / 60 % 24, n % 60);
}

static void add_sheet(struct page *p, struct buf *b, const struct rotas_seen *s, int officer)
{
    static const uint8_t weights[] = {5, 2, 2, 5};
    const struct rota *rota = &s->book.rota;
    const struct paper_text columns[] = {page_paper_words(p, N_("Day")), page_paper_words(p, N_("From")), page_paper_words(p, N_("To")), page_paper_words(p, N_("Shift and post"))};
    paper_heading(b, 1, page_paper_written(rota->officers[officer].name));
    paper_columns(b, columns, weights, 4);
    for (int d = 0; d < rota->n_days; d++) {
        const int duty = s->roster[officer * rota->n_days + d];
        const struct rota_duty *what = &rota->duties[duty];
        const str day = str_printf(p->a, "%.*s, %.*s", STR_ARG(rota_page_weekday(p, rota_weekday(rota, d))), STR_ARG(rota_page_day(p, rota->first_day + d)));
        paper_row(b, (struct paper_text[]){page_paper_text(p, day), page_paper_text(p, duty ? minute(p, what->start) : STR("")),
                                           page_paper_text(p, duty ? minute(p, what->start + what->minutes) : STR("")), page_paper_written(cell(p, s, officer, d))}, 4);
    }
    paper_table_end(b);
    say_changed(p, b, s, (struct part){officer, officer, 0, rota->n_days - 1});
}

int show_rota_sheets(struct page *p)
{
    struct rotas_seen s;
    struct buf b = buf_new(p->a);
    int r = begin(p, &b, &s, false);
    if (r < 0)
        return r;
    const int one = rota_page_one(p, &s.book.rota);
    for (int o = one < 0 ? 0 : one; o < s.book.rota.n_officers && (one < 0 || o == one); o++) {
        paper_page(&b);
        add_sheet(p, &b, &s, o);
    }
    paper_end(&b);
    return page_document(p, buf_str(&b));
}
