/* The ticket desk of a hall: a place in line against a document, which is not kept; and tickets that come back or are given back. */
#include <string.h>

#include "face/web/hall_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "ground/report/qr.h"
#include "work/desk/override.h"
#include "work/watch/flags.h"

#define PARTY_MAX 99

static struct hall_lane_row *lanes_of(struct page *p, const struct hall *hall, size_t *n, unsigned chosen)
{
    const struct line *line = hall_line(hall);
    const struct line_rule *rule = line_rule(line);
    struct hall_lane_row *rows = arena_array(p->a, struct hall_lane_row, rule->n_lanes);
    *n = rule->n_lanes;
    for (unsigned i = 0; i < rule->n_lanes; i++)
        rows[i] = (struct hall_lane_row){.name = hall_posted(hall)->lanes[i], .number = i + 1, .checked = rule->lanes[i].needs != 0, .chosen = i + 1 == chosen,
                                         .waiting = line_waiting(line, i), .counters = line_choices(line, i)};
    return rows;
}

static struct choices paper_languages(struct page *p, str chosen)
{
    struct choices c = {.page = &p->layout, .name = "language", .label = N_("Language of the paper")};
    c.all = arena_array(p->a, struct choice, LANGUAGES + 1);
    for (const struct language *l = p->languages.menu; l->code; l++)
        c.all[c.n++] = (struct choice){str_from(l->code), str_from(l->name), str_eq(chosen, str_from(l->code))};
    return c;
}

const char *hall_state_words(unsigned state)
{
    static const char *const words[LINE_STATES] = {
        [LINE_WAITING] = N_("waits in line"), [LINE_CALLED] = N_("is called"), [LINE_SERVED] = N_("is served"), [LINE_GONE] = N_("did not come when called"),
        [LINE_SECONDARY] = N_("goes to the secondary check"), [LINE_CHECKED] = N_("goes to the secondary check"), [LINE_VOIDED] = N_("is not valid any more")};
    return state < LINE_STATES && words[state] ? words[state] : N_("there is no such ticket");
}

static int draw_tickets(struct page *p, struct hall *hall)
{
    struct hall_tickets_view v = {.page = page_layout(p, N_("Ticket desk")), .head = hall_head_of(p, hall, "tickets"), .party = form_get(&p->form, "party"),
                                  .document = form_get(&p->form, "document"), .urgent = form_get(&p->form, "urgent"), .reference = form_get(&p->form, "reference")};
    const str language = form_get(&p->form, "language").len ? form_get(&p->form, "language") : form_get(&p->query, "language");
    const uint32_t chosen = hall_number(form_get(&p->form, "lane").len ? form_get(&p->form, "lane") : form_get(&p->query, "lane"));
    v.lanes = lanes_of(p, hall, &v.n_lanes, chosen ? chosen : 1);
    for (size_t i = 0; i < v.n_lanes; i++)
        v.any_checked = v.any_checked || v.lanes[i].checked;
    if (!v.party.len)
        v.party = STR("1");
    v.languages = paper_languages(p, language.len ? language : str_from(p->layout.language));
    v.changed = hall_number(form_get(&p->query, "changed"));
    if (v.changed) {
        const struct line_ticket *t = line_ticket(hall_line(hall), v.changed);
        v.changed_to = hall_state_words(t ? t->state : LINE_NONE);
    }
    page_hall_tickets(&p->out, &v);
    return 0;
}

int show_hall_tickets(struct page *p)
{
    struct hall *hall;
    int r = hall_here(p, &hall);
    return r <= 0 ? r : draw_tickets(p, hall);
}

/* "a1b2 c3d4 ...": for a telephone without a camera. */
static str in_fours(struct page *p, bytes salt)
{
    const str hex = hex_encode(p->a, salt);
    struct buf b = buf_new(p->a);
    for (size_t i = 0; i < hex.len; i += 4)
        buf_addf(&b, "%s%.4s", i ? " " : "", hex.p + i);
    return buf_str(&b);
}

/* The paper. What stands behind the # is never sent to anybody: whoever has the paper shows it, nobody else has it. */
static int draw_paper(struct page *p, struct hall *hall, unsigned lane, unsigned party, const struct hall_ticket *ticket)
{
    const struct hall_setup *posted = hall_posted(hall);
    const str wanted = form_get(&p->form, "language");
    struct hall_paper_view v = {.id = page_hex(p, posted->id), .hall = posted->name, .lane = posted->lanes[lane], .number = ticket->number,
                                .party = party, .code = in_fours(p, (bytes){ticket->salt, sizeof ticket->salt})};
    str board;
    int r = hall_board_address(p, posted->id, &board);
    if (r < 0)
        return r;
    const str place = board.len ? str_printf(p->a, "%.*s/%u", STR_ARG(board), ticket->number)
                                : str_printf(p->a, "comity:%.*s/%u/%u", STR_ARG(v.id), hall_day(hall), ticket->number);
    v.has_board = board.len > 0;
    r = qr_path(p->a, str_printf(p->a, "%.*s#%.*s", STR_ARG(place), STR_ARG(hex_encode(p->a, (bytes){ticket->salt, sizeof ticket->salt}))), &v.path, &v.side, &p->err);
    if (r < 0)
        return r;
    for (const struct language *l = p->languages.menu; l->code; l++)
        if (str_eq(wanted, str_from(l->code)))
            page_speak(p, l->code);
    v.language = p->layout.language;
    v.unchecked = p->out.words && catalogue_header(p->out.words, STR("X-Checked-By")).len == 0;
    v.box = str_printf(p->a, "0 0 %u %u", v.side, v.side);
    v.time = page_time(p, p->now_ms);
    page_hall_paper(&p->out, &v);
    return 0;
}

static int refused(struct page *p, struct hall *hall, const char *field)
{
    page_error(p, field);
    return draw_tickets(p, hall);
}

int do_hall_ticket(struct page *p)
{
    struct hall *hall;
    int64_t party = 0;
    int r = hall_here(p, &hall);
    if (r <= 0)
        return r;
    const struct line_rule *rule = line_rule(hall_line(hall));
    const uint32_t lane = hall_number(form_get(&p->form, "lane"));
    if (lane < 1 || lane > rule->n_lanes) {
        err_set(&p->err, ERR_INPUT, N_("there is no such lane"));
        return refused(p, hall, "lane-1");
    }
    const uint32_t needs = rule->lanes[lane - 1].needs;
    if (needs && form_get(&p->form, "eligible").len == 0) {
        err_set(&p->err, ERR_INPUT, N_("This lane is only for who may use it. Look at the papers, and say that you did."));
        return refused(p, hall, "eligible");
    }
    if (!str_to_int(str_trim(form_get(&p->form, "party")), 1, PARTY_MAX, &party)) {
        err_set(&p->err, ERR_INPUT, N_("How many travel on this ticket? A number from 1 to 99."));
        return refused(p, hall, "party");
    }
    struct hall_ticket ticket;
    const struct hall_hand hand = {&p->actor, p->now_ms, flags_given};
    r = hall_enter(&hand, hall, lane - 1, (unsigned)party, needs, page_field(p, "document"), &ticket, &p->err);
    if (r == ERR_INPUT || r == ERR_RETRY)
        return refused(p, hall, "document");
    if (r < 0)
        return r;
    (void)hall_call_next(p, hall);
    return draw_paper(p, hall, lane - 1, (unsigned)party, &ticket);
}

int do_hall_ticket_change(struct page *p)
{
    const str what = form_get(&p->form, "do");
    struct hall *hall;
    int r = hall_here(p, &hall);
    if (r <= 0)
        return r;
    const struct hall_hand hand = {&p->actor, p->now_ms};
    const struct line_event e = {.kind = str_eq(what, STR("back")) ? LINE_RETURN : LINE_VOID, .ticket = hall_number(form_get(&p->form, "ticket"))};
    if (!e.ticket)
        r = err_set(&p->err, ERR_INPUT, N_("Type the number of the ticket."));
    else
        r = hall_press(&hand, hall, &e, NULL, &p->err);
    if (r == ERR_INPUT || r == ERR_NOT_FOUND || r == ERR_RETRY)
        return refused(p, hall, "ticket");
    if (r < 0)
        return r;
    (void)hall_call_next(p, hall);
    return page_go(p, str_printf(p->a, "/desk/hall/%.*s/tickets?changed=%u", STR_ARG(p->request->params[0]), e.ticket).p);
}

/* Somebody who cannot wait: a second person is asked, and the next counter that is free calls it. */
int do_hall_override(struct page *p)
{
    uint8_t request[ID_LEN];
    struct hall *hall;
    int r = hall_here(p, &hall);
    if (r <= 0)
        return r;
    const str reason = page_field(p, "reference");
    struct override o = {.day = hall_day(hall), .ticket = hall_number(form_get(&p->form, "urgent"))};
    const struct line_ticket *t = line_ticket(hall_line(hall), o.ticket);
    memcpy(o.hall, hall_posted(hall)->id, ID_LEN);
    if (!t || t->state != LINE_WAITING) {
        err_set(&p->err, ERR_INPUT, N_("this ticket does not wait in line"));
        return refused(p, hall, "urgent");
    }
    if (!reason.len || reason.len > ACCESS_REFERENCE_MAX) {
        err_set(&p->err, ERR_INPUT, N_("say in a few words why"));
        return refused(p, hall, "reference");
    }
    return page_parked(p, override_ask(p->node, &p->actor, &o, reason, p->now_ms, request, &p->err), request);
}
