/* Whom the draws of the desk do not explain; and opening a number, which takes two. */
#include <inttypes.h>
#include <math.h>

#include "face/web/file_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "work/watch/flags.h"
#include "work/watch/watched.h"

#define SHOWN 12  /* lines of a family that are given when fewer stand out */
#define DRAWN 40  /* and so many in its picture at most */
#define ROW 44
#define LEFT 176  /* of the numbers */
#define PLOT 320
#define AXIS 34

/* What each test is called, what it is and what else it can be, and what its two columns count. */
static const struct { const char *heading, *about, *all, *met; } words[WATCH_TESTS] = {
    [WATCH_MEETINGS] = {N_("Meetings"), N_("How often an officer met the same traveller or link, against the lots of those very calls. It can also be chance: of twenty pairs that stand out, one may be."), N_("Could be drawn"), N_("Met")},
    [WATCH_TIMES] = {N_("Times while a flagged traveller is near"), N_("An officer's cases that began while a linked traveller stood near the front, against the same officer's other cases. It can also be that they come at hours that are slow for everybody."), N_("Times near"), N_("Longer, of 100")},
    [WATCH_OVERRIDES] = {N_("Calls without a lot, by counter"), N_("Calls that two persons made without a lot, against all other counters. It can also be the counter nearest the door, where those go who cannot wait."), N_("Calls"), N_("Without a lot")},
    [WATCH_PASSED] = {N_("Calls without a lot, by who was called"), N_("Who is called without a lot more often than the others. It can also be somebody who is often ill."), N_("Calls"), N_("Without a lot")},
    [WATCH_REFUSED] = {N_("Refused calls, by counter"), N_("Calls that travellers refused, against all other counters: each refusal is another try for another counter. It can also be that people are afraid of her, or do not find the way."), N_("Calls"), N_("Refused")},
    [WATCH_REFUSERS] = {N_("Refused calls, by who was called"), N_("Who refuses calls more often than the others. It can also be somebody who does not understand the board."), N_("Calls"), N_("Refused")},
    [WATCH_SEATS] = {N_("Sits elsewhere than drawn"), N_("Halves of shifts in which an officer sat at another counter than the one that was drawn for her. It can also be that hers was broken or shut. Cells that were changed by hand do not count here."), N_("Half shifts"), N_("Elsewhere")},
    [WATCH_SICK] = {N_("Ill when drawn to one post"), N_("An officer's shifts at one post for which she called in ill, against her own other shifts. How often she is ill is not looked at. It can also be that this post makes her ill."), N_("Shifts"), N_("Ill")},
    [WATCH_HANDS] = {N_("Changed by hand in the rota"), N_("Shifts of an officer that somebody changed by hand after the draw, against all other officers. It can also be a child at school or a course: the reasons stand in the rota."), N_("Shifts"), N_("By hand")},
};

static str decimal(struct page *p, double value)
{
    return isfinite(value) ? str_printf(p->a, "%.1f", value) : STR("–");
}

/* "1 : 4700" */
static str odds(struct page *p, double chance)
{
    return chance < 1e-9 ? STR("< 1 : 10⁹") : str_printf(p->a, "1 : %.0f", 1 / chance);
}

/* A number for people; a post by its name; or nothing for one who came once: such a one is nobody's. */
static str number(struct page *p, const struct draws *d, uint32_t code, uint32_t *parsed, bool *is)
{
    const str text = code == WATCH_NOBODY ? STR("") : draws_code(d, code);
    *is = watched_code(text, parsed);
    if (str_starts(text, WATCHED_POST))
        return str_dup(p->a, str_slice(text, WATCHED_POST.len, text.len));
    return *is ? watched_code_text(p->a, *parsed) : STR("");
}

static int fill_codes(struct page *p, const struct draws *d, const struct watch_finding *f, struct watch_line *l)
{
    uint32_t code[2];
    bool is[2];
    int64_t until_ms = 0;
    int r = 0;
    l->of = number(p, d, f->of, &code[0], &is[0]);
    l->who = number(p, d, f->who, &code[1], &is[1]);
    l->codes = str_printf(p->a, "%.*s%s%.*s", STR_ARG(is[0] ? l->of : STR("")), is[0] && is[1] ? "-" : "", STR_ARG(is[1] ? l->who : STR("")));
    for (size_t i = 0; r == 0 && i < 2; i++)
        if (is[i] && (r = watched_until(p->node->db, code[i], p->now_ms, &until_ms, &p->err)) == 0)
            l->opens = (i == 0 || !is[0] || l->opens) && until_ms > 0;
    return r;
}

static void fill_words(struct page *p, enum watch_test test, const struct watch_finding *f, struct watch_line *l)
{
    const bool times = test == WATCH_TIMES;
    l->n = str_printf(p->a, "%" PRId64, f->n);
    l->met = times ? str_printf(p->a, "%.0f", 100 * f->lift) : str_printf(p->a, "%" PRId64, f->met);
    l->expected = times ? STR("50") : decimal(p, f->expected);
    l->lift = decimal(p, f->lift);
    l->chance = odds(p, f->p);
    l->least = decimal(p, f->least);
    if (!times)
        l->bound = f->bound <= f->n ? str_printf(p->a, "%" PRId64, f->bound) : STR("–");
    else
        l->bound = isfinite(f->least) ? str_printf(p->a, "%.0f, %.0f", 100 * f->least, 100 - 100 * f->least) : STR("–");
    l->stands_out = f->stands_out;
}

/* How far the axis goes: a round number that holds all of the picture. */
static double reach_of(const struct watch_family *f, size_t drawn)
{
    double most = 1, step = 1;
    if (f->test == WATCH_TIMES)
        return 100;
    for (size_t i = 0; i < drawn; i++) {
        const struct watch_finding *one = &f->findings[i];
        most = fmax(most, fmax((double)one->met, fmax(one->expected, one->bound <= one->n ? (double)one->bound : 0)));
    }
    while (5 * step < most)
        step *= step == 1 || log10(step) == floor(log10(step)) ? 2 : fmod(log10(step / 2), 1) == 0 ? 2.5 : 2;
    return 5 * step;
}

static int at(double value, double reach) { return LEFT + (int)lround(PLOT * fmin(value, reach) / reach); }

static void draw_picture(struct page *p, const struct watch_family *f, struct watch_section *s)
{
    s->drawn = f->n < DRAWN ? f->n : DRAWN;
    const double reach = reach_of(f, s->drawn);
    s->width = LEFT + PLOT + 30;
    s->height = (int)s->drawn * ROW + AXIS;
    s->axis = s->height - 10;
    for (s->n_ticks = 0; s->n_ticks < 6; s->n_ticks++) {
        s->ticks[s->n_ticks].x = at(reach * (double)s->n_ticks / 5, reach);
        s->ticks[s->n_ticks].label = str_printf(p->a, "%.4g", reach * (double)s->n_ticks / 5);
    }
    for (size_t i = 0; i < s->drawn; i++) {
        const struct watch_finding *one = &f->findings[i];
        struct watch_line *l = &s->lines[i];
        const bool times = f->test == WATCH_TIMES;
        l->y = (int)i * ROW + ROW / 2;
        l->met_x = at(times ? 100 * one->lift : (double)one->met, reach);
        l->expected_x = at(times ? 50 : one->expected, reach);
        l->bound_x = times ? (isfinite(one->least) ? at(100 * one->least, reach) : 0) : one->bound <= one->n ? at((double)one->bound, reach) : 0;
        l->other_x = times && isfinite(one->least) ? at(100 - 100 * one->least, reach) : 0;
    }
}

static int fill_section(struct page *p, const struct draws *d, const struct watch_family *f, size_t number_of, struct watch_section *s)
{
    *s = (struct watch_section){.test = f->test, .heading = words[f->test].heading, .about = words[f->test].about,
                                .all = words[f->test].all, .met = words[f->test].met, .family = draws_family(d, f->family), .found = f->found, .n = f->n,
                                .tested = str_printf(p->a, "%zu", f->tested), .pairs = str_printf(p->a, "%zu", f->pairs), .sees = isfinite(f->least),
                                .typical = decimal(p, f->typical), .middle = decimal(p, f->middle), .number = (int)number_of};
    s->least = f->test == WATCH_TIMES ? str_printf(p->a, "%.0f", 100 * f->least) : decimal(p, f->least);
    s->family = str_dup(p->a, s->family);
    s->lines = arena_array(p->a, struct watch_line, f->n);
    int r = 0;
    for (size_t i = 0; r == 0 && i < f->n; i++) {
        s->lines[i].row = str_printf(p->a, "watch-%zu-%zu", number_of, i);
        fill_words(p, f->test, &f->findings[i], &s->lines[i]);
        r = fill_codes(p, d, &f->findings[i], &s->lines[i]);
    }
    draw_picture(p, f, s);
    return r;
}

static int fill_order(struct page *p, struct desk_watch_view *v)
{
    struct watched_order order;
    struct flag_one *links;
    int r = watched_order_get(p->node->db, (uint32_t)date_to_days(page_today(p)), &order, &p->err);
    if (r == 0)
        r = flags_list(p->node->db, p->now_ms, p->a, &links, &v->links, &p->err);
    v->ordered = order.there;
    v->begun = order.begun;
    v->kept = order.kept;
    return r;
}

int show_desk_watch(struct page *p)
{
    struct desk_watch_view v = {.page = page_layout(p, N_("Who meets whom")), .may_open = p->session.roles & ROLE_SUPERVISOR};
    struct watched_kept *all;
    struct draws *d;
    int r = watched_load(p->node, &p->actor, p->now_ms, p->a, &d, &all, &v.files, &v.used, &p->err);
    if (r < 0)
        return r;
    const struct watch_log log = draws_log(d);
    const struct watch_result *result = watch_examine(p->a, &log, WATCH_LEVEL, SHOWN);
    v.calls = str_printf(p->a, "%zu", log.n);
    v.newest = v.files ? page_time(p, all[0].kept_ms) : STR("");
    v.sections = arena_array(p->a, struct watch_section, result->n);
    for (; r == 0 && v.n < result->n; v.n++) {
        v.found += result->families[v.n].found;
        r = fill_section(p, d, &result->families[v.n], v.n, &v.sections[v.n]);
    }
    draws_free(d);
    if (r == 0)
        r = fill_order(p, &v);
    if (r == 0)
        page_desk_watch(&p->out, &v);
    return r;
}

/* --- opening --- */

/* "3fa91c02-77ab01cc", or one. */
static size_t codes_of(str text, uint32_t codes[WATCHED_CODES_MAX])
{
    str part;
    size_t n = 0;
    while (str_split(&text, '-', &part)) {
        if (n == WATCHED_CODES_MAX || !watched_code(part, &codes[n]))
            return 0;
        n++;
    }
    return n;
}

static int draw_open(struct page *p, str text)
{
    struct desk_open_view v = {.page = page_layout(p, N_("Open who is behind a number")), .reference = page_field(p, "reference")};
    uint32_t codes[WATCHED_CODES_MAX];
    v.n = codes_of(text, codes);
    if (v.n == 0)
        return err_set(&p->err, ERR_NOT_FOUND, N_("there is no such number"));
    for (size_t i = 0; i < v.n; i++)
        v.codes[i] = watched_code_text(p->a, codes[i]);
    page_desk_open(&p->out, &v);
    return 0;
}

int show_desk_open(struct page *p)
{
    return draw_open(p, form_get(&p->query, "codes"));
}

int do_desk_open(struct page *p)
{
    str text = form_get(&p->form, "codes"), reference = page_field(p, "reference");
    uint32_t codes[WATCHED_CODES_MAX];
    uint8_t request[ID_LEN];
    size_t n = codes_of(text, codes);
    if (n > 0 && reference.len > 0)
        return page_parked(p, watched_ask(p->node, &p->actor, codes, n, reference, p->now_ms, request, &p->err), request);
    if (n > 0) {
        err_set(&p->err, ERR_INPUT, N_("say why it has to be known"));
        page_error(p, "reference");
    }
    return draw_open(p, text);
}

/* An officer of this node is kept by her id: her name is asked for when two have opened it. */
static str name_behind(struct page *p, str code)
{
    uint8_t id[ID_LEN];
    if (!str_starts(code, WATCHED_MEMBER) || !hex_decode_into(str_slice(code, WATCHED_MEMBER.len, code.len), id, ID_LEN))
        return code;
    return file_member_name(p, id);
}

int show_desk_names(struct page *p)
{
    struct desk_names_view v = {.page = page_layout(p, N_("Who is behind a number"))};
    uint32_t codes[WATCHED_CODES_MAX];
    str names[WATCHED_CODES_MAX];
    uint8_t request[ID_LEN];
    int r = page_id(p, 0, request);
    if (r == 0)
        r = watched_names(p->node, &p->actor, request, p->now_ms, p->a, codes, names, &v.n, &p->err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < v.n; i++) {
        v.lines[i].label = watched_code_text(p->a, codes[i]);
        v.lines[i].value = name_behind(p, names[i]);
    }
    page_desk_names(&p->out, &v);
    return 0;
}
