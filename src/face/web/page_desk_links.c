/* The days that the watch takes; and whom travellers are linked with, on a legal basis, until a date. */
#include <inttypes.h>
#include <string.h>

#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "work/watch/flags.h"
#include "work/watch/watched.h"

#define WEEKS 12

/* --- days --- */

static int draw_days(struct page *p)
{
    struct desk_days_view v = {.page = page_layout(p, N_("Days in the watch")), .may = p->session.roles & ROLE_SUPERVISOR, .reference = page_field(p, "reference"),
                               .days = page_field(p, "days")};
    struct watched_order order;
    struct watched_counts *weeks;
    int r = watched_order_get(p->node->db, (uint32_t)date_to_days(page_today(p)), &order, &p->err);
    if (r == 0)
        r = watched_counts(p->node->db, WEEKS, p->a, &weeks, &v.n_weeks, &p->err);
    if (r < 0)
        return r;
    v.ordered = order.there;
    v.since = page_time(p, order.made_ms);
    v.begun = order.begun;
    v.kept = order.kept;
    v.keeps = order.days;
    if (!p->form.n)
        v.days = str_printf(p->a, "%d", WATCHED_DAYS);
    v.weeks = arena_array(p->a, struct watch_week, v.n_weeks);
    for (size_t i = 0; i < v.n_weeks; i++)
        v.weeks[i] = (struct watch_week){page_time(p, weeks[i].at_ms), str_printf(p->a, "%" PRId64, weeks[i].calls), weeks[i].found};
    page_desk_days(&p->out, &v);
    return 0;
}

int show_desk_days(struct page *p)
{
    return draw_days(p);
}

/* What was typed: a number of days; 0: none that fits. */
static int64_t days_typed(struct page *p)
{
    int64_t days = 0;
    return str_to_int(page_field(p, "days"), 1, WATCHED_DAYS_MAX, &days) ? days : 0;
}

int do_desk_days(struct page *p)
{
    const bool stop = form_get(&p->form, "stop").len > 0;
    const str reference = page_field(p, "reference");
    const int64_t days = stop ? 0 : days_typed(p);
    if (!stop && !days) {
        err_set(&p->err, ERR_INPUT, N_("A number of days from 1 to 366."));
        page_error(p, "days");
        return draw_days(p);
    }
    int r = watched_order_set(p->node, &p->actor, stop && !reference.len ? STR("ended") : reference, days, p->now_ms, &p->err);
    if (r == ERR_INPUT) {
        page_error(p, "reference");
        return draw_days(p);
    }
    return r < 0 ? r : page_go(p, "/desk/watch/days");
}

/* --- links --- */

static struct desk_link_row row_of(struct page *p, const struct flag_one *f)
{
    const str id = page_hex(p, f->id);
    return (struct desk_link_row){id, str_slice(id, 0, 8), page_time(p, f->made_ms), page_date(p, date_from_days(f->until_ms / 86400000)), f->documents, f->tickets};
}

static int draw_links(struct page *p)
{
    struct desk_links_view v = {.page = page_layout(p, N_("Links of travellers")), .may = p->session.roles & ROLE_SUPERVISOR, .words = page_field(p, "words"),
                                .reference = page_field(p, "reference"), .days = page_field(p, "days"), .documents = form_get(&p->form, "documents")};
    struct flag_one *all;
    int r = flags_list(p->node->db, p->now_ms, p->a, &all, &v.n, &p->err);
    if (r < 0)
        return r;
    if (!p->form.n)
        v.days = str_printf(p->a, "%d", FLAG_DAYS);
    v.rows = arena_array(p->a, struct desk_link_row, v.n);
    for (size_t i = 0; i < v.n; i++)
        v.rows[i] = row_of(p, &all[i]);
    page_desk_links(&p->out, &v);
    return 0;
}

int show_desk_links(struct page *p)
{
    return draw_links(p);
}

static int links_refused(struct page *p, const char *field)
{
    page_error(p, field);
    return draw_links(p);
}

int do_desk_links(struct page *p)
{
    str text = form_get(&p->form, "documents"), line, documents[FLAG_DOCUMENTS_MAX + 1];
    struct flag_new flag = {.words = page_field(p, "words"), .basis = page_field(p, "reference"), .days = days_typed(p), .documents = documents};
    uint8_t id[ID_LEN];
    while (flag.n <= FLAG_DOCUMENTS_MAX && str_split(&text, '\n', &line))
        if (str_trim(line).len)
            documents[flag.n++] = str_trim(line);
    if (!flag.days) {
        err_set(&p->err, ERR_INPUT, N_("A number of days from 1 to 366."));
        return links_refused(p, "days");
    }
    int r = flags_add(p->node, &p->actor, &flag, p->now_ms, id, &p->err);
    if (r == ERR_INPUT)
        return links_refused(p, !flag.basis.len ? "reference" : !flag.words.len || flag.words.len > FLAG_WORDS_MAX ? "words" : "documents");
    return r < 0 ? r : page_go(p, str_printf(p->a, "/desk/watch/links/%.*s", STR_ARG(page_hex(p, id))).p);
}

/* --- one --- */

static int hall_choices(struct page *p, struct choices *c)
{
    struct hall_setup *halls;
    int r = hall_list(p->node->db, p->a, &halls, &c->n, &p->err);
    *c = (struct choices){.page = &p->layout, .name = "hall", .label = N_("Hall"), .all = arena_array(p->a, struct choice, r < 0 ? 0 : c->n), .n = c->n};
    for (size_t i = 0; r == 0 && i < c->n; i++) {
        const str id = page_hex(p, halls[i].id);
        c->all[i] = (struct choice){id, halls[i].name, str_eq(id, form_get(&p->form, "hall"))};
    }
    return r;
}

static int draw_link(struct page *p, const uint8_t id[static ID_LEN])
{
    struct desk_link_view v = {.page = page_layout(p, N_("Links of travellers")), .document = page_field(p, "document"), .day = page_field(p, "day"),
                               .ticket = page_field(p, "ticket"), .code = page_field(p, "code"), .shown = page_field(p, "shown"), .why = page_field(p, "why")};
    struct flag_one *all;
    size_t n;
    int r = flags_list(p->node->db, p->now_ms, p->a, &all, &n, &p->err);
    const struct flag_one *one = NULL;
    for (size_t i = 0; r == 0 && i < n; i++)
        if (memcmp(all[i].id, id, ID_LEN) == 0)
            one = &all[i];
    if (r == 0 && !one)
        r = err_set(&p->err, ERR_NOT_FOUND, N_("there is no such link any more: its date is over"));
    if (r == 0)
        r = hall_choices(p, &v.halls);
    if (r < 0)
        return r;
    v.reference = page_field(p, p->form.n && form_get(&p->form, "basis").len ? "basis" : "reference");
    v.row = row_of(p, one);
    page_desk_link(&p->out, &v);
    return 0;
}

int show_desk_link(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    return r < 0 ? r : draw_link(p, id);
}

/* Back to the link, or the form again with what is wrong. */
static int done(struct page *p, int r, const uint8_t id[static ID_LEN], const char *field)
{
    if (r == ERR_INPUT || (r == ERR_NOT_FOUND && field) || r == ERR_EXISTS) {
        page_error(p, field);
        return draw_link(p, id);
    }
    return r < 0 ? r : page_go(p, str_printf(p->a, "/desk/watch/links/%.*s", STR_ARG(page_hex(p, id))).p);
}

int do_desk_link_document(struct page *p)
{
    uint8_t id[ID_LEN];
    const str reference = page_field(p, "reference");
    int r = page_id(p, 0, id);
    if (r < 0)
        return r;
    r = flags_document(p->node, &p->actor, id, page_field(p, "document"), reference, p->now_ms, &p->err);
    return done(p, r, id, r == ERR_INPUT && !reference.len ? "reference" : "document");
}

/* "a1b2 c3d4 ...", with or without spaces. */
static bool code_of(struct page *p, uint8_t salt[static DRAW_SALT_LEN])
{
    const str typed = page_field(p, "code");
    struct buf b = buf_new(p->a);
    for (size_t i = 0; i < typed.len; i++)
        if (typed.p[i] != ' ')
            buf_byte(&b, (uint8_t)typed.p[i]);
    return hex_decode_into(buf_str(&b), salt, DRAW_SALT_LEN);
}

int do_desk_link_ticket(struct page *p)
{
    uint8_t id[ID_LEN];
    struct flag_paper paper = {.document = page_field(p, "shown")};
    struct date day;
    int64_t ticket;
    const str basis = page_field(p, "basis");
    int r = page_id(p, 0, id);
    if (r < 0)
        return r;
    if (!date_parse_iso(page_field(p, "day"), &day) || !date_known(day))
        return done(p, err_set(&p->err, ERR_INPUT, N_("a day looks like 2026-11-30")), id, "day");
    if (!str_to_int(page_field(p, "ticket"), 1, UINT32_MAX, &ticket))
        return done(p, err_set(&p->err, ERR_INPUT, N_("Type the number of the ticket.")), id, "ticket");
    if (!hex_decode_into(form_get(&p->form, "hall"), paper.hall, ID_LEN))
        return done(p, err_set(&p->err, ERR_INPUT, N_("there is no such hall")), id, "hall");
    if (!code_of(p, paper.salt))
        return done(p, err_set(&p->err, ERR_INPUT, N_("the code on the paper has 64 digits and letters from a to f")), id, "code");
    paper.day = (uint32_t)date_to_days(day);
    paper.ticket = (uint32_t)ticket;
    r = flags_paper(p->node, &p->actor, id, &paper, basis, p->now_ms, &p->err);
    return done(p, r, id, r == ERR_INPUT && !basis.len ? "basis" : r == ERR_INPUT ? "code" : "ticket");
}

int do_desk_link_end(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    if (r < 0)
        return r;
    r = flags_end(p->node, &p->actor, id, page_field(p, "why"), p->now_ms, &p->err);
    if (r == ERR_INPUT) {
        err_set(&p->err, ERR_INPUT, N_("say in a few words why"));
        return done(p, r, id, "why");
    }
    return r < 0 ? r : page_go(p, "/desk/watch/links");
}
