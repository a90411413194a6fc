/* comity desk simulate: what a line of a hall costs in waits and lets through, before anybody stands in it. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "face/cli/commands.h"
#include "face/cli/simulate_tables.h"
#include "work/desk/hours.h"

const struct cli_option desk_simulate_options[] = {
    {"counters", "N", "open counters, 1 to 64 (default 10)"},
    {"load", "SHARE", "work that comes, of what the counters can do: above 0, below 1 (default 0.97)"},
    {"service", "KIND", "how long a case takes: exponential, fixed, erlang (regular), lognormal, mixed (a few are eight times as long)"},
    {"spread", "X", "of erlang and lognormal: the standard deviation of a case beside its mean"},
    {"families", "SHARE", "tickets for two to five people: each one more takes half a case more (default 0)"},
    {"patience", "N", "mean cases until somebody who waits leaves (default: nobody does)"},
    {"balk", "N", "whoever finds so many in line does not join it (default: everybody does)"},
    {"lanes", "LIST", "PERCENT/WEIGHT/COUNTERS of each lane, with commas: 80/1/8,20/1/2. Counters left over serve all lanes"},
    {"lane", "N", "the lane she stands in (default 1)"},
    {"minutes", "M", "a mean case in minutes: waits are then said in minutes"},
    {"window", "N", "how many at the head of the line take part in a draw (default 10)"},
    {"cap", "N", "who was overtaken so often is next (default 15)"},
    {"officers", "N", "officers in league with a traveller (default 1)"},
    {"tries", "N", "2: she refuses the first call that is not to an officer of hers; 3: the second too, and a post is drawn (default 1)"},
    {"posts", "N", "posts of the secondary check (default 1)"},
    {"own-posts", "N", "of these in league (default 0)"},
    {"attacks", NULL, "every attack that is known, not only those that compare the lines"},
    {"travellers", "N", "how many a run, after a warm-up (default 400000)"},
    {"seeds", "N", "runs, for intervals (default 5)"},
    {"seed", "N", "the first seed (default 1): the same seed gives the same figures"},
    {"hours", "FILE.csv", "real hours instead of a load: columns date, hour, arrivals, counters, perhaps flights and wait"},
    {"walk", "M", "minutes of a measured wait that are the way to the line (default 0)"},
    {"crowd", "M", "minutes in which the people of a flight come (default 20)"},
    {"days", "N", "only the first days of the file"},
    {"csv", NULL, "the tables as CSV"},
    {0},
};

const char desk_simulate_help[] =
    "Runs the very code of the hall's line. Rows: each joins the shortest. Serpentine: one line, first come, first served. Draw: the next is\n"
    "drawn from the window. Chance: that a traveller in league reaches the officer she chose. hold: he stretches a case while she is near.\n"
    "rush: he serves at a third of the time while she can be called; hurry: also the case he has just then. Intervals are of 95 %.\n"
    "\n"
    "    comity desk simulate --counters 10 --load 0.97 --seeds 20\n"
    "    comity desk simulate --hours ORD-2019.csv --days 60 --walk 6\n";

/* --- options ------------------------------------------------------------------------------------------------------ */

/* Whole numbers and others, each with its place in the job. */
static const struct { const char *name; int64_t least, most; size_t at, size; } whole[] = {
#define WHOLE(name, least, most, member) {name, least, most, offsetof(struct sim_job, member), sizeof(((struct sim_job *)0)->member)}
    WHOLE("counters", 1, LINE_COUNTERS_MAX, plan.counters), WHOLE("window", 1, LINE_WINDOW_MAX, plan.window), WHOLE("cap", 1, 60000, plan.cap),
    WHOLE("officers", 1, LINE_COUNTERS_MAX, plan.officers), WHOLE("tries", 1, LINE_TRIES + 1, plan.tries), WHOLE("posts", 1, LINE_WINDOW_MAX, plan.posts),
    WHOLE("own-posts", 0, LINE_WINDOW_MAX, plan.own_posts), WHOLE("balk", 1, 1000000, plan.balk), WHOLE("travellers", 1000, 1000000000, plan.travellers),
    WHOLE("seeds", 1, SIM_SEEDS_MAX, seeds), WHOLE("seed", 0, INT64_MAX, plan.seed), WHOLE("days", 1, HOURS_DAYS_MAX, days), WHOLE("lane", 1, SIM_LANES_MAX, lane),
};
static const struct { const char *name; double above, below; size_t at; } real[] = {
    {"load", 0, 10, offsetof(struct sim_job, plan.load)}, {"minutes", 0, 10000, offsetof(struct sim_job, minutes)},
    {"spread", 0, 10, offsetof(struct sim_job, plan.spread)}, {"families", 0, 1, offsetof(struct sim_job, plan.families)},
    {"patience", 0, 1000000, offsetof(struct sim_job, plan.patience)}, {"walk", 0, 1000, offsetof(struct sim_job, plan.walk)},
    {"crowd", 0, 60, offsetof(struct sim_job, plan.crowd)},
};

static int take_numbers(struct cli *cli, struct sim_job *job)
{
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        const char *given = cli_option(cli, whole[i].name);
        int64_t n;
        if (!given)
            continue;
        if (!str_to_int(str_from(given), whole[i].least, whole[i].most, &n))
            return cli_usage(cli, "--%s is a number from %" PRId64 " to %" PRId64, whole[i].name, whole[i].least, whole[i].most);
        const uint16_t narrow = (uint16_t)n;
        const uint32_t middle = (uint32_t)n;
        const void *from = whole[i].size == sizeof narrow ? (const void *)&narrow : whole[i].size == sizeof middle ? (const void *)&middle : &n;
        memcpy((char *)job + whole[i].at, from, whole[i].size);
    }
    for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
        const char *given = cli_option(cli, real[i].name);
        double *out = (double *)((char *)job + real[i].at);
        if (given && (!str_to_double(str_from(given), out) || !(*out > real[i].above && *out < real[i].below)))
            return cli_usage(cli, "--%s is a number above %g and below %g", real[i].name, real[i].above, real[i].below);
    }
    return 0;
}

static int take_service(struct cli *cli, struct sim_plan *plan)
{
    const char *given = cli_option(cli, "service");
    for (unsigned i = 0; given && i < SIM_SERVICES; i++)
        if (strcmp(given, sim_service_word((enum sim_service)i)) == 0) {
            plan->service = (enum sim_service)i;
            return 0;
        }
    return given ? cli_usage(cli, "--service is exponential, fixed, erlang, lognormal or mixed") : 0;
}

/* "80/1/8,20/1/2" */
static int take_lanes(struct cli *cli, struct sim_job *job)
{
    static const char wrong[] = "--lanes is a list such as 80/1/8,20/1/2: percent of those who come, weight, counters of its own; 100 percent in all, and every lane with a counter";
    const char *given = cli_option(cli, "lanes");
    struct sim_plan *p = &job->plan;
    str left = str_from(given ? given : ""), one, field;
    unsigned counters = 0;
    int64_t percent = 0;
    uint64_t served = 0;
    while (left.len && str_split(&left, ',', &one)) {
        int64_t n[3] = {0};
        for (int i = 0; i < 3; i++) {
            if (!str_split(&one, '/', &field) || !str_to_int(field, i == 1 ? 1 : 0, 100, &n[i]))
                return cli_usage(cli, "%s", wrong);
        }
        if (p->n_lanes == SIM_LANES_MAX || counters + n[2] > p->counters)
            return cli_usage(cli, "%s", wrong);
        for (int64_t i = 0; i < n[2]; i++)
            job->serves[counters++] = UINT64_C(1) << p->n_lanes;
        percent += n[0];
        served |= n[2] ? UINT64_C(1) << p->n_lanes : 0;
        job->lanes[p->n_lanes++] = (struct sim_lane){.share = (double)n[0] / 100, .weight = (uint16_t)n[1]};
    }
    if (!p->n_lanes)
        return 0;
    if (percent != 100 || (counters == p->counters && served != (UINT64_C(1) << p->n_lanes) - 1))
        return cli_usage(cli, "%s", wrong);
    for (; counters < p->counters; counters++)
        job->serves[counters] = (UINT64_C(1) << p->n_lanes) - 1;
    p->lanes = job->lanes;
    p->serves = job->serves;
    p->lane = job->lane - 1;
    return p->lane < p->n_lanes ? 0 : cli_usage(cli, "--lane is a number from 1 to %zu", p->n_lanes);
}

static int take_options(struct cli *cli, struct sim_job *job)
{
    struct sim_plan *p = &job->plan;
    *job = (struct sim_job){.plan = {.counters = 10, .load = 0.97, .officers = 1, .tries = 1, .travellers = 400000, .seed = 1, .every = 400}, .seeds = 5, .lane = 1};
    int r = cli_args(cli, 0, 0);
    if (r < 0 || (r = take_numbers(cli, job)) < 0 || (r = take_service(cli, p)) < 0 || (r = take_lanes(cli, job)) < 0)
        return r;
    if (p->officers > p->counters)
        return cli_usage(cli, "--officers is a number from 1 to %u", p->counters);
    if (p->load >= 1 && !(p->patience > 0) && !p->balk)
        return cli_usage(cli, "--load is below 1, unless people leave or do not join: --patience, --balk");
    return 0;
}

enum { ROUNDS = 4 };

static int take_hours(struct cli *cli, struct sim_job *job, const char *path)
{
    struct sim_plan *p = &job->plan;
    struct sim_hour *hours;
    int r = hours_read(path, job->days, cli->arena, &hours, &p->n_hours, &job->left_out, &cli->err);
    if (r < 0)
        return r;
    p->hours = hours;
    p->travellers = 0;
    p->near = 2 * p->counters;
    p->line = SIM_DRAW;
    job->measured = sim_measured_wait(hours, p->n_hours);
    if (job->minutes > 0) {
        p->service_minutes = job->minutes;
    } else {
        if ((r = sim_calibrate(p, ROUNDS, &job->fit, &cli->err)) < 0)
            return r;
        sim_use(p, &job->fit);
        job->minutes = job->fit.service_minutes;
    }
    return 0;
}

/* --- the work -------------------------------------------------------------------------------------------------------- */

static void say(struct cli *cli, int done, int of)
{
    if (!cli->json && isatty(STDERR_FILENO))
        fprintf(stderr, done < of ? "\r%d of %d " : "\r            \r", done, of);
}

static int work(struct cli *cli, struct sim_job *job)
{
    const int end = cli_option(cli, "attacks") ? SIM_TRIES : SIM_TRY_LINES;
    for (int i = 0; i < end; i++) {
        say(cli, i, end);
        int r = sim_compare_one(&job->plan, job->seeds, (enum sim_try)i, &job->rows[job->n_rows], &cli->err);
        if (r < 0)
            return r;
        job->n_rows += r;
    }
    say(cli, end, end);
    if (job->plan.lanes)
        return 0;
    int r = job->n_steps = sim_more_counters(&job->plan, job->seeds, job->steps, &cli->err);
    if (r >= 0 && job->plan.hours && (r = sim_by_hour(&job->plan, job->day, &cli->err)) == 0)
        r = sim_check(&job->plan, &job->check, &cli->err);
    return r;
}

int cmd_desk_simulate(struct cli *cli)
{
    struct sim_job *job = arena_new_of(cli->arena, struct sim_job);
    struct buf b = buf_new(cli->arena);
    const char *hours = cli_option(cli, "hours");
    int r = take_options(cli, job);
    if (r == 0 && hours)
        r = take_hours(cli, job, hours);
    if (r == 0)
        r = work(cli, job);
    if (r < 0)
        return r;
    if (cli->json)
        simulate_json(job, &b);
    else if (cli_option(cli, "csv"))
        simulate_csv(cli, job, &b);
    else
        simulate_text(cli, job, &b);
    return cli_print(cli, buf_str(&b));
}
