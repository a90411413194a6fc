/* comity import: a CSV file of persons comes in. */
#include <stdio.h>
#include <string.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "ground/csv/csv.h"
#include "ground/text/when.h"
#include "trust/people/member.h"
#include "work/cases/import_files.h"

#define SHOWN 20 /* bad rows on the terminal; --errors has them all */

const struct cli_option import_options[] = {
    {"columns", "MAP", "which column is what, as in given=First name,family=#3,born=DOB (fields: id, name, given, middle, family, born, document, country, phone, sex, place)"},
    {"format", "FORMAT", "auto (default), htcds (HTCDS 2.0 headers only) or columns (--columns only)"},
    {"files", "LOGIN", "open a file for each row of a table of HTCDS 2.0; this member answers for them"},
    {"encoding", "NAME", "of a file that is not UTF-8, such as windows-1252, windows-874, windows-1258, gb18030"},
    {"excel-1904", NULL, "day numbers count from 1904, as old Excel for Mac wrote them"},
    {"errors", "FILE", "write all refused rows with line and reason to FILE (CSV)"},
    {"dry-run", NULL, "only show what would be read, with the first three rows"},
    {0},
};

const char import_help[] =
    "Good rows go in, each refused row is reported with its line and reason; a second import of the same file adds nothing.\n"
    "With --files a row, or rows of one cmt_File, becomes a file with its persons, events, referrals, plans and consents.\n"
    "An import of persons is one act: it is done wholly or not at all, one of files is many. FILE.csv may be - for standard input.\n"
    "Exit status 1 means that nothing was imported: the file or its columns could not be read.\n";

struct bad_row {
    int64_t line;
    str text;
};

struct session {
    struct cli *cli;
    struct progress *bar;
    struct bad_row shown[SHOWN];
    size_t n_shown;
    FILE *errors; /* may be NULL */
    const char *errors_path;
    struct arena *scratch;
};

static int write_error_row(struct session *s, const str cells[2], struct err *err)
{
    arena_reset(s->scratch);
    struct buf row = buf_new(s->scratch);
    csv_write_row(&row, cells, 2, CSV_GUARD | CSV_CRLF);
    if (fwrite(row.p, 1, row.len, s->errors) != row.len)
        return err_set(err, ERR_IO, "%s: cannot be written; nothing was imported", s->errors_path);
    return 0;
}

static int restart(void *arg, struct err *err)
{
    struct session *s = arg;
    s->n_shown = 0;
    if (!s->errors)
        return 0;
    s->errors = freopen(s->errors_path, "w", s->errors);
    if (!s->errors)
        return err_set(err, ERR_IO, "%s: cannot be written; nothing was imported", s->errors_path);
    return write_error_row(s, (const str[]){STR("line"), STR("reason")}, err);
}

static int bad_row(void *arg, int64_t line, const char *text, struct err *err)
{
    struct session *s = arg;
    if (s->n_shown < SHOWN)
        s->shown[s->n_shown++] = (struct bad_row){line, str_dup(s->cli->arena, str_from(text))};
    if (!s->errors)
        return 0;
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)line);
    return write_error_row(s, (const str[]){str_from(number), str_from(text)}, err);
}

static int show_progress(void *arg, int64_t rows, int64_t offset, int64_t size, struct err *err)
{
    const struct session *s = arg;
    (void)err;
    /* the bar counts rows: all of them are as many as the part read so far promises */
    progress_total(s->bar, offset > 0 && size > 0 ? (int64_t)((double)rows * (double)size / (double)offset) : 0);
    progress_at(s->bar, rows);
    return 0;
}

static void write_identity(struct buf *text, const struct identity *who)
{
    char born[DATE_TEXT_MAX];
    for (size_t i = 0; i < who->n_names; i++) {
        const struct name *n = &who->names[i];
        if (n->full.len)
            buf_addf(text, "  name %.*s", STR_ARG(n->full));
        if (n->given.len)
            buf_addf(text, "  given %.*s", STR_ARG(n->given));
        if (n->family.len)
            buf_addf(text, "  family %.*s", STR_ARG(n->family));
    }
    date_format(born, who->born);
    if (born[0])
        buf_addf(text, "  born %s", born);
    for (size_t i = 0; i < who->n_documents; i++)
        buf_addf(text, "  document %.*s %.*s", STR_ARG(who->documents[i].number), STR_ARG(who->documents[i].country));
    for (size_t i = 0; i < who->n_phones; i++)
        buf_addf(text, "  phone %.*s", STR_ARG(who->phones[i]));
    for (size_t i = 0; i < who->n_places; i++)
        buf_addf(text, "  place %.*s", STR_ARG(who->places[i]));
    if (who->sex)
        buf_addf(text, "  sex %c", who->sex);
    buf_byte(text, '\n');
}

static const char *taken_for(const struct import_column *c)
{
    return c->htcds ? c->htcds->name : c->used ? "used" : c->field ? columns_field_name(c->field) : "not used";
}

static void write_preview(struct buf *text, const struct import_result *r)
{
    buf_addf(text, "columns%s:\n", r->htcds ? " (HTCDS)" : "");
    for (size_t i = 0; i < r->n_columns; i++)
        buf_addf(text, "  %.*s: %s\n", STR_ARG(r->columns[i].header), taken_for(&r->columns[i]));
    buf_addf(text, "the first rows, as they would be stored:\n");
    for (size_t i = 0; i < r->n_preview; i++)
        write_identity(text, &r->preview[i]);
}

static void write_text(struct buf *text, const struct session *s, const struct import_result *r, bool dry_run)
{
    if (dry_run)
        write_preview(text, r);
    for (size_t i = 0; i < s->n_shown; i++)
        buf_addf(text, "refused: %.*s\n", STR_ARG(s->shown[i].text));
    if ((size_t)r->bad > s->n_shown)
        buf_addf(text, "and %lld more refused rows%s\n", (long long)r->bad - (long long)s->n_shown,
                 s->errors ? "; --errors has them all" : ": --errors FILE writes them all");
    for (size_t i = 0; i < r->n_columns && cli_option(s->cli, "files"); i++)
        if (!r->columns[i].used)
            buf_addf(text, "column '%.*s' is not one of HTCDS: it was left out\n", STR_ARG(r->columns[i].header));
    if (r->undecided.len)
        buf_addf(text, "column '%.*s': day and month could be read in both orders; the day was taken to come first\n", STR_ARG(r->undecided));
    if (dry_run)
        buf_addf(text, "%lld rows: %lld would go in, %lld would be refused; nothing was imported\n", (long long)r->rows, (long long)r->added,
                 (long long)r->bad);
    else if (cli_option(s->cli, "files"))
        buf_addf(text, "%lld rows: %lld files opened, %lld were there already, %lld rows refused\n", (long long)r->rows, (long long)r->added,
                 (long long)r->known, (long long)r->bad);
    else
        buf_addf(text, "%lld rows: %lld persons added, %lld were there already, %lld refused\n", (long long)r->rows, (long long)r->added,
                 (long long)r->known, (long long)r->bad);
}

static void write_json(struct buf *text, const struct session *s, const struct import_result *r, bool dry_run)
{
    struct out o = out_json(text);
    out_object(&o, NULL);
    out_bool(&o, "dry_run", dry_run);
    out_int(&o, "rows", r->rows);
    out_int(&o, dry_run ? "would_add" : "added", r->added);
    if (!dry_run)
        out_int(&o, "known", r->known);
    out_int(&o, "refused", r->bad);
    out_bool(&o, "htcds", r->htcds);
    out_object(&o, "columns");
    for (size_t i = 0; i < r->n_columns; i++)
        if (r->columns[i].field || r->columns[i].used)
            out_text(&o, str_c(s->cli->arena, r->columns[i].header), str_from(taken_for(&r->columns[i])));
    out_end(&o);
    if (r->undecided.len)
        out_text(&o, "undecided_dates", r->undecided);
    out_array(&o, "first_refused");
    for (size_t i = 0; i < s->n_shown; i++) {
        out_object(&o, NULL);
        out_int(&o, "line", s->shown[i].line);
        out_text(&o, "reason", s->shown[i].text);
        out_end(&o);
    }
    out_end(&o);
    out_end(&o);
}

static int read_options(struct cli *cli, struct import_options *o)
{
    static const char *const formats[] = {[COLUMNS_AUTO] = "auto", [COLUMNS_HTCDS] = "htcds", [COLUMNS_SPEC] = "columns"};
    const char *format = cli_option(cli, "format");
    o->path = cli->args[1];
    o->encoding = cli_option(cli, "encoding");
    o->now_ms = clock_now_ms();
    o->columns = (struct columns_options){
        .spec = cli_option(cli, "columns"),
        .today = when_day_in(node_time_zone(cli->args[0], cli->arena), o->now_ms), /* a dry run opens no node */
        .excel_1904 = cli_option(cli, "excel-1904") != NULL,
    };
    for (int f = COLUMNS_AUTO; format; f++) {
        if (f > COLUMNS_SPEC)
            return cli_usage(cli, "--format takes auto, htcds or columns");
        o->columns.format = (enum columns_format)f;
        if (strcmp(format, formats[f]) == 0)
            break;
    }
    if (o->columns.format == COLUMNS_HTCDS && o->columns.spec)
        return cli_usage(cli, "--format htcds knows its columns: leave --columns out, or take --format columns");
    return 0;
}

/* The same for a table of files. */
static int run_files(struct cli *cli, struct node *node, const struct names *names, const char *login, const struct import_options *o,
                     struct import_result *result)
{
    struct import_files_options files = {.table = *o};
    struct member owner;
    struct text *text = NULL;
    int r = text_open(&text, &cli->err);
    files.text = text;
    if (r == 0 && node)
        r = member_by_login(node, str_from(login), cli->arena, &owner, &cli->err);
    if (r == 0 && node)
        memcpy(files.owner, owner.id, ID_LEN);
    if (r == 0)
        r = node ? import_files_run(node, names, &files, cli->arena, result, &cli->err) : import_files_preview(&files, cli->arena, result, &cli->err);
    text_close(text);
    return r;
}

static int run_import(struct cli *cli, struct import_options *o, const char *login, struct import_result *result)
{
    struct node *node = NULL;
    struct names *names = NULL;
    struct actor actor = act_operator(cli->arena);
    o->actor = &actor;
    int r = cli_node_open(cli, cli->args[0], &node);
    if (r == 0)
        r = names_open(&names, &cli->err);
    if (r == 0)
        r = login ? run_files(cli, node, names, login, o, result) : import_run(node, names, o, cli->arena, result, &cli->err);
    o->actor = NULL; /* it lives here */
    names_close(names);
    node_close(node);
    return r;
}

int cmd_import(struct cli *cli)
{
    struct session s = {.cli = cli, .errors_path = cli_option(cli, "errors"), .scratch = arena_new()};
    struct import_options o = {.bad_row = bad_row, .restart = restart, .progress = show_progress, .arg = &s};
    struct import_result result = {0};
    bool dry_run = cli_option(cli, "dry-run") != NULL;
    int r = cli_args(cli, 2, 2);
    if (r < 0 || (r = read_options(cli, &o)) < 0)
        goto out;
    if (s.errors_path && !(s.errors = fopen(s.errors_path, "w"))) {
        r = err_set(&cli->err, ERR_IO, "%s: cannot be written", s.errors_path);
        goto out;
    }
    s.bar = progress_start(cli->arena, "import", 0, "rows");
    const char *login = cli_option(cli, "files");
    r = !dry_run ? run_import(cli, &o, login, &result)
        : login  ? run_files(cli, NULL, NULL, login, &o, &result)
                 : import_preview(&o, cli->arena, &result, &cli->err);
    progress_end(s.bar);
    if (r < 0) {
        err_prefix(&cli->err, "%s", strcmp(o.path, "-") ? o.path : "standard input");
        goto out;
    }
    struct buf text = buf_new(cli->arena);
    if (cli->json)
        write_json(&text, &s, &result, dry_run);
    else
        write_text(&text, &s, &result, dry_run);
    r = cli_print(cli, buf_str(&text));
    if (r == 0 && result.bad && result.bad == result.rows)
        r = err_set(&cli->err, ERR_INPUT, "%s: no row could be read: is it the right --columns and --encoding?", o.path);
out:
    if (s.errors && fclose(s.errors) != 0 && r == 0)
        r = err_set(&cli->err, ERR_IO, "%s: cannot be written; the import itself is done", s.errors_path);
    arena_free(s.scratch);
    return r;
}
