/* comity watch: whom the lots do not explain. Over files of draws; what is kept at a node is looked at in the browser. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "ground/crypto/crypto.h"
#include "ground/text/when.h"
#include "work/desk/hall.h"
#include "work/watch/days.h"
#include "work/watch/draws.h"
#include "work/watch/watch.h"
#include "work/watch/watched.h"

#define ROWS 10
#define FILES_MAX 366
#define LABELS_MAX (32 << 20)

const struct cli_option watch_options[] = {
    {"all", NULL, "the thirty least likely of each family, not ten"},
    {0},
};
const char watch_help[] =
    "A file of draws is a CSV table with a row a call and the columns of, could, drawn, and if you have them family, seconds, near and\n"
    "override. Codes, not names; several files count as one. At most 5 % of what stands out in a family is expected to be chance.\n"
    "Beside each pair stands how many times as often as drawn it would have had to meet to be seen: few meetings show nothing.\n"
    "\n"
    "    comity watch march.csv april.csv\n"
    "\n"
    "It says where to look, never what anybody has done.\n";

const struct cli_option watch_keep_options[] = {
    {"basis", "TEXT", "on which legal basis they are kept: a law, an order and its number; it stands in the log"},
    {"days", "N", "how long it can be found out who is behind a number, after a file had her last: 1 to 366 (default 180)"},
    {0},
};
const char watch_keep_help[] =
    "Each code becomes a random number, and stands sealed apart from the draws until its date; then it is erased, and the counts stay. Whoever\n"
    "was called once in the files gets no number that lasts. Supervisors look at the page \"Who meets whom\"; two of them together open a number.\n";

const struct cli_option watch_days_options[] = {
    {"basis", "TEXT", "on which legal basis they are kept: a law, an order and its number; it stands in the log"},
    {"labels", "FILE", "which tickets belong to somebody who is met again, and which are flagged: day,ticket,code,flagged"},
    {"from", "DATE", "the first day (default: 30 days ago)"},
    {"until", "DATE", "the last day (default: yesterday)"},
    {"days", "N", "how long it can be found out who is behind a number: 1 to 366 (default 180)"},
    {0},
};
const char watch_days_help[] =
    "Takes the days of this node's halls that are closed and not kept yet: whose counter it was, who could have been called with which chance, how\n"
    "long the case took. Without FILE all travellers come once: then times and calls without a lot are watched, not meetings.\n";

static const char *const titles[WATCH_TESTS] = {
    [WATCH_MEETINGS] = "Meetings, against the lots",
    [WATCH_TIMES] = "Times while a flagged traveller is near, against the same officer's others",
    [WATCH_OVERRIDES] = "Calls without a lot, by whose counter it was",
    [WATCH_PASSED] = "Calls without a lot, by who was called",
    [WATCH_REFUSED] = "Calls that were refused, by whose counter it was",
    [WATCH_REFUSERS] = "Calls that were refused, by who was called",
    [WATCH_SEATS] = "Half shifts at another counter than drawn",
    [WATCH_SICK] = "Ill on shifts at a post, against the same officer's others",
    [WATCH_HANDS] = "Shifts of a rota that were changed by hand",
};
static const char *const words[WATCH_TESTS] = {
    [WATCH_MEETINGS] = "meetings", [WATCH_TIMES] = "times", [WATCH_OVERRIDES] = "overrides", [WATCH_PASSED] = "passed", [WATCH_REFUSED] = "refused",
    [WATCH_REFUSERS] = "refusers", [WATCH_SEATS] = "seats", [WATCH_SICK] = "sick", [WATCH_HANDS] = "hands"};

static str lift(struct arena *a, double value)
{
    return isfinite(value) ? str_printf(a, "%.1f", value) : STR("none");
}

static void counts_table(struct cli *cli, const struct draws *d, const struct watch_family *f, size_t n, struct buf *b)
{
    static const char *const meetings[] = {"", "counter", "called", ">could", ">met", ">expected", ">lift", ">p", ">stands out from", ">lift seen from"},
                             *const rates[] = {"", "code", ">of all", ">counted", ">expected", ">lift", ">p", ">stands out from", ">lift seen from"};
    const bool pairs = f->test == WATCH_MEETINGS || f->test == WATCH_SICK;
    struct table *t = table_new(cli->arena, pairs ? meetings : rates, pairs ? 10 : 9);
    for (size_t i = 0; i < n; i++) {
        const struct watch_finding *one = &f->findings[i];
        table_cell(t, one->stands_out ? STR("LOOK") : STR(""));
        if (one->of != WATCH_NOBODY)
            table_cell(t, draws_code(d, one->of));
        if (one->who != WATCH_NOBODY)
            table_cell(t, draws_code(d, one->who));
        table_cellf(t, "%" PRId64, one->n);
        table_cellf(t, "%" PRId64, one->met);
        table_cellf(t, "%.1f", one->expected);
        table_cellf(t, "%.1f", one->lift);
        table_cellf(t, "%.2g", one->p);
        table_cellf(t, "%" PRId64, one->bound);
        table_cell(t, lift(cli->arena, one->least));
    }
    table_write(t, b);
}

static void times_table(struct cli *cli, const struct draws *d, const struct watch_family *f, size_t n, struct buf *b)
{
    static const char *const headings[] = {"", "counter", ">near", ">longer than another", ">p", ">seen from"};
    struct table *t = table_new(cli->arena, headings, 6);
    for (size_t i = 0; i < n; i++) {
        const struct watch_finding *one = &f->findings[i];
        table_cell(t, one->stands_out ? STR("LOOK") : STR(""));
        table_cell(t, draws_code(d, one->of));
        table_cellf(t, "%" PRId64, one->n);
        table_cellf(t, "%.0f of 100", 100 * one->lift);
        table_cellf(t, "%.2g", one->p);
        if (isfinite(one->least))
            table_cellf(t, "%.0f, or %.0f", 100 * one->least, 100 - 100 * one->least);
        else
            table_cell(t, STR("none"));
    }
    table_write(t, b);
}

static void what_can_be_seen(struct cli *cli, const struct watch_family *f, struct buf *b)
{
    const char *none = f->found ? "" : "Nothing stands out. ";
    if (f->tested == 0)
        buf_addf(b, "%sSo few cannot show anything.\n", none);
    else if (!isfinite(f->least))
        buf_addf(b, "%sWith so few, only what nearly always happens would show.\n", none);
    else if (f->test == WATCH_TIMES)
        buf_addf(b, "%sWith so many times, only those longer (or shorter) than another %.0f times of 100 would show.\n", none, 100 * f->least);
    else
        buf_addf(b, "%sWith so many, only lifts above %.1f would show; for the middle one, %.1f expected, above %s.\n", none, f->least, f->middle,
                 lift(cli->arena, f->typical).p);
}

static void tables(struct cli *cli, const struct draws *d, const struct watch_result *r, struct buf *b)
{
    const size_t most = cli_option(cli, "all") ? WATCH_SHOWN : ROWS;
    for (size_t i = 0; i < r->n; i++) {
        const struct watch_family *f = &r->families[i];
        str family = draws_family(d, f->family);
        buf_addf(b, "%s%s%s%.*s\n", i ? "\n" : "", titles[f->test], family.len ? ": " : "", STR_ARG(family));
        buf_addf(b, "%zu of %zu could stand out; %zu %s.\n", f->tested, f->pairs, f->found, f->found == 1 ? "does" : "do");
        what_can_be_seen(cli, f, b);
        const size_t n = f->found > most ? f->found : f->n < most ? f->n : most;
        if (n)
            (f->test == WATCH_TIMES ? times_table : counts_table)(cli, d, f, n, b);
    }
    if (r->n == 0)
        buf_add(b, STR("There is nothing to test: no draw had two who could be called, no times near somebody, no calls without a lot.\n"));
}

static void finding_json(struct out *o, const struct draws *d, const struct watch_finding *f)
{
    out_object(o, NULL);
    if (f->of != WATCH_NOBODY)
        out_text(o, "of", draws_code(d, f->of));
    if (f->who != WATCH_NOBODY)
        out_text(o, "who", draws_code(d, f->who));
    out_int(o, "n", f->n);
    out_int(o, "met", f->met);
    out_double(o, "expected", f->expected, 6);
    out_double(o, "lift", f->lift, 6);
    out_text(o, "p", str_printf(o->buf->arena, "%.6g", f->p)); /* as text: 1e-300 in full would be long */
    out_bool(o, "stands_out", f->stands_out);
    out_int(o, "stands_out_from", f->bound);
    out_double(o, "lift_seen_from", f->least, 4);
    out_end(o);
}

static void json(const struct draws *d, const struct watch_result *r, struct buf *b)
{
    const struct err *first;
    struct out o = out_json(b);
    out_object(&o, NULL);
    out_int(&o, "calls", (int64_t)draws_log(d).n);
    out_int(&o, "bad_rows", draws_bad(d, &first));
    out_array(&o, "families");
    for (size_t i = 0; i < r->n; i++) {
        const struct watch_family *f = &r->families[i];
        out_object(&o, NULL);
        out_text(&o, "test", str_from(words[f->test]));
        out_text(&o, "family", draws_family(d, f->family));
        out_int(&o, "pairs", (int64_t)f->pairs);
        out_int(&o, "tested", (int64_t)f->tested);
        out_int(&o, "found", (int64_t)f->found);
        out_double(&o, "lift_seen_from", f->least, 4);
        out_array(&o, "findings");
        for (size_t k = 0; k < f->n; k++)
            finding_json(&o, d, &f->findings[k]);
        out_end(&o);
        out_end(&o);
    }
    out_end(&o);
    out_end(&o);
}

/* The files from the from'th argument on, and of rows that did not fit the first. */
static int read_files(struct cli *cli, int from, struct draws *d)
{
    const struct err *first;
    for (int i = from; i < cli->n_args; i++)
        if (draws_read(d, cli->args[i], &cli->err) < 0)
            return err_prefix(&cli->err, "%s", cli->args[i]);
    const int64_t bad = draws_bad(d, &first);
    if (bad && !cli->json)
        fprintf(stderr, "%" PRId64 " rows did not fit and were left out; the first: %s\n", bad, first->text);
    return 0;
}

int cmd_watch(struct cli *cli)
{
    struct buf b = buf_new(cli->arena);
    int r = cli_args(cli, 1, FILES_MAX);
    if (r == 0)
        r = crypto_open(&cli->err);
    if (r < 0)
        return r;
    struct draws *d = draws_new();
    r = read_files(cli, 0, d);
    if (r == 0) {
        const struct watch_log log = draws_log(d);
        const struct watch_result *result = watch_examine(cli->arena, &log, WATCH_LEVEL, WATCH_SHOWN);
        if (cli->json)
            json(d, result, &b);
        else
            tables(cli, d, result, &b);
        r = cli_print(cli, buf_str(&b));
    }
    draws_free(d);
    return r;
}

static int say_kept(struct cli *cli, const struct watched_kept *kept)
{
    struct buf b = buf_new(cli->arena);
    if (!cli->json) {
        buf_addf(&b, "%" PRId64 " calls are kept; %" PRId64 " people have a number.\n", kept->calls, kept->names);
        return cli_print(cli, buf_str(&b));
    }
    struct out o = out_json(&b);
    out_object(&o, NULL);
    out_text(&o, "kept", hex_encode(cli->arena, (bytes){kept->id, ID_LEN}));
    out_int(&o, "calls", kept->calls);
    out_int(&o, "numbers", kept->names);
    out_end(&o);
    return cli_print(cli, buf_str(&b));
}

int cmd_watch_keep(struct cli *cli)
{
    struct node *node;
    struct watched_kept kept;
    const char *basis = cli_option(cli, "basis"), *text = cli_option(cli, "days");
    int64_t days = WATCHED_DAYS;
    int r = cli_args(cli, 2, 1 + FILES_MAX);
    if (r == 0 && (!basis || !basis[0]))
        r = cli_usage(cli, "say with --basis on which legal basis they are kept");
    if (r == 0 && text && !str_to_int(str_from(text), 1, WATCHED_DAYS_MAX, &days))
        r = cli_usage(cli, "--days: a number from 1 to %d", WATCHED_DAYS_MAX);
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &node)) < 0)
        return r;
    struct draws *d = draws_new();
    const struct actor operator = act_operator(cli->arena);
    if ((r = read_files(cli, 1, d)) == 0)
        r = watched_keep(node, &operator, d, str_from(basis), clock_now_ms(), days, &kept, &cli->err);
    draws_free(d);
    node_close(node);
    return r < 0 ? r : say_kept(cli, &kept);
}

/* --- the node's own days --- */

static int date_option(struct cli *cli, const char *name, int64_t usual, int64_t *out)
{
    const char *text = cli_option(cli, name);
    struct date date;
    if (text && (!date_parse_iso(str_from(text), &date) || !date_known(date)))
        return cli_usage(cli, "--%s is a day, for example 2026-11-30", name);
    *out = text ? date_to_days(date) : usual;
    return 0;
}

struct days { struct node *node; const char *basis; bytes labels; int64_t keep, from, until, kept, calls; };

/* Days that nobody began, that go on, or that are kept are passed over. */
static int keep_days(struct cli *cli, struct days *w, const struct hall_setup *hall)
{
    const struct actor operator = act_operator(cli->arena);
    for (int64_t day = w->from; day <= w->until; day++) {
        struct watched_day which = {.day = (uint32_t)day};
        struct watched_kept kept = {.calls = -1}; /* 0: nobody was called on that day */
        memcpy(which.hall, hall->id, ID_LEN);
        const int r = watched_keep_day(w->node, &operator, &which, w->labels, str_from(w->basis), clock_now_ms(), w->keep, &kept, &cli->err);
        if (r == 0) {
            w->kept++;
            w->calls += kept.calls;
        } else if (r != ERR_NOT_FOUND && r != ERR_EXISTS && r != ERR_RETRY && !(r == ERR_INPUT && kept.calls == 0))
            return r;
        cli->err = (struct err){0};
    }
    return 0;
}

static int days_options(struct cli *cli, struct days *w)
{
    const char *text = cli_option(cli, "days");
    int r = cli_args(cli, 1, 1);
    if (r < 0)
        return r;
    const int64_t today = date_to_days(when_day_in(node_time_zone(cli->args[0], cli->arena), clock_now_ms())); /* where its halls are */
    w->basis = cli_option(cli, "basis");
    w->keep = WATCHED_DAYS;
    if (r == 0 && (!w->basis || !w->basis[0]))
        r = cli_usage(cli, "say with --basis on which legal basis they are kept");
    if (r == 0 && text && !str_to_int(str_from(text), 1, WATCHED_DAYS_MAX, &w->keep))
        r = cli_usage(cli, "--days: a number from 1 to %d", WATCHED_DAYS_MAX);
    if (r == 0)
        r = date_option(cli, "from", today - 30, &w->from);
    if (r == 0)
        r = date_option(cli, "until", today - 1, &w->until);
    if (r == 0 && w->until - w->from > FILES_MAX)
        r = cli_usage(cli, "at most %d days at once", FILES_MAX);
    if (r == 0 && cli_option(cli, "labels"))
        r = file_read(cli->arena, cli_option(cli, "labels"), LABELS_MAX, &w->labels, &cli->err);
    return r;
}

int cmd_watch_days(struct cli *cli)
{
    struct days w = {0};
    struct hall_setup *halls;
    struct watch_label *none;
    size_t n = 0, n_labels;
    int r = days_options(cli, &w);
    if (r == 0 && w.labels.len)
        r = watch_labels_read(cli->arena, w.labels, 0, &none, &n_labels, &cli->err); /* says its line once, before any day */
    if (r < 0 || (r = cli_node_open(cli, cli->args[0], &w.node)) < 0)
        return r;
    r = hall_list(w.node->db, cli->arena, &halls, &n, &cli->err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = keep_days(cli, &w, &halls[i]);
    node_close(w.node);
    if (r < 0)
        return r;
    struct buf b = buf_new(cli->arena);
    if (!cli->json) {
        buf_addf(&b, "%" PRId64 " days with %" PRId64 " calls are kept.\n", w.kept, w.calls);
        return cli_print(cli, buf_str(&b));
    }
    struct out o = out_json(&b);
    out_object(&o, NULL);
    out_int(&o, "days", w.kept);
    out_int(&o, "calls", w.calls);
    out_end(&o);
    return cli_print(cli, buf_str(&b));
}
