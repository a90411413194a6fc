/* The line of a hall tried out: reads nothing of anybody, writes nothing. What it costs in computing is bounded by the travellers. */
#include <math.h>

#include "face/web/desk_simulate_views.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "work/desk/simulate_table.h"

/* About half a second of one core. */
enum { TRAVELLERS = 30000, SEEDS = 4, EVERY = 100 };
/* Of the drawings: where bars begin, how long the longest is, how far one row is from the next. */
enum { LEFT = 300, LENGTH = 380, ROW = 40, AXIS = 28 };

struct asked { int64_t counters, load, window, cap, officers, tries; double minutes; };

static bool take(struct page *p, const char *name, int64_t least, int64_t most, int64_t *out)
{
    const str given = str_trim(form_get(&p->query, name));
    if (!given.len || str_to_int(given, least, most, out))
        return true;
    err_set(&p->err, ERR_INPUT, N_("Whole numbers only, and not too large: counters 1 to 64, percent 1 to 99, a draw of 1 to 32."));
    page_error(p, name);
    return false;
}

static bool take_all(struct page *p, struct asked *a)
{
    const str minutes = str_trim(form_get(&p->query, "minutes"));
    if (minutes.len && (!str_to_double(minutes, &a->minutes) || !(a->minutes > 0 && a->minutes <= 1000))) {
        err_set(&p->err, ERR_INPUT, N_("Minutes for one case: a number above 0, such as 1.5."));
        page_error(p, "minutes");
        return false;
    }
    return take(p, "counters", 1, LINE_COUNTERS_MAX, &a->counters) && take(p, "load", 1, 99, &a->load) && take(p, "window", 1, LINE_WINDOW_MAX, &a->window) &&
           take(p, "cap", 1, 1000, &a->cap) && take(p, "officers", 1, a->counters, &a->officers) && take(p, "tries", 1, LINE_TRIES, &a->tries);
}

static str number_shown(struct page *p, const char *name, int64_t value)
{
    const str given = form_get(&p->query, name);
    return given.len ? given : str_printf(p->a, "%lld", (long long)value);
}

static str minutes_shown(struct page *p, const struct sim_figure *f, double minutes)
{
    if (f->half > 0)
        return str_printf(p->a, "%.1f ± %.1f", f->mean * minutes, f->half * minutes);
    return str_printf(p->a, "%.1f", f->mean * minutes);
}

static int along(double share)
{
    return (int)lround(LENGTH * (share < 0 ? 0 : share > 1 ? 1 : share));
}

/* --- the drawings -------------------------------------------------------------------------------------------------- */

static const char *const line_names[SIM_LINES] = {N_("A row at each counter"), N_("One line, in order"), N_("One line with the draw")};

static const char *attack_name(const struct sim_row *row)
{
    if (row->line == SIM_ROWS)
        return N_("She chooses her row");
    if (row->attack & SIM_HURRY)
        return N_("He also hurries the case at hand");
    if (row->attack & SIM_RUSH)
        return N_("He stretches cases, then hurries");
    return row->attack ? N_("He stretches cases until she is near") : N_("They leave it to luck");
}

static void draw_lines(struct page *p, struct desk_simulate_view *v, const struct sim_row *rows, int n, double minutes, double luck)
{
    v->lines = arena_array(p->a, struct try_bar, (size_t)n);
    for (int i = 0; i < n; i++) {
        const struct sim_summary *s = &rows[i].found;
        v->lines[i] = (struct try_bar){
            .name = line_names[rows[i].line], .detail = attack_name(&rows[i]), .y = ROW * i, .length = along(s->chance.mean),
            .low = LEFT + along(s->chance.mean - s->chance.half), .high = LEFT + along(s->chance.mean + s->chance.half), .bad = s->chance.mean > 3 * luck,
            .mean = minutes_shown(p, &s->wait, minutes), .p95 = str_printf(p->a, "%.1f", s->p95.mean * minutes),
            .p99 = str_printf(p->a, "%.1f", s->p99.mean * minutes), .chance = str_printf(p->a, "%.2f ± %.2f", s->chance.mean, s->chance.half)};
    }
    v->n_lines = (size_t)n;
    v->lines_height = ROW * n + AXIS;
    v->luck_x = LEFT + along(luck);
    v->chance_ticks = arena_array(p->a, struct try_tick, 5);
    for (int i = 0; i <= 4; i++)
        v->chance_ticks[v->n_chance_ticks++] = (struct try_tick){LEFT + along(i / 4.0), str_printf(p->a, "%.2f", i / 4.0)};
}

/* 1, 2 or 5 times a power of ten, so that five or fewer of it reach far enough. */
static double tick_of(double most)
{
    double tick = pow(10, floor(log10(most / 5)));
    for (int i = 0; tick * 5 < most; i++)
        tick *= i % 3 == 1 ? 2.5 : 2;
    return tick;
}

static void draw_steps(struct page *p, struct desk_simulate_view *v, const struct sim_step *steps, int n, unsigned counters, double minutes)
{
    const double longest = steps[0].found.p99.mean * minutes > 0.01 ? steps[0].found.p99.mean * minutes : 0.01, tick = tick_of(longest), whole = 5 * tick;
    v->steps = arena_array(p->a, struct try_bar, (size_t)n);
    for (int i = 0; i < n; i++) {
        const struct sim_summary *s = &steps[i].found;
        v->steps[i] = (struct try_bar){
            .label = str_printf(p->a, "%u", counters + steps[i].more), .y = ROW * i, .length = along(s->wait.mean * minutes / whole),
            .length_p95 = along(s->p95.mean * minutes / whole), .length_p99 = along(s->p99.mean * minutes / whole),
            .mean = minutes_shown(p, &s->wait, minutes), .p95 = minutes_shown(p, &s->p95, minutes), .p99 = minutes_shown(p, &s->p99, minutes)};
    }
    v->n_steps = (size_t)n;
    v->steps_height = ROW * n + AXIS;
    v->wait_ticks = arena_array(p->a, struct try_tick, 6);
    for (int i = 0; i <= 5; i++)
        v->wait_ticks[v->n_wait_ticks++] = (struct try_tick){LEFT + along(i / 5.0), str_printf(p->a, "%g", i * tick)};
}

static int try_out(struct page *p, struct desk_simulate_view *v, const struct asked *a)
{
    const struct sim_plan plan = {.counters = (unsigned)a->counters, .load = (double)a->load / 100, .window = (uint16_t)a->window, .cap = (uint16_t)a->cap,
                                  .officers = (unsigned)a->officers, .tries = (unsigned)a->tries, .travellers = TRAVELLERS, .every = EVERY, .seed = 1};
    struct sim_row rows[SIM_ROWS_MAX];
    struct sim_step steps[SIM_STEPS];
    const double luck = (double)a->officers / (double)a->counters;
    int n_rows = sim_compare(&plan, SEEDS, rows, &p->err);
    int n_steps = n_rows < 0 ? n_rows : sim_more_counters(&plan, SEEDS, steps, &p->err);
    if (n_steps < 0)
        return n_steps;
    draw_lines(p, v, rows, n_rows, a->minutes, luck);
    draw_steps(p, v, steps, n_steps, plan.counters, a->minutes);
    v->luck = str_printf(p->a, "%.2f", a->tries == 2 ? 1 - (1 - luck) * (1 - luck) : luck);
    v->theory = str_printf(p->a, "%.1f", sim_erlang_wait(plan.counters, plan.load) * a->minutes);
    v->travellers = str_printf(p->a, "%d", (n_rows + n_steps) * SEEDS * TRAVELLERS);
    v->tried = true;
    return 0;
}

int show_desk_simulate(struct page *p)
{
    struct asked a = {.counters = 10, .load = 97, .window = LINE_WINDOW, .cap = LINE_CAP, .officers = 1, .tries = 1, .minutes = 1};
    struct desk_simulate_view v = {.page = page_layout(p, N_("Try out the line"))};
    const bool good = take_all(p, &a);
    const str minutes = form_get(&p->query, "minutes");
    v.counters = number_shown(p, "counters", a.counters);
    v.load = number_shown(p, "load", a.load);
    v.window = number_shown(p, "window", a.window);
    v.cap = number_shown(p, "cap", a.cap);
    v.officers = number_shown(p, "officers", a.officers);
    v.minutes = minutes.len ? minutes : str_printf(p->a, "%g", a.minutes);
    struct choice *tries = arena_array(p->a, struct choice, 2);
    tries[0] = (struct choice){STR("1"), page_words(p, N_("Takes the first call")), a.tries == 1};
    tries[1] = (struct choice){STR("2"), page_words(p, N_("Refuses the first call if it is not his")), a.tries == 2};
    v.tries = (struct choices){.page = &p->layout, .name = "tries", .label = N_("When she is called"), .all = tries, .n = 2};
    if (good && form_get(&p->query, "counters").len) {
        int r = try_out(p, &v, &a);
        if (r < 0)
            return r;
    }
    page_desk_simulate(&p->out, &v);
    return 0;
}
