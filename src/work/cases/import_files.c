#include "work/cases/import_files.h"

#include <stdlib.h>
#include <string.h>

#include "trust/match/search.h"
#include "work/cases/casefile.h"
#include "work/cases/import_internal.h"

#define PART_BYTES (32 * 1024 * 1024) /* a part ends when its files take more memory */

/* How often each fingerprint was met in this table: two rows that say the same are two files. */
struct seen { uint8_t fingerprint[VAULT_FINGERPRINT_LEN]; uint32_t times; };

struct files_import {
    const struct import_files_options *options;
    struct import_result *result;
    struct arena *arena;          /* the caller's: for the result */
    struct arena *scratch;        /* of a part */
    struct htcds *htcds;
    bool has_titles;              /* the table says what each file is called; else it is called by its first person */
    bytes content;
    int64_t total, done;          /* rows of the table; files so far, good ones */
    str spoilt;                   /* cmt_File of a file of which a row could not be read; malloc'd */
    struct seen *seen;            /* open addressing; NULL: a preview */
    size_t n_seen, seen_room;
    struct search_writer *search;
};

struct prepared {
    struct casefile_change *changes;
    size_t n;
    uint8_t fingerprint[VAULT_FINGERPRINT_LEN];
    int64_t made_ms;
};

/* A row that was read ahead to see whether it still belongs to the file. */
struct reader_state {
    struct sheet *sheet;
    struct csv_row row;
    bool has_row;
};

/* --- the first reading --- */

static void copy_columns(struct files_import *im, const struct csv_row *header)
{
    struct import_result *r = im->result;
    r->n_columns = header->n;
    r->columns = arena_array(im->arena, struct import_column, header->n);
    for (size_t i = 0; i < header->n; i++)
        r->columns[i] = (struct import_column){.header = str_dup(im->arena, header->cells[i])};
    for (size_t i = 0; im->htcds && i < header->n; i++) {
        r->columns[i].htcds = htcds_field(im->htcds, i);
        r->columns[i].used = htcds_uses(im->htcds, i);
        im->has_titles = im->has_titles || r->columns[i].htcds == field_find(STR("cmt_Title"));
    }
}

static int look(struct files_import *im, struct err *err)
{
    const struct columns_options *c = &im->options->table.columns;
    const struct htcds_options o = {.text = im->options->text, .today = c->today, .excel_1904 = c->excel_1904};
    struct sheet *sheet;
    struct csv_row row;
    size_t column;
    int r = import_read(&im->options->table, im->arena, &im->content, err);
    if (r < 0 || (r = import_open(&im->options->table, im->content, &sheet, &row, err)) < 0)
        return r;
    r = htcds_open(&o, row.cells, row.n, &im->htcds, err);
    copy_columns(im, &row);
    while (r == 0 && (r = sheet_next(sheet, &row, err)) > 0) {
        im->total++;
        if (!row.error)
            htcds_look(im->htcds, row.cells, row.n);
        r = 0;
    }
    sheet_close(sheet);
    im->result->htcds = r == 0;
    if (r == 0 && htcds_undecided(im->htcds, &column))
        im->result->undecided = im->result->columns[column].header;
    return r;
}

/* --- one file --- */

static int report(struct files_import *im, int64_t line, const char *text, struct err *err)
{
    const struct import_options *o = &im->options->table;
    im->result->bad++;
    return o->bad_row ? o->bad_row(o->arg, line, text, err) : 0;
}

static int next_row(struct files_import *im, struct reader_state *s, struct err *err)
{
    if (s->has_row)
        return 1;
    int r = sheet_next(s->sheet, &s->row, err);
    s->has_row = r > 0;
    im->result->rows += r > 0;
    return r;
}

static void spoil(struct files_import *im, str key)
{
    free((void *)(uintptr_t)im->spoilt.p);
    char *copy = mem_alloc(key.len + 1);
    memcpy(copy, key.p ? key.p : "", key.len);
    im->spoilt = (str){copy, key.len};
}

/* Reads the rows of the next file. 1: it is whole; 0: the table is at its end; 2: a row was refused and reported. */
static int read_file(struct files_import *im, struct reader_state *s, struct htcds_file *file, struct err *err)
{
    *file = (struct htcds_file){0};
    bool first = im->result->rows == 0;
    int r, refused = 0;
    while ((r = next_row(im, s, err)) > 0) {
        struct err why = {0};
        const struct csv_row *row = &s->row;
        struct htcds_file spoilt = {.key = im->spoilt, .n = 1};
        if (!row->error && file->n && !htcds_continues(im->htcds, row->cells, row->n, file))
            break;
        s->has_row = false;
        if (first && !row->error && htcds_is_labels(im->htcds, row->cells, row->n)) {
            im->result->rows = 0;
            first = false;
            continue;
        }
        if (row->error)
            return report(im, row->line, row->error->text, err) < 0 ? err->code : 2;
        if (file->n == 0 && htcds_continues(im->htcds, row->cells, row->n, &spoilt)) {
            (void)err_set(&why, ERR_INPUT, "line %lld: another row of this file cannot be read: correct that one", (long long)row->line);
            refused = report(im, row->line, why.text, err);
        } else if (htcds_take(im->htcds, im->scratch, row->line, row->cells, row->n, file, &why) < 0) {
            spoil(im, htcds_file_key(im->htcds, row->cells, row->n));
            refused = report(im, row->line, why.text, err);
        } else {
            continue;
        }
        return refused < 0 ? refused : 2;
    }
    return r < 0 ? r : file->n > 0;
}

static int by_bytes(const void *x, const void *y)
{
    return memcmp(x, y, ID_LEN);
}

/* Ids in order, so that records keep theirs when they were made at the same moment. */
static void number_records(struct arena *a, struct casefile_change changes[], size_t n)
{
    uint8_t (*ids)[ID_LEN] = arena_calloc(a, n, sizeof *ids);
    crypto_random(ids, n * sizeof *ids);
    qsort(ids, n, sizeof *ids, by_bytes);
    for (size_t i = 1; i < n; i++)
        memcpy(changes[i].record.id, ids[i], ID_LEN);
}

/* Records as changes of a new file; the persons they tell of by their place among them. */
static int changes_of(struct files_import *im, const struct htcds_file *file, struct prepared *p, struct err *err)
{
    p->n = file->n;
    p->changes = arena_array(im->scratch, struct casefile_change, file->n);
    size_t at[HTCDS_RECORDS_MAX], n_persons = 0;
    for (size_t i = 0; i < file->n; i++)
        if (file->records[i].record.unit == FIELD_OF_PERSON)
            at[n_persons++] = i;
    for (size_t i = 0; i < file->n; i++) {
        p->changes[i].record = file->records[i].record;
        if (file->records[i].person > n_persons)
            return err_set(err, ERR_INPUT, "line %lld: it tells of person %zu, and the file has %zu", (long long)file->line, file->records[i].person, n_persons);
        if (file->records[i].person)
            p->changes[i].about_index = (int)at[file->records[i].person - 1] + 1;
    }
    if (!im->has_titles && n_persons)
        record_add(im->scratch, &p->changes[0].record, "cmt_Title", record_title(im->scratch, &file->records[at[0]].record));
    number_records(im->scratch, p->changes, p->n);
    return 0;
}

static uint32_t count_seen(struct files_import *im, const uint8_t fingerprint[static VAULT_FINGERPRINT_LEN])
{
    if (im->n_seen * 2 >= im->seen_room) {
        size_t room = im->seen_room ? im->seen_room * 2 : 1024, old_room = im->seen_room;
        struct seen *old = im->seen;
        im->seen = mem_calloc(room, sizeof *im->seen);
        im->seen_room = room;
        for (size_t i = 0; i < old_room; i++) {
            if (!old[i].times)
                continue;
            size_t k = (size_t)get_u64be(old[i].fingerprint) & (room - 1);
            while (im->seen[k].times)
                k = (k + 1) & (room - 1);
            im->seen[k] = old[i];
        }
        free(old);
    }
    size_t k = (size_t)get_u64be(fingerprint) & (im->seen_room - 1);
    while (im->seen[k].times && memcmp(im->seen[k].fingerprint, fingerprint, VAULT_FINGERPRINT_LEN) != 0)
        k = (k + 1) & (im->seen_room - 1);
    im->n_seen += im->seen[k].times == 0;
    memcpy(im->seen[k].fingerprint, fingerprint, VAULT_FINGERPRINT_LEN);
    return im->seen[k].times++;
}

/* Over all that the file says, and how many of the same were before it. */
static int fingerprint(struct files_import *im, const struct node *node, const struct htcds_file *file, struct prepared *p, struct err *err)
{
    struct buf b = buf_new(im->scratch);
    for (size_t i = 0; i < file->n; i++) {
        bytes content = record_encode(im->scratch, &file->records[i].record);
        buf_u32(&b, (uint32_t)file->records[i].record.unit);
        buf_u32(&b, (uint32_t)file->records[i].person);
        buf_u32(&b, (uint32_t)content.len);
        buf_add_bytes(&b, content.p, content.len);
    }
    int r = vault_fingerprint(node->vault, VAULT_RECORD, buf_bytes(&b), p->fingerprint, err);
    if (r < 0)
        return r;
    uint32_t times = count_seen(im, p->fingerprint);
    if (times == 0)
        return 0;
    buf_u32(&b, times);
    return vault_fingerprint(node->vault, VAULT_RECORD, buf_bytes(&b), p->fingerprint, err);
}

static void preview(struct files_import *im, const struct htcds_file *file)
{
    for (size_t i = 0; i < file->n && im->result->n_preview < IMPORT_PREVIEW; i++)
        if (file->records[i].record.unit == FIELD_OF_PERSON) {
            struct identity who = record_identity(im->scratch, &file->records[i].record);
            import_keep_preview(im->result, im->arena, &who);
        }
}

/* --- parts --- */

struct part {
    struct files_import *import;
    struct prepared *files;
    size_t n;
    int64_t added, known; /* before it: it may run more than once */
};

static int store_file(struct files_import *im, struct node *node, const struct prepared *p, struct err *err)
{
    bool known;
    uint8_t file[ID_LEN];
    struct casefile_indexing indexing = {.writer = im->search};
    int r = import_known(node->db, p->fingerprint, &known, err);
    if (r < 0 || known) {
        im->result->known += r == 0;
        return r;
    }
    struct casefile_change *changes = arena_array(im->scratch, struct casefile_change, p->n); /* they are filled, and the act may run again */
    memcpy(changes, p->changes, p->n * sizeof *changes);
    r = casefile_make(node, p->made_ms, im->options->owner, im->scratch, changes, p->n, file, &indexing, err);
    if (r == 0)
        r = import_note(node->db, p->fingerprint, file, err);
    im->result->added += r == 0;
    return r;
}

static int store_part(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct part *part = arg;
    struct import_result *r = part->import->result;
    search_writer_reset(part->import->search);
    r->added = part->added;
    r->known = part->known;
    for (size_t i = 0; i < part->n; i++) {
        int result = store_file(part->import, node, &part->files[i], err);
        if (result < 0)
            return result;
    }
    act->detail = str_printf(part->import->arena, "files: rows %lld, added %lld, known %lld, refused %lld", (long long)r->rows, (long long)r->added,
                             (long long)r->known, (long long)r->bad);
    return 0;
}

/* 1: there is more; 0: the end. node NULL: a preview. */
static int read_part(struct files_import *im, struct node *node, struct reader_state *s, struct part *part, struct err *err)
{
    int more = 1, r = 0;
    struct htcds_file file;
    arena_reset(im->scratch);
    *part = (struct part){.import = im, .files = arena_array(im->scratch, struct prepared, IMPORT_FILES_PER_ACT), .added = im->result->added, .known = im->result->known};
    for (size_t tried = 0; r == 0 && tried < IMPORT_FILES_PER_ACT && arena_used(im->scratch) < PART_BYTES && (more = read_file(im, s, &file, err)) > 0; tried++) {
        struct prepared *p = &part->files[part->n];
        struct err why = {0};
        if (more == 2)
            continue;
        if (changes_of(im, &file, p, &why) < 0) {
            r = report(im, file.line, why.text, err);
            continue;
        }
        preview(im, &file);
        p->made_ms = im->options->table.now_ms - im->total + im->done++; /* the order of the table */
        part->n++;
        if (node)
            r = fingerprint(im, node, &file, p, err);
    }
    return r < 0 ? r : more > 0;
}

static int take_parts(struct files_import *im, struct node *node, struct err *err)
{
    const struct import_options *o = &im->options->table;
    struct reader_state s = {0};
    struct csv_row header;
    struct part part;
    int more = 1, r = import_open(o, im->content, &s.sheet, &header, err);
    if (r < 0)
        return r;
    while (r == 0 && more > 0) {
        more = r = read_part(im, node, &s, &part, err);
        if (r < 0)
            break;
        struct act act = {.verb = VERB_IMPORT, .actor = o->actor, .now_ms = o->now_ms};
        r = node ? act_run(node, &act, store_part, &part, err) : 0;
        if (!node)
            im->result->added += (int64_t)part.n;
        if (r == 0 && node && im->result->added > part.added)
            r = search_writer_finish(im->search, err);
        if (r == 0 && o->progress)
            r = o->progress(o->arg, im->result->rows, sheet_offset(s.sheet), sheet_size(s.sheet), err);
    }
    sheet_close(s.sheet);
    return r;
}

static int run(struct node *node, const struct names *names, const struct import_files_options *options, struct arena *a, struct import_result *result,
               struct err *err)
{
    struct files_import im = {.options = options, .result = result, .arena = a, .scratch = arena_new()};
    *result = (struct import_result){.undecided = STR("")};
    int r = look(&im, err);
    if (r == 0 && node)
        r = search_writer_new(node_path(node, a, "search"), node->keys, names, &im.search, err);
    if (r == 0)
        r = take_parts(&im, node, err);
    search_writer_free(im.search);
    htcds_close(im.htcds);
    arena_free(im.scratch);
    free(im.seen);
    free((void *)(uintptr_t)im.spoilt.p);
    return r;
}

int import_files_run(struct node *node, const struct names *names, const struct import_files_options *options, struct arena *a,
                     struct import_result *result, struct err *err)
{
    return run(node, names, options, a, result, err);
}

int import_files_preview(const struct import_files_options *options, struct arena *a, struct import_result *result, struct err *err)
{
    return run(NULL, NULL, options, a, result, err);
}
