/* The summary of a file as a document, in the language of whoever asks for it. */
#include "face/web/file_page.h"
#include "face/web/page_paper.h"
#include "face/web/pages.h"

/* A longer file's pages have no total: counting them takes a round of its own, and nothing is sent before it is done. */
#define COUNTED_RECORDS 500

static void add_lines(struct page *p, struct buf *b, const struct shown_line lines[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        paper_field(b, page_paper_words(p, lines[i].label), page_paper_text(p, lines[i].value));
}

/* Alerts stand first, so that nobody calls a telephone that somebody else answers. */
static void add_alerts(struct page *p, struct buf *b, const struct casefile *f)
{
    for (size_t i = 0; i < f->n; i++) {
        if (!file_is_alert(&f->records[i]))
            continue;
        struct shown_record s = file_shown(p, f, &f->records[i]);
        bool person = f->records[i].unit == FIELD_OF_PERSON;
        paper_paragraph(b, PAPER_NOTICE, page_paper_text(p, str_printf(p->a, "%.*s: %.*s", STR_ARG(person ? s.title : s.kind),
                        STR_ARG(person ? page_words(p, N_("Do not call")) : s.text.len ? s.text : s.title))));
    }
}

/* One record: what it is and when, then all it says. */
static void add_record(struct page *p, struct buf *b, const struct casefile *f, const struct record *r)
{
    struct shown_record s = file_shown(p, f, r);
    struct buf head = buf_new(p->a);
    buf_add(&head, r->unit == FIELD_OF_NOTE || s.title.len == 0 ? s.kind : s.title); /* a note's title is its first words, which follow in full */
    if (s.about.len)
        buf_addf(&head, " · %.*s", STR_ARG(s.about));
    paper_heading(b, 3, page_paper_text(p, buf_str(&head)));
    if (r->unit != FIELD_OF_PERSON)
        paper_paragraph(b, PAPER_SMALL, page_paper_text(p, str_printf(p->a, "%.*s, %.*s", STR_ARG(s.time), STR_ARG(s.by))));
    add_lines(p, b, s.lines, s.n_lines);
}

static bool add_part(struct page *p, struct buf *b, const struct casefile *f, const char *heading, unsigned units)
{
    bool any = false;
    for (size_t i = 1; i < f->n; i++) {
        const struct record *r = &f->records[i];
        if (!(units & 1u << r->unit))
            continue;
        if (!any)
            paper_heading(b, 2, page_paper_words(p, heading));
        any = true;
        add_record(p, b, f, r);
    }
    return any;
}

static void add_tasks(struct page *p, struct buf *b, const struct casefile *f)
{
    static const uint8_t weights[] = {5, 3, 2};
    const struct paper_text columns[] = {page_paper_words(p, N_("Task")), page_paper_words(p, N_("Due")), page_paper_words(p, N_("State"))};
    bool any = false;
    for (size_t i = 1; i < f->n; i++) {
        const struct record *r = &f->records[i];
        if (r->unit != FIELD_OF_TASK)
            continue;
        if (!any) {
            paper_heading(b, 2, page_paper_words(p, N_("Tasks")));
            paper_columns(b, columns, weights, 3);
        }
        any = true;
        paper_row(b, (struct paper_text[]){page_paper_written(record_title(p->a, r)), page_paper_text(p, page_time(p, r->due_ms)),
                                           page_paper_words(p, r->done ? N_("done") : N_("open"))}, 3);
    }
    if (any)
        paper_table_end(b);
}

static void add_all(struct page *p, struct buf *b, const struct casefile *f)
{
    #define UNIT(unit) (1u << (unit))
    struct shown_line *lines;
    size_t n = file_lines(p, &f->records[0], &lines);
    add_alerts(p, b, f);
    add_lines(p, b, lines, n);
    add_part(p, b, f, N_("Persons"), UNIT(FIELD_OF_PERSON));
    add_tasks(p, b, f);
    add_part(p, b, f, N_("What happened"), UNIT(FIELD_OF_EVENT) | UNIT(FIELD_OF_PERPETRATOR));
    add_part(p, b, f, N_("Notes"), UNIT(FIELD_OF_NOTE));
    add_part(p, b, f, N_("Consent"), UNIT(FIELD_OF_CONSENT));
    add_part(p, b, f, N_("Screening and decisions"), UNIT(FIELD_OF_DECISION));
    add_part(p, b, f, N_("Support and referrals"), UNIT(FIELD_OF_PLAN) | UNIT(FIELD_OF_REFERRAL) | UNIT(FIELD_OF_ORGANISATION));
    add_part(p, b, f, N_("Attachments"), UNIT(FIELD_OF_ATTACHMENT));
    #undef UNIT
}

int show_file_pdf(struct page *p)
{
    uint8_t id[ID_LEN];
    struct casefile f;
    struct casework w = file_casework(p);
    w.taken = "pdf";
    int r = page_id(p, 0, id);
    if (r == 0)
        r = file_look(p, &w, id, &f);
    if (r < 0)
        return r;
    struct buf b = buf_new(p->a);
    str number = casefile_number(p->a, f.id), title = record_title(p->a, &f.records[0]);
    str heading = str_printf(p->a, "%.*s: %.*s %.*s", STR_ARG(page_words(p, N_("Summary"))), STR_ARG(number), STR_ARG(title));
    paper_begin(&b, &(struct paper_head){.language = str_from(p->layout.language), .title = number, .agency = p->layout.agency,
                                         .handling = page_words(p, N_("Confidential")), .marked = true, .counted = f.n <= COUNTED_RECORDS});
    paper_heading(&b, 1, page_paper_text(p, heading));
    paper_paragraph(&b, PAPER_SMALL, page_paper_text(p, str_printf(p->a, "%.*s, %.*s", STR_ARG(page_time(p, p->now_ms)), STR_ARG(p->member.name))));
    paper_paragraph(&b, PAPER_PLAIN, page_paper_words(p, N_("This tells of persons. Give it to nobody without the right to it.")));
    if (f.withheld)
        paper_paragraph(&b, PAPER_NOTICE, page_paper_text(p, file_withheld(p, &f)));
    add_all(p, &b, &f);
    paper_end(&b);
    return page_document(p, buf_str(&b));
}
