/* The halls of an agency: which there are, setting one up, and one's day: begun, watched, ended. */
#include <inttypes.h>
#include <string.h>

#include "face/web/hall_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "trust/peer/partner.h"
#include "work/desk/holders.h"

#define MINUTE_MS 60000

int show_halls(struct page *p)
{
    struct halls_view v = {.page = page_layout(p, N_("Halls")), .supervisor = p->session.roles & ROLE_SUPERVISOR};
    struct hall_setup *all;
    size_t n;
    int r = hall_list(p->node->db, p->a, &all, &n, &p->err);
    if (r < 0)
        return r;
    v.rows = arena_array(p->a, struct hall_row, n);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct hall *hall;
        r = hall_of(p, all[i].id, &hall);
        struct hall_row *row = &v.rows[v.n++];
        *row = (struct hall_row){.id = page_hex(p, all[i].id), .name = all[i].name, .state = !hall ? N_("not begun today") : hall_closed(hall) ? N_("over for today") : N_("open"),
                                 .open = hall && !hall_closed(hall)};
        for (unsigned k = 0; hall && k < line_rule(hall_line(hall))->n_lanes; k++)
            row->waiting += line_waiting(hall_line(hall), k);
    }
    page_hall_list(&p->out, &v);
    return r;
}

/* --- setting up --- */

static int draw_new(struct page *p)
{
    static const char *const keys[4] = {"lane", "weight", "at", "checked"};
    struct hall_new_view v = {.page = page_layout(p, N_("Set up a hall")), .name = form_get(&p->form, "name"), .counters = form_get(&p->form, "counters"),
                              .posts = form_get(&p->form, "posts")};
    for (size_t i = 0; i < sizeof v.lanes / sizeof v.lanes[0]; i++) {
        str got[4];
        for (size_t k = 0; k < 4; k++)
            got[k] = form_get(&p->form, str_printf(p->a, "%s-%zu", keys[k], i + 1).p);
        v.lanes[i] = (struct hall_lane_input){.name = got[0], .weight = got[1], .at = got[2], .checked = got[3].len > 0};
    }
    if (!p->form.n)
        v.counters = STR("4");
    page_hall_new(&p->out, &v);
    return 0;
}

int show_hall_new(struct page *p)
{
    return draw_new(p);
}

static str lane_field(struct page *p, const char *key, size_t i)
{
    return page_field(p, str_printf(p->a, "%s-%zu", key, i).p);
}

/* One lane of the form; a lane without a name is none. A lane that is checked takes a bit of its own. */
static int take_lane(struct page *p, struct hall_setup *s, size_t i, const char **field)
{
    const unsigned at = s->rule.n_lanes;
    const str name = lane_field(p, "lane", i), weight = lane_field(p, "weight", i);
    int64_t share = 1;
    uint64_t counters;
    if (!name.len)
        return 0;
    *field = str_printf(p->a, "weight-%zu", i).p;
    if (weight.len && !str_to_int(weight, 1, 100, &share))
        return err_set(&p->err, ERR_INPUT, N_("The share of a lane is a whole number from 1 to 100."));
    *field = str_printf(p->a, "at-%zu", i).p;
    if (!hall_counters_typed(lane_field(p, "at", i), s->rule.n_counters, &counters))
        return err_set(&p->err, ERR_INPUT, N_("Which counters serve the lane? Numbers of counters, such as 1-4, 6; empty: all."));
    s->lanes[at] = name;
    s->rule.lanes[at] = (struct line_lane){(uint16_t)share, lane_field(p, "checked", i).len ? UINT32_C(1) << at : 0};
    for (unsigned c = 0; c < s->rule.n_counters; c++)
        s->rule.serves[c] |= (counters >> c & 1u) << at;
    s->rule.n_lanes++;
    return 0;
}

static int take_hall(struct page *p, struct hall_setup *s, const char **field)
{
    int64_t counters, posts = 0;
    const str posted = page_field(p, "posts");
    *field = "counters";
    if (!str_to_int(page_field(p, "counters"), 1, LINE_COUNTERS_MAX, &counters))
        return err_set(&p->err, ERR_INPUT, N_("How many counters? A number from 1 to 64."));
    *field = "posts";
    if (posted.len && !str_to_int(posted, 0, LINE_WINDOW_MAX, &posts))
        return err_set(&p->err, ERR_INPUT, N_("How many posts for the secondary check? A number from 0 to 32."));
    *s = (struct hall_setup){.name = page_field(p, "name"), .rule = {.n_counters = (uint8_t)counters, .n_posts = (uint8_t)posts}};
    int r = 0;
    for (size_t i = 1; r == 0 && i <= 6; i++)
        r = take_lane(p, s, i, field);
    if (r == 0)
        *field = s->name.len ? "lane-1" : "name";
    return r;
}

int do_hall_new(struct page *p)
{
    struct hall_setup setup;
    const char *field = NULL;
    int r = take_hall(p, &setup, &field);
    if (r == 0)
        r = hall_make(p->node, &p->actor, p->now_ms, &setup, &p->err);
    if (r == 0)
        r = hall_board_make(p->node, &p->actor, setup.id, p->now_ms, &p->err);
    if (r == ERR_INPUT) {
        page_error(p, field);
        return draw_new(p);
    }
    return r < 0 ? r : page_go(p, str_printf(p->a, "/desk/hall/%.*s", STR_ARG(page_hex(p, setup.id))).p);
}

/* --- a hall --- */

static void figure(struct page *p, struct hall_set_view *v, const char *label, int64_t value, bool warns)
{
    v->figures[v->n_figures++] = (struct hall_figure){label, str_printf(p->a, "%" PRId64, value), warns && value > 0};
}

static void fill_figures(struct page *p, const struct hall *hall, struct hall_set_view *v)
{
    const struct line_totals *t = line_totals(hall_line(hall));
    const struct hall_waits w = hall_waits(hall, p->a);
    int64_t waiting = 0;
    for (unsigned i = 0; i < line_rule(hall_line(hall))->n_lanes; i++)
        waiting += line_waiting(hall_line(hall), i);
    figure(p, v, N_("Tickets that wait"), waiting, false);
    figure(p, v, N_("Tickets"), t->tickets, false);
    figure(p, v, N_("Travellers"), t->travellers, false);
    figure(p, v, N_("Calls"), t->calls, false);
    figure(p, v, N_("Served"), t->served, false);
    figure(p, v, N_("Did not come"), t->no_shows, false);
    figure(p, v, N_("Refused a call"), t->refusals, false);
    figure(p, v, N_("Secondary checks"), t->checks, false);
    figure(p, v, N_("Mean wait, minutes"), (w.mean + MINUTE_MS / 2) / MINUTE_MS, false);
    figure(p, v, N_("One in 20 waited longer than, minutes"), (w.p95 + MINUTE_MS / 2) / MINUTE_MS, false);
    figure(p, v, N_("Longest wait, minutes"), (w.most + MINUTE_MS / 2) / MINUTE_MS, false);
    figure(p, v, N_("Most often overtaken"), t->most_overtaken, false);
    figure(p, v, N_("Called without a draw, by two persons"), t->overrides, true);
    figure(p, v, N_("Weak draws"), t->weak, true);
    figure(p, v, N_("Calls where one counter alone served"), t->no_choice, true);
}

static void fill_lanes(struct page *p, const struct hall *hall, struct hall_set_view *v)
{
    const struct line *line = hall_line(hall);
    v->n_lanes = line_rule(line)->n_lanes;
    v->lanes = arena_array(p->a, struct hall_lane_row, v->n_lanes);
    for (unsigned i = 0; i < v->n_lanes; i++)
        v->lanes[i] = (struct hall_lane_row){.name = hall_posted(hall)->lanes[i], .number = i + 1, .checked = line_rule(line)->lanes[i].needs != 0,
                                             .waiting = line_waiting(line, i), .counters = line_choices(line, i)};
}

static str holder_name(struct page *p, const struct holders_what *what, unsigned i)
{
    struct partner partner;
    struct err gone = {0};
    if (i == 0)
        return p->layout.agency;
    return i < what->setup.holders && partner_by_id(p->node->db, p->a, what->agencies[i], &partner, &gone) == 0 ? partner.agency : STR("");
}

static void fill_holders(struct page *p, const struct hall *hall, struct hall_set_view *v)
{
    const struct hall_holder *seen;
    struct holders_what what = {0};
    struct err none = {0};
    uint32_t draws;
    if (holders_who(p->node, hall_posted(hall)->id, hall_day(hall), hall_keys(hall), &what, &none) < 0)
        what.setup.holders = 0; /* numbers will do */
    v->n_holders = hall_holders_seen(hall, &seen, &draws);
    v->holders = arena_array(p->a, struct hall_holder_row, v->n_holders);
    for (unsigned i = 0; i < v->n_holders; i++)
        v->holders[i] = (struct hall_holder_row){.number = i + 1, .agency = holder_name(p, &what, i), .answered = seen[i].answered,
                                                 .missed = draws - seen[i].answered, .last = page_time(p, seen[i].last_ms)};
}

/* Why the day cannot begin yet; NULL: it can. */
static int keys_ready(struct page *p, const uint8_t id[static ID_LEN], const char **why_not)
{
    struct day_keys keys;
    struct err none = {0};
    int64_t since;
    int r = day_book_keys_of(p->node, id, hall_today(p), p->a, &keys, &since, &none);
    *why_not = NULL;
    if (r == ERR_NOT_FOUND)
        *why_not = N_("There are no keys for today yet. Whoever runs the node makes them with the other key holders: comity desk DIR keys.");
    else if (r == 0 && p->now_ms - since < DAY_KEYS_AHEAD_MS)
        *why_not = N_("The keys are less than a day old: nobody may know who comes when they are made. The day can begin tomorrow.");
    else if (r < 0)
        p->err = none;
    return r == ERR_NOT_FOUND ? 0 : r;
}

static int draw_hall(struct page *p)
{
    struct hall_set_view v = {.page = page_layout(p, N_("Hall"))};
    uint8_t id[ID_LEN];
    struct hall_setup setup;
    struct hall *hall;
    int r = page_id(p, 0, id);
    if (r == 0)
        r = hall_find(p->node->db, id, p->a, &setup, &p->err);
    if (r == 0)
        r = hall_of(p, id, &hall);
    if (r == 0)
        r = hall_board_address(p, id, &v.board);
    if (r == 0 && !hall)
        r = keys_ready(p, id, &v.why_not);
    if (r < 0)
        return r;
    if (v.board.len) /* the same without the name of the site */
        v.board_path = str_from(strstr(v.board.p, "/board/"));
    v.head = (struct hall_head){.id = page_hex(p, id), .name = setup.name, .where = "hall", .supervisor = true, .officer = true};
    v.begun = hall != NULL;
    v.may_begin = !hall && !v.why_not;
    if (hall) {
        v.closed = hall_closed(hall);
        v.may_hand_over = !v.closed && hall_day(hall) < hall_today(p);
        v.since = page_date(p, date_from_days(hall_day(hall)));
        fill_figures(p, hall, &v);
        fill_holders(p, hall, &v);
        fill_lanes(p, hall, &v);
        v.counters = hall_counters(p, hall, &v.n_counters);
        v.vkey = log_vkey(p->node->log, p->a);
    }
    page_hall_set(&p->out, &v);
    return 0;
}

int show_hall(struct page *p)
{
    return draw_hall(p);
}

static int go_hall(struct page *p)
{
    return page_go(p, str_printf(p->a, "/desk/hall/%.*s", STR_ARG(p->request->params[0])).p);
}

/* Her word that the day begins or ends: a leaf of its own; the records follow as the node's. */
static int say(struct page *p, const uint8_t id[static ID_LEN], str what)
{
    struct act act = {.verb = VERB_HALL_SET, .actor = &p->actor, .now_ms = p->now_ms, .has_object = true, .detail = what};
    memcpy(act.object, id, ID_LEN);
    return act_run(p->node, &act, NULL, NULL, &p->err);
}

int do_hall_begin(struct page *p)
{
    uint8_t id[ID_LEN];
    struct hall_setup setup;
    struct hall *hall = NULL;
    const char *why_not = NULL;
    int r = page_id(p, 0, id);
    if (r == 0)
        r = hall_find(p->node->db, id, p->a, &setup, &p->err);
    if (r == 0)
        r = keys_ready(p, id, &why_not);
    if (r == 0 && why_not) {
        err_set(&p->err, ERR_DENIED, "%s", why_not);
        page_error(p, NULL);
        return draw_hall(p);
    }
    if (r == 0)
        r = say(p, id, STR("the day begins"));
    if (r == 0)
        r = halls_open(page_halls(p), id, true, p->now_ms, &hall, &p->err);
    return r < 0 ? r : go_hall(p);
}

int do_hall_end(struct page *p)
{
    struct hall *hall;
    int r = hall_here(p, &hall);
    if (r <= 0)
        return r;
    r = say(p, hall_posted(hall)->id, STR("the day ends"));
    if (r == 0)
        r = hall_mark(hall, true, p->now_ms, &p->err);
    if (r == ERR_RETRY) {
        page_error(p, NULL);
        return draw_hall(p);
    }
    return r < 0 ? r : go_hall(p);
}

int do_hall_over(struct page *p)
{
    struct hall *hall, *next;
    int r = hall_here(p, &hall);
    if (r <= 0)
        return r;
    if (hall_day(hall) < hall_today(p))
        r = say(p, hall_posted(hall)->id, STR("the day is handed over"));
    if (r == 1)
        r = 0;
    if (r == 0)
        r = halls_hand_over(page_halls(p), hall, p->now_ms, &next, &p->err);
    if (r == ERR_RETRY || r == ERR_DENIED || r == ERR_NOT_FOUND) {
        page_error(p, NULL);
        return draw_hall(p);
    }
    return r < 0 ? r : go_hall(p);
}

int do_hall_board(struct page *p)
{
    uint8_t id[ID_LEN];
    struct hall_setup setup;
    int r = page_id(p, 0, id);
    if (r == 0)
        r = hall_find(p->node->db, id, p->a, &setup, &p->err);
    if (r == 0)
        r = hall_board_make(p->node, &p->actor, id, p->now_ms, &p->err);
    return r < 0 ? r : go_hall(p);
}

/* --- the records of the day --- */

static int add_piece(void *arg, bytes piece, struct err *err)
{
    (void)err;
    buf_add_bytes(arg, piece.p, piece.len);
    return 0;
}

int show_hall_day(struct page *p)
{
    struct hall *hall;
    struct buf b = buf_new(p->a);
    int r = hall_here(p, &hall);
    if (r <= 0)
        return r;
    r = hall_mark(hall, false, p->now_ms, &p->err); /* what is handed out is in the log */
    if (r == 0)
        r = day_book_write(p->node, hall_posted(hall)->id, hall_day(hall), add_piece, &b, &p->err);
    if (r < 0)
        return r;
    p->reply->type = "application/octet-stream";
    p->reply->body = buf_bytes(&b);
    p->reply->file_name = str_printf(p->a, "hall-%u.day", hall_day(hall));
    return 0;
}
