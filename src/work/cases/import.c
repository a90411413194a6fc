#include "work/cases/import.h"

#include <string.h>

#include "trust/match/search.h"
#include "work/cases/import_internal.h"

#define PART_BYTES (16 * 1024 * 1024) /* a part ends when its rows take more memory */
#define BATCH 256 /* rows between two resets of the scratch arena and two calls of progress */

struct import {
    const struct import_options *options;
    struct import_result *result;
    struct arena *arena;       /* the caller's: for the result */
    struct arena *scratch;     /* of a batch */
    struct columns *columns;
    bytes piped;               /* the whole of standard input, or the content given */
    struct search_writer *search; /* NULL: a preview */
};

int import_read(const struct import_options *options, struct arena *a, bytes *content, struct err *err)
{
    *content = options->path ? (bytes){NULL, 0} : options->content;
    if (options->path && strcmp(options->path, "-") == 0)
        return file_read(a, "/dev/stdin", IMPORT_PIPE_MAX, content, err);
    return 0;
}

int import_open(const struct import_options *o, bytes content, struct sheet **sheet, struct csv_row *header, struct err *err)
{
    int result = content.p || !o->path ? sheet_open_bytes(content, o->encoding, sheet, err) : sheet_open(o->path, o->encoding, sheet, err);
    if (result < 0)
        return result;
    result = sheet_next(*sheet, header, err);
    if (result == 0)
        result = err_set(err, ERR_INPUT, N_("the file is empty: it needs a row of column names and a row for each person"));
    else if (result > 0 && header->error)
        result = err_set(err, header->error->code, "the row of column names cannot be read: %.400s", header->error->text);
    if (result < 0) {
        sheet_close(*sheet);
        *sheet = NULL;
    }
    return result < 0 ? result : 0;
}

static int open_rows(struct import *im, struct sheet **sheet, struct csv_row *header, struct err *err)
{
    return import_open(im->options, im->piped, sheet, header, err);
}

/* What the columns are called, when nothing else is known of them: whoever sent the file may say what they are. */
static void copy_headers(struct import *im, const struct csv_row *header)
{
    struct import_result *r = im->result;
    r->n_columns = header->n;
    r->columns = arena_array(im->arena, struct import_column, header->n);
    for (size_t i = 0; i < header->n; i++)
        r->columns[i].header = str_dup(im->arena, header->cells[i]);
}

static void copy_columns(struct import *im)
{
    struct import_result *r = im->result;
    size_t column;
    r->n_columns = columns_count(im->columns);
    r->columns = arena_array(im->arena, struct import_column, r->n_columns);
    for (size_t i = 0; i < r->n_columns; i++)
        r->columns[i] = (struct import_column){.header = str_dup(im->arena, columns_header(im->columns, i)), .field = columns_field_of(im->columns, i)};
    r->htcds = columns_htcds(im->columns);
    if (columns_undecided(im->columns, &column))
        r->undecided = r->columns[column].header;
}

/* The first reading: what the columns are, and in which order their dates are written. */
static int look(struct import *im, struct err *err)
{
    struct sheet *sheet;
    struct csv_row row;
    int result = import_read(im->options, im->arena, &im->piped, err);
    if (result < 0)
        return result;
    result = open_rows(im, &sheet, &row, err);
    if (result < 0)
        return result;
    copy_headers(im, &row);
    result = columns_open(&im->options->columns, row.cells, row.n, &im->columns, err);
    while (result == 0 && (result = sheet_next(sheet, &row, err)) > 0) {
        if (!row.error)
            columns_look(im->columns, row.cells, row.n);
        result = 0;
    }
    sheet_close(sheet);
    if (result == 0)
        copy_columns(im);
    return result;
}

str *import_copy_list(struct arena *a, const str *list, size_t n)
{
    str *copy = arena_array(a, str, n);
    for (size_t i = 0; i < n; i++)
        copy[i] = str_dup(a, list[i]);
    return copy;
}

void import_keep_preview(struct import_result *r, struct arena *a, const struct identity *who)
{
    if (r->n_preview == IMPORT_PREVIEW)
        return;
    struct identity *kept = &r->preview[r->n_preview++];
    *kept = *who;
    kept->names = arena_array(a, struct name, who->n_names);
    for (size_t i = 0; i < who->n_names; i++)
        kept->names[i] = (struct name){str_dup(a, who->names[i].given), str_dup(a, who->names[i].family),
                                       str_dup(a, who->names[i].full)};
    kept->documents = arena_array(a, struct document, who->n_documents);
    for (size_t i = 0; i < who->n_documents; i++)
        kept->documents[i] = (struct document){str_dup(a, who->documents[i].number), str_dup(a, who->documents[i].country)};
    kept->phones = import_copy_list(a, who->phones, who->n_phones);
    kept->places = import_copy_list(a, who->places, who->n_places);
    kept->source_id = str_dup(a, who->source_id);
}

static int report_bad(struct import *im, int64_t line, const char *text, struct err *err)
{
    im->result->bad++;
    return im->options->bad_row ? im->options->bad_row(im->options->arg, line, text, err) : 0;
}

/* The same person in the same words has the same fingerprint, whichever file and row she came from. */
static int store(struct import *im, struct node *node, const struct identity *who, struct err *err)
{
    uint8_t fingerprint[VAULT_FINGERPRINT_LEN];
    bytes content = identity_encode(im->scratch, who);
    struct vault_id id;
    bool added;
    int result = vault_fingerprint(node->vault, VAULT_IDENTITY, content, fingerprint, err);
    if (result == 0)
        result = vault_put(node->vault, node->db, VAULT_IDENTITY, content, fingerprint, &id, &added, err);
    if (result < 0)
        return result;
    im->result->added += added;
    im->result->known += !added;
    return added ? search_writer_add(im->search, who, &id, err) : 0;
}

/* 1: *who is a good row; 0: it was reported. */
static int read_row(struct import *im, const struct csv_row *row, const str cells[], struct identity *who, struct err *err)
{
    struct err why;
    im->result->rows++;
    if (row->error)
        return report_bad(im, row->line, row->error->text, err);
    if (columns_identity(im->columns, im->scratch, row->line, cells, row->n, who, &why) < 0)
        return report_bad(im, row->line, why.text, err);
    import_keep_preview(im->result, im->arena, who);
    return 1;
}

static int take_row(struct import *im, struct node *node, const struct csv_row *row, struct err *err)
{
    struct identity who;
    int result = read_row(im, row, row->cells, &who, err);
    if (result <= 0)
        return result;
    if (node)
        return store(im, node, &who, err);
    im->result->added++;
    return 0;
}

static int say_progress(struct import *im, const struct sheet *sheet, struct err *err)
{
    const struct import_options *o = im->options;
    return o->progress ? o->progress(o->arg, im->result->rows, sheet_offset(sheet), sheet_size(sheet), err) : 0;
}

/* The second reading; node NULL: nothing is stored. */
static int take_rows(struct import *im, struct node *node, struct err *err)
{
    const struct import_options *o = im->options;
    struct sheet *sheet;
    struct csv_row row;
    im->result->rows = im->result->added = im->result->known = im->result->bad = 0;
    im->result->n_preview = 0;
    int result = o->restart ? o->restart(o->arg, err) : 0;
    if (result < 0 || (result = open_rows(im, &sheet, &row, err)) < 0)
        return result;
    while ((result = sheet_next(sheet, &row, err)) > 0 && (result = take_row(im, node, &row, err)) >= 0) {
        if (im->result->rows % BATCH)
            continue;
        arena_reset(im->scratch);
        if ((result = say_progress(im, sheet, err)) < 0)
            break;
    }
    sheet_close(sheet);
    return result;
}

static str say_result(struct import *im)
{
    const struct import_result *r = im->result;
    return str_printf(im->arena, "rows %lld, added %lld, known %lld, refused %lld", (long long)r->rows, (long long)r->added, (long long)r->known,
                      (long long)r->bad);
}

static int import_in_act(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct import *im = arg;
    search_writer_reset(im->search);
    int result = take_rows(im, node, err);
    if (result < 0)
        return result;
    act->detail = say_result(im);
    return 0;
}

/* --- act by act --- */

struct part {
    struct import *import;
    struct identity *who;
    size_t n;
    int64_t added, known; /* before it: it may run more than once */
};

static int store_part(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct part *p = arg;
    struct import *im = p->import;
    search_writer_reset(im->search);
    im->result->added = p->added;
    im->result->known = p->known;
    for (size_t i = 0; i < p->n; i++) {
        int result = store(im, node, &p->who[i], err);
        if (result < 0)
            return result;
    }
    act->detail = say_result(im); /* up to here */
    return 0;
}

/* Reads the rows of a part; their cells are copied, since the reader overwrites them. False at the end of the table. */
static int read_part(struct import *im, struct sheet *sheet, struct part *part, size_t max, struct err *err)
{
    struct csv_row row;
    int result = 1;
    arena_reset(im->scratch);
    *part = (struct part){.import = im, .who = arena_array(im->scratch, struct identity, max), .added = im->result->added, .known = im->result->known};
    for (size_t rows = 0; rows < max && arena_used(im->scratch) < PART_BYTES && (result = sheet_next(sheet, &row, err)) > 0; rows++) {
        int good = read_row(im, &row, row.error ? NULL : import_copy_list(im->scratch, row.cells, row.n), &part->who[part->n], err);
        if (good < 0)
            return good;
        part->n += (size_t)good;
    }
    return result;
}

static int import_in_parts(struct import *im, struct node *node, struct err *err)
{
    const struct import_options *o = im->options;
    struct sheet *sheet;
    struct csv_row header;
    struct part part;
    int more = 1, result = o->restart ? o->restart(o->arg, err) : 0;
    if (result < 0 || (result = open_rows(im, &sheet, &header, err)) < 0)
        return result;
    size_t max = o->rows_per_act < IMPORT_ROWS_PER_ACT ? o->rows_per_act : IMPORT_ROWS_PER_ACT;
    while (result == 0 && more > 0) {
        more = result = read_part(im, sheet, &part, max, err);
        if (result < 0)
            break;
        struct act act = {.verb = VERB_IMPORT, .actor = o->actor, .now_ms = o->now_ms};
        result = act_run(node, &act, store_part, &part, err);
        if (result == 0 && im->result->added > part.added)
            result = search_writer_finish(im->search, err);
        if (result == 0)
            result = say_progress(im, sheet, err);
    }
    sheet_close(sheet);
    return result;
}

int import_run(struct node *node, const struct names *names, const struct import_options *options, struct arena *a,
               struct import_result *result, struct err *err)
{
    struct import im = {.options = options, .result = result, .arena = a, .scratch = arena_new()};
    struct act act = {.verb = VERB_IMPORT, .actor = options->actor, .now_ms = options->now_ms};
    *result = (struct import_result){.undecided = STR("")};
    int r = look(&im, err);
    if (r < 0 || (r = search_writer_new(node_path(node, a, "search"), node->keys, names, &im.search, err)) < 0)
        goto out;
    if (options->rows_per_act) {
        r = import_in_parts(&im, node, err);
        goto out;
    }
    if ((r = act_run(node, &act, import_in_act, &im, err)) < 0)
        goto out;
    r = result->added ? search_writer_finish(im.search, err) : 0;
    if (r < 0)
        err_prefix(err, "all good rows are in, but the search index could not be written (the next search makes it anew)");
out:
    search_writer_free(im.search);
    columns_close(im.columns);
    arena_free(im.scratch);
    return r;
}

int import_preview(const struct import_options *options, struct arena *a, struct import_result *result, struct err *err)
{
    struct import im = {.options = options, .result = result, .arena = a, .scratch = arena_new()};
    *result = (struct import_result){.undecided = STR("")};
    int r = look(&im, err);
    if (r == 0)
        r = take_rows(&im, NULL, err);
    columns_close(im.columns);
    arena_free(im.scratch);
    return r;
}
