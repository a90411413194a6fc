/* comity link: the blind pipeline between two files, to see what two agencies would find, and how well. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "face/cli/cmd_link_lists.h"
#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "ground/csv/csv.h"
#include "trust/match/link.h"

const struct cli_option link_options[] = {
    {"id", "COLUMN", "the column with each row's id, in both files"},
    {"columns", "FIELD=COLUMN,...", "which columns are compared: given, family, name (whole, any order), born, document, phone, sex, place"},
    {"truth", "PAIRS.csv", "two columns of ids that are the same person: prints precision, recall and F1"},
    {"out", "PAIRS.csv", "where to write id_a,id_b,score,band (else they go to standard output, unless --truth is given)"},
    {"threads", "N", "how many threads evaluate points, 1 to 16 (default 2)"},
    {0},
};

const char link_help[] =
    "The first file asks, the second holds. Every step of a blind question is done as between two nodes: keys, blinding, evaluation\n"
    "with proof, answer map, lookup. The score is the probability that two rows are one person, learned without labels from the\n"
    "two files; a hit is .9 and more, possible .1 and more. Both files have the columns that --id and --columns name.\n"
    "\n"
    "    comity link ours.csv theirs.csv --id no --columns given=first,family=last,born=dob,document=passport --out pairs.csv\n";

/* --- quality ------------------------------------------------------------------------------------------------------ */

struct quality { double threshold, precision, recall, f1; size_t found, right; };

static struct quality quality(double threshold, size_t right, size_t found, size_t truth)
{
    struct quality q = {.threshold = threshold, .found = found, .right = right};
    q.precision = found ? (double)right / (double)found : 1;
    q.recall = truth ? (double)right / (double)truth : 1;
    q.f1 = right ? 2 * q.precision * q.recall / (q.precision + q.recall) : 0;
    return q;
}

struct judged { double score; bool right; enum score_band band; };

static int by_score(const void *x, const void *y)
{
    const struct judged *a = x, *b = y;
    return (a->score < b->score) - (a->score > b->score);
}

struct report { struct quality half, hit, possible, best; size_t truth; int64_t unknown; };

static struct report judge(const struct link_result *r, const struct truth *truth, struct arena *a)
{
    struct judged *j = arena_array(a, struct judged, r->n);
    for (size_t i = 0; i < r->n; i++)
        j[i] = (struct judged){r->pairs[i].score.probability, truth_has(truth, r->pairs[i].asked, r->pairs[i].record), r->pairs[i].score.band};
    if (r->n)
        qsort(j, r->n, sizeof *j, by_score);
    size_t right = 0, half[2] = {0}, hit[2] = {0}, possible[2] = {0};
    struct report out = {.best = quality(1, 0, 0, truth->n), .truth = truth->n, .unknown = truth->unknown};
    for (size_t i = 0; i < r->n; i++) {
        right += j[i].right;
        if (j[i].score >= .5)
            half[0]++, half[1] += j[i].right;
        if (j[i].band == SCORE_HIT)
            hit[0]++, hit[1] += j[i].right;
        if (j[i].band >= SCORE_POSSIBLE)
            possible[0]++, possible[1] += j[i].right;
        if (i + 1 < r->n && j[i + 1].score >= j[i].score)
            continue; /* equal scores are taken or left together */
        struct quality here = quality(j[i].score, right, i + 1, truth->n);
        if (here.f1 > out.best.f1)
            out.best = here;
    }
    out.half = quality(.5, half[1], half[0], truth->n);
    out.hit = quality(SCORE_HIT_FROM, hit[1], hit[0], truth->n);
    out.possible = quality(SCORE_POSSIBLE_FROM, possible[1], possible[0], truth->n);
    return out;
}

/* --- output ------------------------------------------------------------------------------------------------------- */

static int write_pairs(struct cli *cli, const char *path, const struct link_result *r, const struct list *a, const struct list *b)
{
    FILE *f = path ? fopen(path, "w") : stdout;
    if (!f)
        return err_set(&cli->err, ERR_IO, "%s cannot be written; choose another file with --out", path);
    struct buf line = buf_new(cli->arena);
    buf_add(&line, STR("id_a,id_b,score,band\n"));
    bool good = true;
    for (size_t i = 0; i <= r->n; i++) {
        good = good && fwrite(line.p, 1, line.len, f) == line.len;
        line.len = 0;
        if (i == r->n)
            break;
        const struct link_pair *p = &r->pairs[i];
        char score[32];
        int len = snprintf(score, sizeof score, "%.6f", p->score.probability);
        str cells[] = {a->people[p->asked].source_id, b->people[p->record].source_id, {score, (size_t)len}, str_from(score_band_name(p->score.band))};
        csv_write_row(&line, cells, 4, 0);
    }
    good = fflush(f) == 0 && good;
    if (path)
        good = fclose(f) == 0 && good;
    return good ? 0 : err_set(&cli->err, ERR_IO, "%s could not be written to the end; is the disk full?", path ? path : "standard output");
}

static void json_quality(struct out *o, const char *key, const struct quality *q)
{
    out_object(o, key);
    out_double(o, "threshold", q->threshold, 6);
    out_double(o, "precision", q->precision, 4);
    out_double(o, "recall", q->recall, 4);
    out_double(o, "f1", q->f1, 4);
    out_int(o, "found", (int64_t)q->found);
    out_int(o, "right", (int64_t)q->right);
    out_end(o);
}

static void write_json(struct buf *text, const struct link_result *r, const struct list *a, const struct list *b, const struct report *report)
{
    struct out o = out_json(text);
    out_object(&o, NULL);
    out_int(&o, "asked", (int64_t)a->n);
    out_int(&o, "held", (int64_t)b->n);
    out_int(&o, "pairs", (int64_t)r->n);
    out_int(&o, "keys_asked", (int64_t)r->keys_asked);
    out_int(&o, "keys_held", (int64_t)r->keys_held);
    out_int(&o, "evaluated_asked", (int64_t)r->evaluated_asked);
    out_int(&o, "evaluated_held", (int64_t)r->evaluated_held);
    out_int(&o, "common_keys", (int64_t)r->common);
    out_int(&o, "map_bytes", (int64_t)r->map_size);
    out_int(&o, "bad_rows", a->bad_rows + b->bad_rows);
    if (report) {
        out_object(&o, "truth");
        out_int(&o, "pairs", (int64_t)report->truth);
        out_int(&o, "unknown_ids", report->unknown);
        json_quality(&o, "half", &report->half);
        json_quality(&o, "hit", &report->hit);
        json_quality(&o, "possible", &report->possible);
        json_quality(&o, "best", &report->best);
        out_end(&o);
    }
    out_end(&o);
}

static void table_quality(struct table *t, const char *what, const struct quality *q)
{
    table_cell(t, str_from(what));
    table_cellf(t, "%.3f", q->threshold);
    table_cellf(t, "%zu", q->found);
    table_cellf(t, "%zu", q->right);
    table_cellf(t, "%.4f", q->precision);
    table_cellf(t, "%.4f", q->recall);
    table_cellf(t, "%.4f", q->f1);
}

static void write_report(struct arena *a, struct buf *text, const struct link_result *r, const struct report *report)
{
    static const char *const headings[] = {"", ">score from", ">pairs", ">right", ">precision", ">recall", ">F1"};
    struct table *t = table_new(a, headings, 7);
    buf_addf(text, "%zu true pairs; %zu pairs share a key\n", report->truth, r->n);
    if (report->unknown)
        buf_addf(text, "%lld rows of the truth name an id that neither list has\n", (long long)report->unknown);
    table_quality(t, "score >= .5", &report->half);
    table_quality(t, "hit", &report->hit);
    table_quality(t, "hit or possible", &report->possible);
    table_quality(t, "best F1", &report->best);
    table_write(t, text);
}

/* --- the command -------------------------------------------------------------------------------------------------- */

struct steps { struct cli *cli; struct progress *bar; enum link_step step; };

static void on_progress(void *arg, enum link_step step, size_t done, size_t total)
{
    static const char *const words[LINK_STEPS] = {"their map", "asking", "scoring"};
    struct steps *s = arg;
    if (s->bar && s->step != step) {
        progress_end(s->bar);
        s->bar = NULL;
    }
    if (!s->bar)
        s->bar = progress_start(s->cli->arena, words[step], (int64_t)total, "records");
    s->step = step;
    progress_at(s->bar, (int64_t)done);
}

static int run(struct cli *cli, const struct list *a, const struct list *b, struct link_result *result)
{
    struct names *names = NULL;
    struct oprf_key *key = NULL;
    uint8_t seed[32];
    struct steps steps = {.cli = cli};
    struct link_options options = {.progress = on_progress, .progress_arg = &steps};
    crypto_random(seed, sizeof seed);
    crypto_random(options.random, sizeof options.random);
    int r = names_open(&names, &cli->err);
    if (r == 0 && (r = oprf_key_derive(OPRF_MODE_VOPRF, seed, (bytes){0}, &key, &cli->err)) == 0) {
        options.key = key;
        r = link_run(names, &(struct link_list){a->people, a->n}, &(struct link_list){b->people, b->n}, &options, cli->arena, result, &cli->err);
    }
    if (steps.bar)
        progress_end(steps.bar);
    crypto_wipe(seed, sizeof seed);
    oprf_key_free(key);
    names_close(names);
    return r;
}

static void warn_bad_rows(const struct list *list)
{
    if (list->bad_rows)
        fprintf(stderr, "comity link: %lld rows cannot be compared; the first: %s\n", (long long)list->bad_rows, list->first_bad.text);
}

static int read_lists(struct cli *cli, struct list lists[2])
{
    for (int i = 0; i < 2; i++) {
        int r = list_read(cli->args[i], cli_option(cli, "columns"), cli_option(cli, "id"), cli->arena, &lists[i], &cli->err);
        if (r < 0)
            return r;
        warn_bad_rows(&lists[i]);
    }
    return 0;
}

int cmd_link(struct cli *cli)
{
    int64_t threads = 2;
    const char *truth_path = cli_option(cli, "truth"), *out_path = cli_option(cli, "out"), *given = cli_option(cli, "threads");
    int r = cli_args(cli, 2, 2);
    if (r < 0)
        return r;
    if (!cli_option(cli, "id") || !cli_option(cli, "columns"))
        return cli_usage(cli, "--id COLUMN and --columns FIELD=COLUMN,... are needed, such as --id no --columns given=first,family=last,born=dob");
    if (given && !str_to_int(str_from(given), 1, 16, &threads))
        return cli_usage(cli, "--threads takes a number from 1 to 16");
    struct list lists[2];
    struct truth truth = {0};
    if ((r = crypto_open(&cli->err)) < 0 || (r = read_lists(cli, lists)) < 0)
        return r;
    if (truth_path && (r = truth_read(truth_path, list_index_new(cli->arena, &lists[0]), list_index_new(cli->arena, &lists[1]), cli->arena,
                                      &truth, &cli->err)) < 0)
        return r;
    struct link_result result = {0};
    oprf_threads((unsigned)threads);
    if ((r = run(cli, &lists[0], &lists[1], &result)) < 0)
        return r;
    if ((out_path || (!truth_path && !cli->json)) && (r = write_pairs(cli, out_path, &result, &lists[0], &lists[1])) < 0)
        return r;
    struct report report = {0};
    struct buf text = buf_new(cli->arena);
    if (truth_path)
        report = judge(&result, &truth, cli->arena);
    if (cli->json)
        write_json(&text, &result, &lists[0], &lists[1], truth_path ? &report : NULL);
    else if (truth_path)
        write_report(cli->arena, &text, &result, &report);
    return cli_print(cli, buf_str(&text));
}
