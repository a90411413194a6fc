/* comity names compare: a CSV of name pairs in, the same with a score and a reason out. A filter: no node is needed. */
#include <stdio.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "ground/csv/csv.h"
#include "trust/names/names.h"

const struct cli_option names_compare_options[] = {
    {"encoding", "NAME", "the encoding of the input, if it is not UTF-8: windows-874, gb18030, koi8-r, ..."},
    {0},
};

const char names_compare_help[] =
    "Reads a CSV with the columns name1 and name2 (whole names, any script, any order) from standard input and writes it with two\n"
    "more columns to standard output: score, from 0 to 1, where .5 is as likely the same name as not, and reason. Rows that cannot\n"
    "be read are reported with their line and left out; the exit status is then 1.\n"
    "\n"
    "    comity names compare < pairs.csv > scores.csv\n";

#define OUTPUT_CHUNK 65536

struct comparison_run {
    struct cli *cli;
    struct names *names;
    struct csv *csv;
    struct arena *row_arena;
    struct buf text;
    struct out out; /* with --json */
    size_t column[2], n_columns;
    str *heading;
    size_t bad_rows;
};

static int read_headings(struct comparison_run *run)
{
    struct cli *cli = run->cli;
    struct csv_row row;
    int rc = csv_next(run->csv, &row, &cli->err);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return err_set(&cli->err, ERR_INPUT, "standard input is empty; give a CSV with the columns name1 and name2");
    if (row.error)
        return err_set(&cli->err, ERR_INPUT, "%s", row.error->text);
    bool found[2] = {false, false};
    run->n_columns = row.n;
    run->heading = arena_array(cli->arena, str, row.n + 2);
    for (size_t i = 0; i < row.n; i++) {
        run->heading[i] = str_dup(cli->arena, row.cells[i]);
        for (size_t k = 0; k < 2; k++)
            if (!found[k] && str_eq_nocase(row.cells[i], k ? STR("name2") : STR("name1"))) {
                found[k] = true;
                run->column[k] = i;
            }
    }
    for (size_t k = 0; k < 2; k++)
        if (!found[k])
            return err_set(&cli->err, ERR_INPUT, "line %lld: there is no column name%zu; the first line has to name the columns",
                           (long long)row.line, k + 1);
    run->heading[row.n] = STR("score");
    run->heading[row.n + 1] = STR("reason");
    return 0;
}

static void write_row(struct comparison_run *run, const struct csv_row *row, const struct name_comparison *c)
{
    if (run->cli->json) {
        out_object(&run->out, NULL);
        for (size_t i = 0; i < run->n_columns; i++)
            out_text(&run->out, str_c(run->row_arena, run->heading[i]), i < row->n ? row->cells[i] : STR(""));
        out_double(&run->out, "score", c->score, 4);
        out_text(&run->out, "reason", str_from(c->reason));
        out_end(&run->out);
        return;
    }
    str *cells = arena_array(run->row_arena, str, run->n_columns + 2);
    for (size_t i = 0; i < run->n_columns; i++)
        cells[i] = i < row->n ? row->cells[i] : STR(""); /* empty cells at the end need not be written */
    cells[run->n_columns] = str_printf(run->row_arena, "%.4f", c->score);
    cells[run->n_columns + 1] = str_from(c->reason);
    csv_write_row(&run->text, cells, run->n_columns + 2, 0);
}

static int flush(struct comparison_run *run, size_t least)
{
    if (run->text.len < least)
        return 0;
    int rc = cli_print(run->cli, buf_str(&run->text));
    run->text.len = 0;
    return rc;
}

static int compare_rows(struct comparison_run *run)
{
    struct csv_row row;
    int rc;
    while ((rc = csv_next(run->csv, &row, &run->cli->err)) > 0) {
        if (row.error) {
            fprintf(stderr, "comity names compare: %s\n", row.error->text);
            run->bad_rows++;
            continue;
        }
        if (row.n > run->n_columns || row.n <= run->column[0] || row.n <= run->column[1]) {
            fprintf(stderr, "comity names compare: line %lld: %zu cells, but the first line has %zu; quote names that hold a comma\n",
                    (long long)row.line, row.n, run->n_columns);
            run->bad_rows++;
            continue;
        }
        struct name_comparison c;
        names_compare(run->names, run->row_arena, &(struct name){.full = row.cells[run->column[0]]},
                      &(struct name){.full = row.cells[run->column[1]]}, &c);
        write_row(run, &row, &c);
        arena_reset(run->row_arena);
        if ((rc = flush(run, OUTPUT_CHUNK)) < 0)
            return rc;
    }
    return rc;
}

int cmd_names_compare(struct cli *cli)
{
    struct comparison_run run = {.cli = cli, .row_arena = arena_new(), .text = buf_new(cli->arena)};
    int rc = cli_args(cli, 0, 0);
    if (rc == 0)
        rc = names_open(&run.names, &cli->err);
    if (rc == 0)
        rc = csv_open("-", cli_option(cli, "encoding"), &run.csv, &cli->err);
    if (rc == 0)
        rc = read_headings(&run);
    if (rc < 0)
        goto out;
    if (cli->json) {
        run.out = out_json(&run.text);
        out_array(&run.out, NULL);
    } else {
        csv_write_row(&run.text, run.heading, run.n_columns + 2, 0);
    }
    rc = compare_rows(&run);
    if (rc < 0)
        goto out;
    if (cli->json)
        out_end(&run.out);
    rc = flush(&run, 1);
    if (rc == 0 && run.bad_rows)
        rc = err_set(&cli->err, ERR_INPUT, "%zu rows were left out; see the lines above", run.bad_rows);
out:
    csv_close(run.csv);
    names_close(run.names);
    arena_free(run.row_arena);
    return rc;
}
