/* The line of a hall tried out: reads nothing of anybody, writes nothing. What it costs in computing is bounded by the travellers. */
#include <math.h>

#include "face/web/desk_simulate_views.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "work/desk/hours.h"
#include "work/desk/simulate_day.h"
#include "work/desk/simulate_table.h"

/* About half a second of one core, whatever is asked for: so nobody waits for a page in silence. */
enum { TRAVELLERS = 30000, ATTACKED = 15000, SEEDS = 4, EVERY = 100, HOURS_TRAVELLERS = 1200000, DAYS_MAX = 40 };
/* Of the drawings: where bars begin, how long the longest is, how far one row is from the next. */
enum { LEFT = 300, LENGTH = 380, ROW = 40, AXIS = 28, HOUR_ROW = 28, HOUR_LEFT = 110 };

/* What is shown. */
enum { SHOW_LINES, SHOW_ATTACKS, SHOW_HOURS, SHOWS };
static const struct { const char *value, *label; } shows[SHOWS] = {
    {"lines", N_("The lines compared, and the next counter")}, {"attacks", N_("Every attack that we know")}, {"hours", N_("The hours of your day")},
};

struct asked { int64_t counters, load, window, cap, officers, tries; double minutes; int show; struct sim_hour day[SIM_CLOCK]; };

static bool take(struct page *p, const char *name, int64_t least, int64_t most, int64_t *out)
{
    const str given = str_trim(form_get(&p->query, name));
    if (!given.len || str_to_int(given, least, most, out))
        return true;
    err_set(&p->err, ERR_INPUT, N_("Whole numbers only, and not too large: counters 1 to 64, percent 1 to 99, a draw of 1 to 32."));
    page_error(p, name);
    return false;
}

static bool take_hours(struct page *p, struct asked *a)
{
    double people = 0, counters = 0, open = 0;
    if (!hours_read_lines(form_get(&p->query, "hours"), a->day)) {
        err_set(&p->err, ERR_INPUT, N_("A line for each hour: the hour, how many came, how many counters were open. For example: 7 200 5"));
        page_error(p, "hours");
        return false;
    }
    for (int i = 0; i < SIM_CLOCK; i++) {
        open = a->day[i].counters ? a->day[i].counters : open;
        people += a->day[i].arrivals;
        counters += open;
    }
    if (people > 0 && people * a->minutes < 0.98 * 60 * counters)
        return true;
    err_set(&p->err, ERR_INPUT, N_("Nobody comes in these hours, or more come than the counters can serve in a day."));
    page_error(p, "hours");
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
           take(p, "cap", 1, 1000, &a->cap) && take(p, "officers", 1, a->counters, &a->officers) && take(p, "tries", 1, LINE_TRIES + 1, &a->tries) &&
           (a->show != SHOW_HOURS || take_hours(p, a));
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

static const char *const try_names[SIM_TRIES] = {
    [SIM_TRY_ROWS] = N_("She chooses her row"), [SIM_TRY_PLAIN] = N_("They leave it to luck"), [SIM_TRY_PLAIN_HOLD] = N_("He stretches cases until she is near"),
    [SIM_TRY_LUCK] = N_("They leave it to luck"), [SIM_TRY_HOLD] = N_("He stretches cases until she is near"), [SIM_TRY_RUSH] = N_("He stretches cases, then hurries"),
    [SIM_TRY_HURRY] = N_("He also hurries the case at hand"), [SIM_TRY_CAP] = N_("He also waits until she must be next"), [SIM_TRY_ALL] = N_("He does all of this"),
    [SIM_TRY_TWO] = N_("One officer more is paid"), [SIM_TRY_TURNS] = N_("One more, and they take turns"), [SIM_TRY_REFUSE] = N_("She refuses one call"),
    [SIM_TRY_CHECK] = N_("She refuses two calls"), [SIM_TRY_GROUP] = N_("Three of them come together"), [SIM_TRY_DAYS] = N_("She comes on three days"),
    [SIM_TRY_SHUN] = N_("He says three did not come"), [SIM_TRY_DOOR] = N_("She waits at the door until he is free"), [SIM_TRY_DOOR_ALL] = N_("At the door, and all that they can do"),
    [SIM_TRY_FORESEE] = N_("He knows the lots before"),
};

static void draw_lines(struct page *p, struct desk_simulate_view *v, const struct sim_row *rows, int n, double minutes)
{
    v->lines = arena_array(p->a, struct try_bar, (size_t)n);
    for (int i = 0; i < n; i++) {
        const struct sim_summary *s = &rows[i].found;
        v->lines[i] = (struct try_bar){
            .name = line_names[rows[i].line], .detail = try_names[rows[i].what], .y = ROW * i, .length = along(rows[i].chance.mean),
            .low = LEFT + along(rows[i].chance.mean - rows[i].chance.half), .high = LEFT + along(rows[i].chance.mean + rows[i].chance.half),
            .bad = rows[i].chance.mean > 3 * rows[i].luck, .luck_x = LEFT + along(rows[i].luck), .luck = str_printf(p->a, "%.2f", rows[i].luck),
            .mean = minutes_shown(p, &s->wait, minutes), .p95 = str_printf(p->a, "%.1f", s->p95.mean * minutes),
            .p99 = str_printf(p->a, "%.1f", s->p99.mean * minutes), .chance = str_printf(p->a, "%.2f ± %.2f", rows[i].chance.mean, rows[i].chance.half)};
    }
    v->n_lines = (size_t)n;
    v->lines_height = ROW * n + AXIS;
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

static void draw_hours(struct page *p, struct desk_simulate_view *v, const struct sim_clock_hour *day)
{
    double longest = 0.01, most = 0.01;
    for (int i = 0; i < SIM_CLOCK; i++) {
        longest = day[i].p95 > longest ? day[i].p95 : longest;
        most = day[i].saved > most ? day[i].saved : most;
    }
    const double tick = tick_of(longest);
    v->hours = arena_array(p->a, struct try_bar, SIM_CLOCK);
    for (int i = 0; i < SIM_CLOCK; i++)
        if (day[i].people > 0) {
            v->hours[v->n_hours] = (struct try_bar){
                .label = str_printf(p->a, "%02d:00", i), .y = HOUR_ROW * (int)v->n_hours, .length = along(day[i].mean / 5 / tick),
                .length_p95 = along(day[i].p95 / 5 / tick), .length_p99 = along(day[i].saved / most), .mean = str_printf(p->a, "%.1f", day[i].mean),
                .p95 = str_printf(p->a, "%.1f", day[i].p95), .people = str_printf(p->a, "%.0f", day[i].people),
                .chance = str_printf(p->a, "%.0f", day[i].saved > 0.5 ? day[i].saved : 0)};
            v->n_hours++;
        }
    v->hours_height = HOUR_ROW * (int)v->n_hours + AXIS;
    v->wait_ticks = arena_array(p->a, struct try_tick, 6);
    for (int i = 0; i <= 5; i++)
        v->wait_ticks[v->n_wait_ticks++] = (struct try_tick){HOUR_LEFT + along(i / 5.0), str_printf(p->a, "%g", i * tick)};
}

static struct sim_plan plan_of(const struct asked *a)
{
    return (struct sim_plan){.counters = (unsigned)a->counters, .load = (double)a->load / 100, .window = (uint16_t)a->window, .cap = (uint16_t)a->cap,
                             .officers = (unsigned)a->officers, .tries = (unsigned)a->tries, .travellers = TRAVELLERS, .every = EVERY, .seed = 1};
}

static int compute_lines(struct page *p, struct desk_simulate_view *v, const struct asked *a)
{
    const struct sim_plan plan = plan_of(a);
    struct sim_row rows[SIM_TRIES];
    struct sim_step steps[SIM_STEPS];
    int n_rows = sim_compare(&plan, SEEDS, 0, SIM_TRY_LINES, rows, &p->err);
    int n_steps = n_rows < 0 ? n_rows : sim_more_counters(&plan, SEEDS, steps, &p->err);
    if (n_steps < 0)
        return n_steps;
    draw_lines(p, v, rows, n_rows, a->minutes);
    draw_steps(p, v, steps, n_steps, plan.counters, a->minutes);
    v->theory = str_printf(p->a, "%.1f", sim_erlang_wait(plan.counters, plan.load) * a->minutes);
    v->travellers = str_printf(p->a, "%d", (n_rows + n_steps) * SEEDS * TRAVELLERS);
    return 0;
}

static int compute_attacks(struct page *p, struct desk_simulate_view *v, const struct asked *a)
{
    struct sim_plan plan = plan_of(a);
    struct sim_row rows[SIM_TRIES];
    plan.travellers = ATTACKED;
    const int n = sim_compare(&plan, SEEDS, SIM_TRY_LUCK, SIM_TRIES, rows, &p->err);
    if (n < 0)
        return n;
    v->attacks = true;
    draw_lines(p, v, rows, n, a->minutes);
    v->travellers = str_printf(p->a, "%d", n * SEEDS * ATTACKED);
    return 0;
}

/* The same day many times over. */
static int compute_hours(struct page *p, struct desk_simulate_view *v, const struct asked *a)
{
    struct sim_clock_hour day[SIM_CLOCK];
    double people = 0;
    int runs = 1;
    for (int i = 0; i < SIM_CLOCK; i++) {
        people += a->day[i].arrivals;
        runs += a->day[i].arrivals > 0;
    }
    const double wanted = HOURS_TRAVELLERS / (people * runs);
    const size_t days = wanted < 1 ? 1 : wanted > DAYS_MAX ? DAYS_MAX : (size_t)wanted;
    struct sim_hour *hours = arena_array(p->a, struct sim_hour, SIM_CLOCK * days);
    for (size_t i = 0; i < SIM_CLOCK * days; i++)
        hours[i] = a->day[i % SIM_CLOCK];
    struct sim_plan plan = plan_of(a);
    plan.line = SIM_DRAW;
    plan.travellers = 0;
    plan.hours = hours;
    plan.n_hours = SIM_CLOCK * days;
    plan.service_minutes = a->minutes;
    const int r = sim_by_hour(&plan, day, &p->err);
    if (r < 0)
        return r;
    draw_hours(p, v, day);
    v->travellers = str_printf(p->a, "%.0f", people * (double)days * runs);
    return 0;
}

typedef int try_fn(struct page *p, struct desk_simulate_view *v, const struct asked *a);
static try_fn *const tries_of[SHOWS] = {compute_lines, compute_attacks, compute_hours};

int show_desk_simulate(struct page *p)
{
    struct asked a = {.counters = 10, .load = 97, .window = LINE_WINDOW, .cap = LINE_CAP, .officers = 1, .tries = 1, .minutes = 1};
    struct desk_simulate_view v = {.page = page_layout(p, N_("Try out the line"))};
    const str show = form_get(&p->query, "show"), hours = form_get(&p->query, "hours");
    struct choice *shown = arena_array(p->a, struct choice, SHOWS);
    for (int i = 0; i < SHOWS; i++) {
        if (str_eq(show, str_from(shows[i].value)))
            a.show = i;
        shown[i] = (struct choice){str_from(shows[i].value), page_words(p, shows[i].label), a.show == i && i > 0};
    }
    const bool good = take_all(p, &a);
    const str minutes = form_get(&p->query, "minutes");
    v.counters = number_shown(p, "counters", a.counters);
    v.load = number_shown(p, "load", a.load);
    v.window = number_shown(p, "window", a.window);
    v.cap = number_shown(p, "cap", a.cap);
    v.officers = number_shown(p, "officers", a.officers);
    v.minutes = minutes.len ? minutes : str_printf(p->a, "%g", a.minutes);
    v.hours_given = hours.len ? hours : STR("6 60 3 1\n7 210 4 2\n8 260 5 3\n9 90 4\n10 60 3\n17 150 4\n18 240 5\n19 80 3\n");
    v.shows = (struct choices){.page = &p->layout, .name = "show", .label = N_("What to show"), .all = shown, .n = SHOWS};
    struct choice *tries = arena_array(p->a, struct choice, 3);
    tries[0] = (struct choice){STR("1"), page_words(p, N_("Takes the first call")), a.tries == 1};
    tries[1] = (struct choice){STR("2"), page_words(p, N_("Refuses the first call if it is not his")), a.tries == 2};
    tries[2] = (struct choice){STR("3"), page_words(p, N_("Refuses two calls that are not his")), a.tries == 3};
    v.tries = (struct choices){.page = &p->layout, .name = "tries", .label = N_("When she is called"), .all = tries, .n = 3};
    if (good && form_get(&p->query, "counters").len) {
        int r = tries_of[a.show](p, &v, &a);
        if (r < 0)
            return r;
        v.tried = true;
    }
    page_desk_simulate(&p->out, &v);
    return 0;
}
