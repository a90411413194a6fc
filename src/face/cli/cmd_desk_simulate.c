/* comity desk simulate: what a line of a hall costs in waits and lets through, before anybody stands in it. */
#include <inttypes.h>
#include <string.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "ground/csv/csv.h"
#include "work/desk/hours.h"
#include "work/desk/simulate_table.h"

const struct cli_option desk_simulate_options[] = {
    {"counters", "N", "open counters, 1 to 64 (default 10)"},
    {"load", "SHARE", "work that comes, of what the counters can do: above 0, below 1 (default 0.97)"},
    {"service", "KIND", "how long a case takes: exponential, fixed, erlang (regular), mixed (a few are eight times as long)"},
    {"minutes", "M", "a mean case in minutes: waits are then said in minutes"},
    {"window", "N", "how many at the head of the line take part in a draw (default 10)"},
    {"cap", "N", "who was overtaken so often is next (default 15)"},
    {"officers", "N", "officers in league with a traveller (default 1)"},
    {"tries", "N", "2: she refuses the first call that is not to an officer of hers (default 1)"},
    {"travellers", "N", "how many a run, after a warm-up (default 400000)"},
    {"seeds", "N", "runs, for intervals (default 5)"},
    {"seed", "N", "the first seed (default 1): the same seed gives the same figures"},
    {"hours", "FILE.csv", "real hours instead of a load: columns date, hour, arrivals, counters, wait"},
    {"days", "N", "only the first days of the file"},
    {"csv", NULL, "both tables as CSV"},
    {0},
};

const char desk_simulate_help[] =
    "Runs the very code of the hall's line. Rows: each joins the shortest. Serpentine: one line, first come, first served. Draw: the next is\n"
    "drawn from the window. Chance: that a traveller in league reaches the officer she chose. hold: he stretches a case while she is near.\n"
    "rush: he serves at a third of the time while she can be called; hurry: also the case he has just then. Intervals are of 95 %.\n"
    "\n"
    "    comity desk simulate --counters 10 --load 0.97 --seeds 20\n"
    "    comity desk simulate --hours ORD-2019.csv --days 60\n";

struct job {
    struct sim_plan plan;
    unsigned seeds;
    double minutes;  /* of a mean case; 0: waits are in mean cases */
    double measured; /* mean wait of the hours in minutes */
    size_t left_out;
    struct sim_row rows[SIM_ROWS_MAX];
    struct sim_step steps[SIM_STEPS];
    int n_rows, n_steps;
};

/* --- options ------------------------------------------------------------------------------------------------------ */

static int number(struct cli *cli, const char *name, int64_t least, int64_t most, int64_t *out)
{
    const char *given = cli_option(cli, name);
    if (given && !str_to_int(str_from(given), least, most, out))
        return cli_usage(cli, "--%s is a number from %" PRId64 " to %" PRId64, name, least, most);
    return 0;
}

static int real(struct cli *cli, const char *name, double above, double below, double *out)
{
    const char *given = cli_option(cli, name);
    if (given && (!str_to_double(str_from(given), out) || !(*out > above && *out < below)))
        return cli_usage(cli, "--%s is a number above %g and below %g", name, above, below);
    return 0;
}

static int take_service(struct cli *cli, struct sim_plan *plan)
{
    static const char *const words[SIM_SERVICES] = {"exponential", "fixed", "erlang", "mixed"};
    const char *given = cli_option(cli, "service");
    for (unsigned i = 0; given && i < SIM_SERVICES; i++)
        if (strcmp(given, words[i]) == 0) {
            plan->service = (enum sim_service)i;
            return 0;
        }
    return given ? cli_usage(cli, "--service is exponential, fixed, erlang or mixed") : 0;
}

static int take_options(struct cli *cli, struct job *job)
{
    int64_t counters = 10, window = 0, cap = 0, officers = 1, tries = 1, travellers = 400000, seeds = 5, seed = 1;
    struct sim_plan *p = &job->plan;
    p->load = 0.97;
    int r = cli_args(cli, 0, 0);
    if (r < 0 || (r = number(cli, "counters", 1, LINE_COUNTERS_MAX, &counters)) < 0 || (r = number(cli, "window", 1, LINE_WINDOW_MAX, &window)) < 0 ||
        (r = number(cli, "cap", 1, 60000, &cap)) < 0 || (r = number(cli, "officers", 1, counters, &officers)) < 0 ||
        (r = number(cli, "tries", 1, LINE_TRIES, &tries)) < 0 || (r = number(cli, "travellers", 1000, 1000000000, &travellers)) < 0 ||
        (r = number(cli, "seeds", 1, SIM_SEEDS_MAX, &seeds)) < 0 || (r = number(cli, "seed", 0, INT64_MAX, &seed)) < 0 ||
        (r = real(cli, "load", 0, 1, &p->load)) < 0 || (r = real(cli, "minutes", 0, 10000, &job->minutes)) < 0 || (r = take_service(cli, p)) < 0)
        return r;
    p->counters = (unsigned)counters;
    p->window = (uint16_t)window;
    p->cap = (uint16_t)cap;
    p->officers = (unsigned)officers;
    p->tries = (unsigned)tries;
    p->travellers = (uint64_t)travellers;
    p->seed = (uint64_t)seed;
    p->every = 400;
    job->seeds = (unsigned)seeds;
    return 0;
}

static int take_hours(struct cli *cli, struct job *job, const char *path)
{
    struct sim_plan *p = &job->plan;
    struct sim_hour *hours;
    int64_t days = 0;
    int r = number(cli, "days", 1, HOURS_DAYS_MAX, &days);
    if (r < 0 || (r = hours_read(path, (unsigned)days, cli->arena, &hours, &p->n_hours, &job->left_out, &cli->err)) < 0)
        return r;
    p->hours = hours;
    p->travellers = 0;
    p->near = 2 * p->counters;
    p->line = SIM_DRAW;
    job->measured = sim_measured_wait(hours, p->n_hours);
    if (!(job->minutes > 0) && (r = sim_calibrate(p, &job->minutes, &cli->err)) < 0)
        return r;
    p->service_minutes = job->minutes;
    return 0;
}

/* --- output ------------------------------------------------------------------------------------------------------- */

static const struct { const char *key; size_t at; } figures[] = {
    {"mean", offsetof(struct sim_summary, wait)}, {"p50", offsetof(struct sim_summary, p50)}, {"p95", offsetof(struct sim_summary, p95)},
    {"p99", offsetof(struct sim_summary, p99)},
};

static const struct sim_figure *figure_at(const struct sim_summary *s, size_t i)
{
    return (const struct sim_figure *)((const char *)s + figures[i].at);
}

static double scale(const struct job *job)
{
    return job->minutes > 0 ? job->minutes : 1;
}

static void json_summary(struct out *o, const struct job *job, const struct sim_summary *s)
{
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        out_object(o, figures[i].key);
        out_double(o, "value", figure_at(s, i)->mean * scale(job), 4);
        out_double(o, "half", figure_at(s, i)->half * scale(job), 4);
        out_end(o);
    }
    out_double(o, "longest", s->most * scale(job), 4);
    out_double(o, "overtaking", s->overtaking.mean, 4);
    out_int(o, "travellers", (int64_t)s->travellers);
}

static void write_json(const struct job *job, struct buf *b)
{
    struct out o = out_json(b);
    out_object(&o, NULL);
    out_text(&o, "unit", job->minutes > 0 ? STR("minutes") : STR("mean service times"));
    out_int(&o, "seeds", job->seeds);
    if (job->plan.hours) {
        out_int(&o, "hours", (int64_t)job->plan.n_hours);
        out_double(&o, "measured_wait", job->measured, 2);
        out_double(&o, "service_minutes", job->minutes, 3);
    } else {
        out_int(&o, "counters", job->plan.counters);
        out_double(&o, "load", job->plan.load, 4);
        out_double(&o, "erlang_wait", sim_erlang_wait(job->plan.counters, job->plan.load) * scale(job), 4);
    }
    out_array(&o, "lines");
    for (int i = 0; i < job->n_rows; i++) {
        const struct sim_row *row = &job->rows[i];
        out_object(&o, NULL);
        out_text(&o, "line", str_from(sim_line_word(row->line)));
        out_text(&o, "attack", str_from(sim_attack_word(row->attack)));
        json_summary(&o, job, &row->found);
        if (row->line == SIM_ROWS)
            out_null(&o, "most_overtaken");
        else
            out_int(&o, "most_overtaken", row->found.most_overtaken);
        out_double(&o, "chance", row->found.chance.mean, 4);
        out_double(&o, "chance_half", row->found.chance.half, 4);
        out_int(&o, "accomplices", (int64_t)row->found.accomplices);
        out_end(&o);
    }
    out_end(&o);
    out_array(&o, "counters_more");
    for (int i = 0; i < job->n_steps; i++) {
        out_object(&o, NULL);
        out_int(&o, "more", job->steps[i].more);
        if (!job->plan.hours)
            out_double(&o, "load", job->steps[i].load, 4);
        json_summary(&o, job, &job->steps[i].found);
        out_end(&o);
    }
    out_end(&o);
    out_end(&o);
}

static void write_csv(struct cli *cli, const struct job *job, struct buf *b)
{
    static const str head[] = {{"table", 5}, {"line", 4}, {"attack", 6}, {"more", 4}, {"mean", 4}, {"mean_half", 9}, {"p95", 3}, {"p99", 3}, {"chance", 6}, {"chance_half", 11}};
    csv_write_row(b, head, 10, 0);
    for (int i = 0; i < job->n_rows + job->n_steps; i++) {
        const bool of_lines = i < job->n_rows;
        const struct sim_row *row = &job->rows[of_lines ? i : 0];
        const struct sim_step *step = of_lines ? NULL : &job->steps[i - job->n_rows];
        const struct sim_summary *s = of_lines ? &row->found : &step->found;
        str cells[10] = {of_lines ? STR("lines") : STR("counters"), of_lines ? str_from(sim_line_word(row->line)) : STR("draw"),
                         of_lines ? str_from(sim_attack_word(row->attack)) : STR("none"), str_printf(cli->arena, "%u", of_lines ? 0 : step->more),
                         str_printf(cli->arena, "%.4f", s->wait.mean * scale(job)), str_printf(cli->arena, "%.4f", s->wait.half * scale(job)),
                         str_printf(cli->arena, "%.4f", s->p95.mean * scale(job)), str_printf(cli->arena, "%.4f", s->p99.mean * scale(job)), {0}, {0}};
        if (of_lines) {
            cells[8] = str_printf(cli->arena, "%.4f", s->chance.mean);
            cells[9] = str_printf(cli->arena, "%.4f", s->chance.half);
        }
        csv_write_row(b, cells, 10, 0);
    }
}

enum { BAR = 40 };

static str bar(struct arena *a, double share)
{
    static const char full[] = "########################################";
    int n = (int)(share * BAR + 0.5);
    return str_printf(a, "%.*s", n < 0 ? 0 : n > BAR ? BAR : n, full);
}

static void table_figure(struct table *t, const struct job *job, struct sim_figure f)
{
    if (f.half > 0)
        table_cellf(t, "%.2f ±%.2f", f.mean * scale(job), f.half * scale(job));
    else
        table_cellf(t, "%.2f", f.mean * scale(job));
}

static void write_lines(struct cli *cli, const struct job *job, struct buf *b)
{
    static const char *const headings[] = {"line", "attack", ">mean wait", ">p95", ">p99", ">overtake", ">at most", ">chance", "0            chance            1"};
    struct table *t = table_new(cli->arena, headings, 9);
    for (int i = 0; i < job->n_rows; i++) {
        const struct sim_row *row = &job->rows[i];
        table_cell(t, str_from(sim_line_word(row->line)));
        table_cell(t, str_from(row->line == SIM_ROWS ? "choose row" : sim_attack_word(row->attack)));
        table_figure(t, job, row->found.wait);
        table_cellf(t, "%.2f", row->found.p95.mean * scale(job));
        table_cellf(t, "%.2f", row->found.p99.mean * scale(job));
        table_cellf(t, "%.0f %%", 100 * row->found.overtaking.mean);
        if (row->line == SIM_ROWS)
            table_cell(t, STR("-"));
        else
            table_cellf(t, "%u", row->found.most_overtaken);
        table_cellf(t, "%.3f ±%.3f", row->found.chance.mean, row->found.chance.half);
        table_cell(t, bar(cli->arena, row->found.chance.mean));
    }
    table_write(t, b);
}

static void write_steps(struct cli *cli, const struct job *job, struct buf *b)
{
    static const char *const headings[] = {"counters", ">load", ">mean wait", ">p95", ">p99", "mean wait"};
    struct table *t = table_new(cli->arena, headings, 6);
    for (int i = 0; i < job->n_steps; i++) {
        const struct sim_step *s = &job->steps[i];
        if (job->plan.hours)
            table_cellf(t, s->more ? "+%u in every hour" : "as they were", s->more);
        else
            table_cellf(t, "%u", job->plan.counters + s->more);
        table_cellf(t, job->plan.hours ? "-" : "%.3f", s->load);
        table_figure(t, job, s->found.wait);
        table_cellf(t, "%.2f", s->found.p95.mean * scale(job));
        table_cellf(t, "%.2f", s->found.p99.mean * scale(job));
        table_cell(t, bar(cli->arena, s->found.wait.mean / job->steps[0].found.wait.mean));
    }
    table_write(t, b);
}

static void write_text(struct cli *cli, const struct job *job, struct buf *b)
{
    const struct sim_plan *p = &job->plan;
    if (p->hours)
        buf_addf(b, "%zu hours%s. Measured wait %.1f minutes; a case of %.2f minutes gives it.\n", p->n_hours,
                 job->left_out ? str_printf(cli->arena, " (%zu rows left out)", job->left_out).p : "", job->measured, job->minutes);
    else
        buf_addf(b, "%u counters, load %g, %u runs of %" PRIu64 " travellers. Waits in %s; Erlang C: %.3f. Blind luck reaches one of %u officers: %.3f.\n",
                 p->counters, p->load, job->seeds, p->travellers, job->minutes > 0 ? "minutes" : "mean service times",
                 sim_erlang_wait(p->counters, p->load) * scale(job), p->counters, (double)p->officers / p->counters);
    buf_add(b, STR("\n"));
    if (job->n_rows)
        write_lines(cli, job, b);
    buf_add(b, job->n_rows ? STR("\nWhat the next counter buys, with the draw and as many people:\n") : STR("What the next counter buys, with the draw:\n"));
    write_steps(cli, job, b);
}

int cmd_desk_simulate(struct cli *cli)
{
    struct job *job = arena_new_of(cli->arena, struct job);
    struct buf b = buf_new(cli->arena);
    const char *hours = cli_option(cli, "hours");
    int r = take_options(cli, job);
    if (r == 0 && hours)
        r = take_hours(cli, job, hours);
    if (r == 0)
        r = job->n_rows = sim_compare(&job->plan, job->seeds, job->rows, &cli->err);
    if (r >= 0)
        r = job->n_steps = sim_more_counters(&job->plan, job->seeds, job->steps, &cli->err);
    if (r < 0)
        return r;
    if (cli->json)
        write_json(job, &b);
    else if (cli_option(cli, "csv"))
        write_csv(cli, job, &b);
    else
        write_text(cli, job, &b);
    return cli_print(cli, buf_str(&b));
}
