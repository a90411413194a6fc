#include "face/cli/simulate_tables.h"

#include <inttypes.h>

#include "face/cli/out.h"
#include "ground/csv/csv.h"

static const struct { const char *key; size_t at; } figures[] = {
    {"mean", offsetof(struct sim_summary, wait)}, {"p50", offsetof(struct sim_summary, p50)}, {"p95", offsetof(struct sim_summary, p95)},
    {"p99", offsetof(struct sim_summary, p99)},
};

static const char *const classes[SIM_CLASSES] = {"up to 15", "16 to 30", "31 to 45", "46 to 60", "61 to 90", "91 to 120", "longer"};

static const struct sim_figure *figure_at(const struct sim_summary *s, size_t i)
{
    return (const struct sim_figure *)((const char *)s + figures[i].at);
}

static double scale(const struct sim_job *job)
{
    return job->minutes > 0 ? job->minutes : 1;
}

static void json_summary(struct out *o, const struct sim_job *job, const struct sim_summary *s)
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

static void json_day(struct out *o, const struct sim_job *job)
{
    out_array(o, "by_the_hour");
    for (int i = 0; i < SIM_CLOCK; i++) {
        const struct sim_clock_hour *h = &job->day[i];
        out_object(o, NULL);
        out_int(o, "hour", i);
        out_double(o, "people", h->people, 1);
        out_double(o, "counters", h->counters, 1);
        out_double(o, "mean", h->mean, 2);
        out_double(o, "p95", h->p95, 2);
        out_double(o, "measured", h->measured, 2);
        out_double(o, "saved", h->saved, 1);
        out_end(o);
    }
    out_end(o);
    out_array(o, "by_length");
    for (int i = 0; i < SIM_CLASSES; i++) {
        out_object(o, NULL);
        out_text(o, "minutes", str_from(classes[i]));
        out_double(o, "measured", job->check.measured[i], 4);
        out_double(o, "found", job->check.found[i], 4);
        out_end(o);
    }
    out_end(o);
}

void simulate_json(const struct sim_job *job, struct buf *b)
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
        out_text(&o, "attack", str_from(sim_try_word(row->what)));
        json_summary(&o, job, &row->found);
        if (row->line == SIM_ROWS)
            out_null(&o, "most_overtaken");
        else
            out_int(&o, "most_overtaken", row->found.most_overtaken);
        out_double(&o, "chance", row->chance.mean, 4);
        out_double(&o, "chance_half", row->chance.half, 4);
        if (!job->plan.hours)
            out_double(&o, "luck", row->luck, 4);
        out_double(&o, "went_away", row->found.gone.mean, 4);
        out_double(&o, "sent_away", row->found.shunned.mean, 3);
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
    if (job->plan.hours)
        json_day(&o, job);
    out_end(&o);
}

void simulate_csv(struct cli *cli, const struct sim_job *job, struct buf *b)
{
    static const str head[] = {{"table", 5}, {"line", 4}, {"attack", 6}, {"more", 4}, {"mean", 4}, {"mean_half", 9}, {"p95", 3}, {"p99", 3}, {"chance", 6}, {"chance_half", 11}};
    csv_write_row(b, head, 10, 0);
    for (int i = 0; i < job->n_rows + job->n_steps; i++) {
        const bool of_lines = i < job->n_rows;
        const struct sim_row *row = &job->rows[of_lines ? i : 0];
        const struct sim_step *step = of_lines ? NULL : &job->steps[i - job->n_rows];
        const struct sim_summary *s = of_lines ? &row->found : &step->found;
        str cells[10] = {of_lines ? STR("lines") : STR("counters"), of_lines ? str_from(sim_line_word(row->line)) : STR("draw"),
                         of_lines ? str_from(sim_try_word(row->what)) : STR("none"), str_printf(cli->arena, "%u", of_lines ? 0 : step->more),
                         str_printf(cli->arena, "%.4f", s->wait.mean * scale(job)), str_printf(cli->arena, "%.4f", s->wait.half * scale(job)),
                         str_printf(cli->arena, "%.4f", s->p95.mean * scale(job)), str_printf(cli->arena, "%.4f", s->p99.mean * scale(job)), {0}, {0}};
        if (of_lines) {
            cells[8] = str_printf(cli->arena, "%.4f", s->chance.mean);
            cells[9] = str_printf(cli->arena, "%.4f", s->chance.half);
        }
        csv_write_row(b, cells, 10, 0);
    }
    for (int i = 0; job->plan.hours && i < SIM_CLOCK; i++) {
        const struct sim_clock_hour *h = &job->day[i];
        const str cells[10] = {STR("hours"), STR("draw"), STR("none"), str_printf(cli->arena, "%d", i), str_printf(cli->arena, "%.4f", h->mean), {0},
                               str_printf(cli->arena, "%.4f", h->p95), str_printf(cli->arena, "%.4f", h->p99), {0}, {0}};
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

static void table_figure(struct table *t, const struct sim_job *job, struct sim_figure f)
{
    if (f.half > 0)
        table_cellf(t, "%.2f ±%.2f", f.mean * scale(job), f.half * scale(job));
    else
        table_cellf(t, "%.2f", f.mean * scale(job));
}

static void write_lines(struct cli *cli, const struct sim_job *job, struct buf *b)
{
    static const char *const headings[] = {"line", "attack", ">mean wait", ">p95", ">p99", ">overtake", ">at most", ">chance", "0            chance            1"};
    struct table *t = table_new(cli->arena, headings, 9);
    for (int i = 0; i < job->n_rows; i++) {
        const struct sim_row *row = &job->rows[i];
        table_cell(t, str_from(sim_line_word(row->line)));
        table_cell(t, str_from(sim_try_word(row->what)));
        table_figure(t, job, row->found.wait);
        table_cellf(t, "%.2f", row->found.p95.mean * scale(job));
        table_cellf(t, "%.2f", row->found.p99.mean * scale(job));
        table_cellf(t, "%.0f %%", 100 * row->found.overtaking.mean);
        if (row->line == SIM_ROWS)
            table_cell(t, STR("-"));
        else
            table_cellf(t, "%u", row->found.most_overtaken);
        table_cellf(t, "%.3f ±%.3f", row->chance.mean, row->chance.half);
        table_cell(t, bar(cli->arena, row->chance.mean));
    }
    table_write(t, b);
}

static void write_steps(struct cli *cli, const struct sim_job *job, struct buf *b)
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

static void write_lanes(struct cli *cli, const struct sim_job *job, struct buf *b)
{
    static const char *const headings[] = {"lane", ">of those who come", ">weight", ">mean wait", ">p95"};
    struct table *t = table_new(cli->arena, headings, 5);
    for (size_t i = 0; i < job->plan.n_lanes; i++) {
        const struct sim_summary *luck = &job->rows[0].found;
        table_cellf(t, "%zu", i + 1);
        table_cellf(t, "%.0f %%", 100 * job->lanes[i].share);
        table_cellf(t, "%u", job->lanes[i].weight);
        table_figure(t, job, luck->lanes[i].wait);
        table_figure(t, job, luck->lanes[i].p95);
    }
    table_write(t, b);
}

static void write_day(struct cli *cli, const struct sim_job *job, struct buf *b)
{
    static const char *const headings[] = {"hour", ">people a day", ">counters", ">mean wait", ">p95", ">p99", ">measured", ">one counter more saves", "mean wait"};
    static const char *const shares[] = {"minutes", ">measured", ">found"};
    struct table *t = table_new(cli->arena, headings, 9);
    double longest = 0.01;
    for (int i = 0; i < SIM_CLOCK; i++)
        longest = job->day[i].mean > longest ? job->day[i].mean : longest;
    for (int i = 0; i < SIM_CLOCK; i++) {
        const struct sim_clock_hour *h = &job->day[i];
        if (!(h->people > 0))
            continue;
        table_cellf(t, "%02d", i);
        table_cellf(t, "%.0f", h->people);
        table_cellf(t, "%.1f", h->counters);
        table_cellf(t, "%.1f", h->mean);
        table_cellf(t, "%.1f", h->p95);
        table_cellf(t, "%.1f", h->p99);
        table_cellf(t, h->measured > 0 ? "%.1f" : "-", h->measured);
        table_cellf(t, "%.0f min", h->saved);
        table_cell(t, bar(cli->arena, h->mean / longest));
    }
    buf_add(b, STR("\nThe hours of the day, in minutes; what one counter more in that hour saves of all people's waiting a day:\n"));
    table_write(t, b);
    if (!(job->check.measured[0] > 0))
        return;
    t = table_new(cli->arena, shares, 3);
    for (int i = 0; i < SIM_CLASSES; i++) {
        table_cell(t, str_from(classes[i]));
        table_cellf(t, "%.2f %%", 100 * job->check.measured[i]);
        table_cellf(t, "%.2f %%", 100 * job->check.found[i]);
    }
    buf_addf(b, "\nHow well this fits: shares by length of wait, %.1f minutes of way included; the largest difference is %.1f points.\nAn hour's mean wait is off by %.1f minutes.\n", job->plan.walk, 100 * job->check.off,
             job->check.clock_off);
    table_write(t, b);
}

void simulate_text(struct cli *cli, const struct sim_job *job, struct buf *b)
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
    if (job->plan.lanes) {
        buf_add(b, STR("\nThe lanes, with the draw:\n"));
        write_lanes(cli, job, b);
        return;
    }
    buf_add(b, job->n_rows ? STR("\nWhat the next counter buys, with the draw and as many people:\n") : STR("What the next counter buys, with the draw:\n"));
    write_steps(cli, job, b);
    if (job->plan.hours)
        write_day(cli, job, b);
}
