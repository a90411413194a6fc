/* comity rota: make, check, mend and show a roster. Over files: no node is needed, nothing is kept. */
#include <inttypes.h>
#include <string.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "ground/crypto/crypto.h"
#include "ground/csv/csv.h"
#include "work/rota/book.h"
#include "work/rota/repair.h"
#include "work/rota/rotas.h"

#define FILE_MAX (8 << 20)
#define RECORD_MAX (32 << 20)

const char rota_help[] =
    "FILE is a table of officers, posts, shifts, needs, contracts and rules, one a row; the manual page lists the rows. Says what the rota asks\n"
    "for, and at which posts so few officers can stand that who comes is no surprise.\n";

const struct cli_option rota_make_options[] = {
    {"seed", "HEX", "64 hexadecimal digits: the draw of the day on which FILE was frozen"},
    {"moves", "N", "how long to search; else what FILE says"},
    {"out", "FILE", "where to write the roster; else to standard output"},
    {0},
};
const char rota_make_help[] =
    "The same file, seed and number of moves give the same roster, byte for byte, on every machine. So whoever has the three can make it\n"
    "again, and see a change by hand: comity rota check.\n"
    "\n"
    "    comity rota make post.csv --seed 5f0c...9a --out march.csv\n";

const struct cli_option rota_check_options[] = {
    {"seed", "HEX", "make the roster anew from this seed and list the cells that differ"},
    {"moves", "N", "with how many moves it was made; else what FILE says"},
    {"record", "RECORD", "the record of a rota that a node keeps: follow its draws, who stood in, and what was changed by hand"},
    {0},
};
const char rota_check_help[] =
    "Says each rule that ROSTER breaks, in words: first what must hold, then what was wished. With --seed also each cell that is not what\n"
    "the draw gave. With --record it checks that FILE is the table that was frozen, that the key holders' answers hold for it, and everything that\n"
    "followed, and tells a cell that was changed by hand from one that nobody answers for. A rota that an earlier\n"
    "search made is said to be of that search: the comity that made it repeats it. The exit status is 1 if a rule that must hold is broken or a cell differs.\n";

const struct cli_option rota_repair_options[] = {
    {"ill", "OFFICER", "who is ill"},
    {"from", "DATE", "the first day, as 2026-03-02"},
    {"to", "DATE", "the last day; else one day"},
    {"seed", "HEX", "64 hexadecimal digits, drawn after the call: they decide who comes"},
    {"out", "FILE", "where to write the new roster; else only the changes are told"},
    {0},
};
const char rota_repair_help[] =
    "As few others as possible have their days changed; among those with whom so few will do, a lot decides. Lists the changes. Who calls in\n"
    "sick cannot choose who comes instead, as long as nobody knows the seed before.\n";

const struct cli_option rota_show_options[] = {
    {"as", "FORM", "text (weeks, to print), csv, or ical (a calendar, RFC 5545)"},
    {"officer", "NAME", "one officer's days only, in a calendar"},
    {0},
};
const char rota_show_help[] =
    "    comity rota show post.csv march.csv --as ical --officer Weber > weber.ics\n";

const struct cli_option rota_counters_options[] = {
    {"date", "DATE", "the day, as 2026-03-02"},
    {"duty", "SHIFT/POST", "the shift and the post"},
    {"seed", "HEX", "64 hexadecimal digits, drawn at the start of the shift, and others midway"},
    {0},
};
const char rota_counters_help[] =
    "Every officer is as likely at every counter, whatever came before. The seed must be drawn when the shift begins, and another midway.\n";

struct rota_run {
    struct cli *cli;
    struct rota_book book;
    struct rota *rota;
    uint8_t digest[HASH_LEN]; /* of the file */
    uint8_t *roster;
    uint8_t seed[ROTA_SEED_LEN];
    int64_t moves;
    int search, other_search; /* by which it was made; not 0: what this program finds is not what that one found */
};

/* Reads the first argument, and the second as a roster if there is one. */
static int begin(struct cli *cli, struct rota_run *run, int n_args)
{
    bytes text;
    int rc = cli_args(cli, n_args, n_args);
    *run = (struct rota_run){.cli = cli};
    if (rc < 0 || (rc = file_read(cli->arena, cli->args[0], FILE_MAX, &text, &cli->err)) < 0)
        return rc;
    crypto_sha256(run->digest, text);
    if ((rc = rota_book_read(cli->arena, text, &run->book, &cli->err)) < 0) {
        err_prefix(&cli->err, "%s", cli->args[0]);
        return rc;
    }
    run->rota = &run->book.rota;
    run->roster = rota_roster(cli->arena, run->rota);
    if (n_args < 2)
        return 0;
    if ((rc = file_read(cli->arena, cli->args[1], FILE_MAX, &text, &cli->err)) < 0)
        return rc;
    if ((rc = rota_roster_read(cli->arena, run->rota, text, run->roster, &cli->err)) < 0)
        err_prefix(&cli->err, "%s", cli->args[1]);
    return rc;
}

static int read_seed(struct rota_run *run)
{
    struct cli *cli = run->cli;
    const char *seed = cli_option(cli, "seed"), *moves = cli_option(cli, "moves");
    run->moves = run->book.moves;
    if (!seed || !hex_decode_into(str_from(seed), run->seed, sizeof run->seed))
        return cli_usage(cli, "give --seed with 64 hexadecimal digits, as the draw published them");
    if (moves && !str_to_int(str_from(moves), 1, INT64_C(1) << 40, &run->moves))
        return cli_usage(cli, "--moves is a whole number, as 200000000");
    return 0;
}

static int day_option(struct rota_run *run, const char *option, int *day)
{
    struct date date;
    const char *text = cli_option(run->cli, option);
    if (!text || !date_parse_iso(str_from(text), &date) || !date_known(date))
        return cli_usage(run->cli, "give --%s as 2026-03-02", option);
    const int64_t n = date_to_days(date) - run->rota->first_day;
    if (n < 0 || n >= run->rota->n_days)
        return cli_usage(run->cli, "--%s is not a day of this rota", option);
    *day = (int)n;
    return 0;
}

static int write_out(struct cli *cli, struct buf *b)
{
    const char *path = cli_option(cli, "out");
    return path ? file_write(path, buf_bytes(b), FILE_MODE_PRIVATE, &cli->err) : cli_print(cli, buf_str(b));
}

/* --- rota --- */

int cmd_rota(struct cli *cli)
{
    struct rota_run run;
    int rc = begin(cli, &run, 1);
    if (rc < 0)
        return rc;
    const struct rota *rota = run.rota;
    struct buf b = buf_new(cli->arena);
    struct table *t = table_new(cli->arena, (const char *const[]){"shift and post", ">needed", ">can", ""}, 4);
    struct out o = out_json(&b);
    if (cli->json) {
        out_object(&o, NULL);
        out_text(&o, "sha256", hex_encode(cli->arena, (bytes){run.digest, HASH_LEN}));
        out_int(&o, "officers", rota->n_officers);
        out_int(&o, "days", rota->n_days);
        out_array(&o, "duties");
    } else
        buf_addf(&b, "%d officers, %d days from %.*s\n", rota->n_officers, rota->n_days, STR_ARG(rota_day_words(cli->arena, rota, 0)));
    for (int j = 1; j < rota->n_duties; j++) {
        int most = 0, least = rota->n_officers;
        for (int i = 0; i < rota->n_cover; i++)
            if (rota->cover[i].duties >> j & 1 && rota->cover[i].min > 0) {
                const int can = rota_eligible(rota, j, rota->cover[i].day);
                most = rota->cover[i].min > most ? rota->cover[i].min : most;
                least = can < least ? can : least;
            }
        const bool predictable = least < run.book.eligible;
        if (cli->json) {
            out_object(&o, NULL);
            out_text(&o, "duty", rota->duties[j].name);
            out_int(&o, "needed", most);
            out_int(&o, "eligible", least);
            out_bool(&o, "predictable", predictable);
            out_end(&o);
            continue;
        }
        table_cell(t, rota->duties[j].name);
        table_cellf(t, "%d", most);
        table_cellf(t, "%d", least);
        table_cell(t, predictable ? STR("predictable") : STR(""));
    }
    if (cli->json) {
        out_end(&o);
        out_end(&o);
    } else
        table_write(t, &b);
    return cli_print(cli, buf_str(&b));
}

/* --- make and check --- */

int cmd_rota_make(struct cli *cli)
{
    struct rota_run run;
    struct rota_score score;
    int rc = begin(cli, &run, 1);
    if (rc < 0 || (rc = read_seed(&run)) < 0 || (rc = rota_solve(run.rota, run.seed, run.moves, run.roster, &score, &cli->err)) < 0)
        return rc;
    struct buf b = buf_new(cli->arena), said = buf_new(cli->arena);
    rota_roster_write(&b, run.rota, run.roster, CSV_GUARD);
    if (cli->json && cli_option(cli, "out")) {
        struct out o = out_json(&said);
        out_object(&o, NULL);
        out_text(&o, "sha256", hex_encode(cli->arena, (bytes){run.digest, HASH_LEN}));
        out_int(&o, "moves", run.moves);
        out_int(&o, "search", ROTA_SEARCH);
        out_int(&o, "broken", score.hard);
        out_int(&o, "wishes", score.soft);
        out_end(&o);
        if ((rc = cli_print(cli, buf_str(&said))) < 0)
            return rc;
    } else
        fprintf(stderr, "made from the file with SHA-256 %s in %lld moves of search %d; wishes cost %lld\n",
                hex_encode(cli->arena, (bytes){run.digest, HASH_LEN}).p, (long long)run.moves, ROTA_SEARCH, (long long)score.soft);
    if ((rc = write_out(cli, &b)) < 0)
        return rc;
    if (score.hard > 0)
        return err_set(&cli->err, ERR_LIMIT, "no roster was found that breaks nothing that must hold: this one breaks %lld; comity rota check says what, "
                                             "more --moves may help", (long long)score.hard);
    return 0;
}

struct difference {
    int officer, day;
    uint8_t drawn, found;
    bool by_hand; /* the record says so */
};

/* As the record says it must be. */
static int follow_record(struct rota_run *run, struct rotas_seen *seen)
{
    struct cli *cli = run->cli;
    struct threshold_keys keys;
    bytes input, record;
    int rc = file_read(cli->arena, cli->args[0], FILE_MAX, &input, &cli->err);
    if (rc == 0)
        rc = file_read(cli->arena, cli_option(cli, "record"), RECORD_MAX, &record, &cli->err);
    return rc < 0 ? rc : rotas_record_check(cli->arena, input, record, seen, &keys, &cli->err);
}

static int find_differences(struct rota_run *run, struct difference **out, size_t *n)
{
    struct cli *cli = run->cli;
    const struct rota *rota = run->rota;
    uint8_t *drawn = rota_roster(cli->arena, rota);
    const struct rotas_seen *follows = NULL;
    struct rotas_seen seen;
    *n = 0;
    *out = arena_array(cli->arena, struct difference, (size_t)(rota->n_officers * rota->n_days));
    int rc = 0;
    if (cli_option(cli, "record")) {
        if ((rc = follow_record(run, &seen)) < 0)
            return rc;
        run->search = seen.one.search;
        run->other_search = seen.other_search;
        if (!seen.roster)
            return 0;
        follows = &seen;
        drawn = seen.roster;
    } else if (cli_option(cli, "seed")) {
        rc = read_seed(run);
        run->search = ROTA_SEARCH;
        if (rc < 0 || (rc = rota_solve(rota, run->seed, run->moves, drawn, NULL, &cli->err)) < 0)
            return rc;
    } else
        return 0;
    for (int c = 0; c < rota->n_officers * rota->n_days; c++) {
        const bool hand = follows && follows->mark[c] == ROTAS_BY_HAND && drawn[c] == run->roster[c];
        if (drawn[c] != run->roster[c] || hand)
            (*out)[(*n)++] = (struct difference){c / rota->n_days, c % rota->n_days, hand ? follows->drawn[c] : drawn[c], run->roster[c], hand};
    }
    return 0;
}

static str duty_words(const struct rota *rota, int duty)
{
    return duty == ROTA_OFF ? STR("off") : rota->duties[duty].name;
}

/* Cells that nobody answers for. */
static size_t unanswered(const struct difference *differ, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += !differ[i].by_hand;
    return sum;
}

static void check_json(struct rota_run *run, struct buf *b, struct rota_score score, const struct rota_breach *breaches, size_t n_breaches,
                       const struct difference *differ, size_t n)
{
    struct arena *a = run->cli->arena;
    struct out o = out_json(b);
    out_object(&o, NULL);
    out_int(&o, "broken", score.hard);
    out_int(&o, "wishes", score.soft);
    out_array(&o, "breaches");
    for (size_t i = 0; i < n_breaches; i++) {
        out_object(&o, NULL);
        out_bool(&o, "must_hold", breaches[i].hard);
        out_int(&o, "cost", breaches[i].cost);
        out_text(&o, "words", rota_breach_words(a, run->rota, &breaches[i]));
        out_end(&o);
    }
    out_end(&o);
    out_array(&o, "differ");
    for (size_t i = 0; i < n; i++) {
        out_object(&o, NULL);
        out_text(&o, "officer", run->rota->officers[differ[i].officer].name);
        out_text(&o, "day", rota_day_words(a, run->rota, differ[i].day));
        out_text(&o, "drawn", duty_words(run->rota, differ[i].drawn));
        out_text(&o, "found", duty_words(run->rota, differ[i].found));
        out_bool(&o, "by_hand", differ[i].by_hand);
        out_end(&o);
    }
    out_end(&o);
    if (run->search) {
        out_int(&o, "search", run->search);
        out_bool(&o, "repeated", !run->other_search);
    }
    out_end(&o);
}

static void check_text(struct rota_run *run, struct buf *b, struct rota_score score, const struct rota_breach *breaches, size_t n_breaches,
                       const struct difference *differ, size_t n)
{
    struct arena *a = run->cli->arena;
    for (int hard = 1; hard >= 0; hard--) {
        bool first = true;
        for (size_t i = 0; i < n_breaches; i++) {
            if (breaches[i].hard != (bool)hard)
                continue;
            if (first)
                buf_add(b, hard ? STR("Must hold, and is broken:\n") : STR("Wished, and not met:\n"));
            first = false;
            const str words = rota_breach_words(a, run->rota, &breaches[i]);
            if (hard)
                buf_addf(b, "  %.*s\n", STR_ARG(words));
            else
                buf_addf(b, "  %.*s (%lld)\n", STR_ARG(words), (long long)breaches[i].cost);
        }
    }
    buf_addf(b, "%lld broken that must hold; wishes cost %lld\n", (long long)score.hard, (long long)score.soft);
    const size_t not_drawn = unanswered(differ, n);
    if (!run->search)
        return;
    if (run->other_search)
        buf_addf(b, "Made by search %d; this program repeats search %d. All else of the record holds.\n", run->other_search, ROTA_SEARCH);
    else
        buf_addf(b, "Made again by search %d.%s\n", ROTA_SEARCH,
                 not_drawn && !cli_option(run->cli, "record") ? " What another search made differs without anybody's hand." : "");
    if (not_drawn == 0 && !run->other_search)
        buf_add(b, n ? STR("Every other cell is what the draws gave.\n") : STR("Every cell is what the draw gave.\n"));
    for (size_t i = 0; i < n; i++)
        buf_addf(b, "%s: %.*s, %.*s: %.*s, drawn was %.*s\n", differ[i].by_hand ? "Changed by hand" : run->other_search ? "Not of the record" : "Not drawn", STR_ARG(run->rota->officers[differ[i].officer].name),
                 STR_ARG(rota_day_words(a, run->rota, differ[i].day)), STR_ARG(duty_words(run->rota, differ[i].found)),
                 STR_ARG(duty_words(run->rota, differ[i].drawn)));
}

int cmd_rota_check(struct cli *cli)
{
    struct rota_run run;
    struct difference *differ;
    const struct rota_breach *breaches;
    size_t n, n_breaches;
    int rc = begin(cli, &run, 2);
    if (rc < 0 || (rc = find_differences(&run, &differ, &n)) < 0)
        return rc;
    const struct rota_score score = rota_judge(cli->arena, run.rota, run.roster, &breaches, &n_breaches);
    struct buf b = buf_new(cli->arena);
    (cli->json ? check_json : check_text)(&run, &b, score, breaches, n_breaches, differ, n);
    if ((rc = cli_print(cli, buf_str(&b))) < 0)
        return rc;
    n = unanswered(differ, n);
    if (n)
        return err_set(&cli->err, ERR_CORRUPT, run.other_search ? "%zu cells are not what the record says" : "%zu cells are not what the draw gave", n);
    if (score.hard)
        return err_set(&cli->err, ERR_INPUT, "%lld rules that must hold are broken", (long long)score.hard);
    return run.other_search ? err_set(&cli->err, ERR_LIMIT, "this rota was made by search %d; this program repeats search %d: check it with the comity that made it",
                                      run.other_search, ROTA_SEARCH) : 0;
}

/* --- repair --- */

static void tell_changes(struct rota_run *run, const struct rota_repair *repair, struct buf *b)
{
    struct arena *a = run->cli->arena;
    if (run->cli->json) {
        struct out o = out_json(b);
        out_object(&o, NULL);
        out_int(&o, "eligible", repair->eligible);
        out_int(&o, "broken", repair->left.hard);
        out_array(&o, "changes");
        for (size_t i = 0; i < repair->n; i++) {
            out_object(&o, NULL);
            out_text(&o, "officer", run->rota->officers[repair->changes[i].officer].name);
            out_text(&o, "day", rota_day_words(a, run->rota, repair->changes[i].day));
            out_text(&o, "from", duty_words(run->rota, repair->changes[i].from));
            out_text(&o, "to", duty_words(run->rota, repair->changes[i].to));
            out_end(&o);
        }
        out_end(&o);
        out_end(&o);
        return;
    }
    for (size_t i = 0; i < repair->n; i++)
        buf_addf(b, "%.*s, %.*s: %.*s, was %.*s\n", STR_ARG(run->rota->officers[repair->changes[i].officer].name),
                 STR_ARG(rota_day_words(a, run->rota, repair->changes[i].day)), STR_ARG(duty_words(run->rota, repair->changes[i].to)),
                 STR_ARG(duty_words(run->rota, repair->changes[i].from)));
    buf_addf(b, "%zu changes for others; the first lot was among %d\n", repair->n, repair->eligible);
}

int cmd_rota_repair(struct cli *cli)
{
    struct rota_run run;
    struct rota_repair repair;
    int first = 0, last;
    int rc = begin(cli, &run, 2);
    if (rc < 0 || (rc = read_seed(&run)) < 0 || (rc = day_option(&run, "from", &first)) < 0)
        return rc;
    last = first;
    if (cli_option(cli, "to") && (rc = day_option(&run, "to", &last)) < 0)
        return rc;
    const int officer = cli_option(cli, "ill") ? rota_officer_named(run.rota, str_from(cli_option(cli, "ill"))) : -1;
    if (officer < 0)
        return cli_usage(cli, "give --ill with the name of an officer of this rota");
    if ((rc = rota_repair(cli->arena, run.rota, run.roster, officer, first, last, run.seed, &repair, &cli->err)) < 0)
        return rc;
    struct buf b = buf_new(cli->arena);
    tell_changes(&run, &repair, &b);
    if ((rc = cli_print(cli, buf_str(&b))) < 0)
        return rc;
    if (cli_option(cli, "out")) {
        struct buf csv = buf_new(cli->arena);
        rota_roster_write(&csv, run.rota, run.roster, CSV_GUARD);
        if ((rc = write_out(cli, &csv)) < 0)
            return rc;
    }
    return repair.left.hard ? err_set(&cli->err, ERR_LIMIT, "nobody's days can be changed so that everything holds: %lld rules are broken still",
                                      (long long)repair.left.hard) : 0;
}

/* --- show and counters --- */

/* A week a table: Monday to Sunday, or what of it is in the rota. */
static void print_weeks(struct rota_run *run, struct buf *b)
{
    const struct rota *rota = run->rota;
    struct arena *a = run->cli->arena;
    for (int first = 0, last; first < rota->n_days; first = last + 1) {
        const char *headings[8] = {"officer"};
        last = first + 6 - rota_weekday(rota, first);
        last = last < rota->n_days ? last : rota->n_days - 1;
        for (int d = first; d <= last; d++)
            headings[d - first + 1] = rota_day_words(a, rota, d).p;
        struct table *t = table_new(a, headings, last - first + 2);
        for (int o = 0; o < rota->n_officers; o++) {
            table_cell(t, rota->officers[o].name);
            for (int d = first; d <= last; d++) {
                const int duty = run->roster[o * rota->n_days + d];
                table_cell(t, duty ? rota->duties[duty].name : STR("-"));
            }
        }
        table_write(t, b);
        buf_byte(b, '\n');
    }
}

int cmd_rota_show(struct cli *cli)
{
    struct rota_run run;
    int rc = begin(cli, &run, 2), officer = -1;
    if (rc < 0)
        return rc;
    const char *as = cli_option(cli, "as"), *name = cli_option(cli, "officer");
    const str form = as ? str_from(as) : STR("text");
    if (name && (officer = rota_officer_named(run.rota, str_from(name))) < 0)
        return cli_usage(cli, "--officer is not the name of an officer of this rota");
    struct buf b = buf_new(cli->arena);
    if (str_eq(form, STR("csv")))
        rota_roster_write(&b, run.rota, run.roster, CSV_CRLF | CSV_GUARD);
    else if (str_eq(form, STR("ical")))
        rota_ical_write(cli->arena, &b, run.rota, run.roster, officer, clock_now_ms());
    else if (str_eq(form, STR("text")))
        print_weeks(&run, &b);
    else
        return cli_usage(cli, "--as is text, csv or ical");
    return cli_print(cli, buf_str(&b));
}

int cmd_rota_counters(struct cli *cli)
{
    struct rota_run run;
    int day = 0, there[ROTA_OFFICERS_MAX], counter[ROTA_OFFICERS_MAX], n = 0;
    int rc = begin(cli, &run, 2);
    if (rc < 0 || (rc = read_seed(&run)) < 0 || (rc = day_option(&run, "date", &day)) < 0)
        return rc;
    const int duty = cli_option(cli, "duty") ? rota_duty_named(run.rota, str_from(cli_option(cli, "duty"))) : -1;
    if (duty < 1)
        return cli_usage(cli, "give --duty as SHIFT/POST of this rota");
    for (int o = 0; o < run.rota->n_officers; o++)
        if (run.roster[o * run.rota->n_days + day] == duty)
            there[n++] = o;
    rota_counters(run.seed, n, run.rota->duties[duty].counters, counter);
    struct buf b = buf_new(cli->arena);
    struct out o = out_json(&b);
    struct table *t = table_new(cli->arena, (const char *const[]){"officer", ">counter"}, 2);
    if (cli->json)
        out_array(&o, NULL);
    for (int i = 0; i < n; i++) {
        if (cli->json) {
            out_object(&o, NULL);
            out_text(&o, "officer", run.rota->officers[there[i]].name);
            out_int(&o, "counter", counter[i]);
            out_end(&o);
            continue;
        }
        table_cell(t, run.rota->officers[there[i]].name);
        table_cell(t, counter[i] ? str_printf(cli->arena, "%d", counter[i]) : STR("relief"));
    }
    if (cli->json)
        out_end(&o);
    else
        table_write(t, &b);
    return cli_print(cli, buf_str(&b));
}
