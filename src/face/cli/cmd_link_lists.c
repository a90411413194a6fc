/* Two lists of persons, read as imports are read; and the pairs that are true. */
#include "face/cli/cmd_link_lists.h"

#include <stdlib.h>
#include <string.h>

#include "ground/csv/csv.h"
#include "work/cases/columns.h"

#define MS_PER_DAY 86400000

/* Eight digits that are no day of the calendar, a slip in one of them: the rest still agrees with the right date in parts, so
 * they are compared as they were written. */
static bool eight_digits(str text, struct date *out)
{
    int64_t v;
    if (text.len != 8 || !str_to_int(text, 10000000, 99999999, &v))
        return false;
    *out = (struct date){(int16_t)(v / 10000), (uint8_t)(v / 100 % 100), (uint8_t)(v % 100)};
    return true;
}

static void keep_digits(const struct columns *c, const struct csv_row *row, struct identity *who)
{
    for (size_t i = 0; i < row->n && i < columns_count(c); i++)
        if (columns_field_of(c, i) == COLUMNS_BORN && who->born.year && !who->born.day)
            eight_digits(str_trim(row->cells[i]), &who->born);
}

/* The next good row; bad ones are counted. 1, 0 at the end, or an error. */
static int next_good(struct csv *csv, struct csv_row *row, struct list *list, const char *path, struct err *err)
{
    int r;
    while ((r = csv_next(csv, row, err)) > 0 && row->error) {
        if (list->bad_rows++ == 0)
            err_set(&list->first_bad, ERR_INPUT, "%s: %s", path, row->error->text);
    }
    return r < 0 ? err_prefix(err, "%s", path) : r;
}

/* Opens the file and its columns. A file is read twice: the first time to learn how its dates are written. */
static int open_list(const char *path, const char *spec, struct csv **csv, struct columns **columns, struct list *list, struct err *err)
{
    struct csv_row row;
    int r = csv_open(path, NULL, csv, err);
    if (r < 0)
        return r;
    if ((r = next_good(*csv, &row, list, path, err)) < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_INPUT, "%s: the file is empty; it needs a header line and a row for each person", path);
    if (*columns)
        return 0;
    const struct columns_options options = {.format = COLUMNS_SPEC, .spec = spec, .today = date_from_days(clock_now_ms() / MS_PER_DAY), .lenient = true};
    if (columns_open(&options, row.cells, row.n, columns, err) < 0)
        return err_prefix(err, "%s", path);
    while ((r = next_good(*csv, &row, list, path, err)) > 0)
        columns_look(*columns, row.cells, row.n);
    csv_close(*csv);
    *csv = NULL;
    list->bad_rows = 0;
    return r < 0 ? r : open_list(path, spec, csv, columns, list, err);
}

static str id_of(const struct columns *c, const struct csv_row *row)
{
    for (size_t i = 0; i < row->n && i < columns_count(c); i++)
        if (columns_field_of(c, i) == COLUMNS_ID)
            return str_trim(row->cells[i]);
    return (str){0};
}

/* A row that tells nothing of a person stays in the list as somebody nobody can find: the truth may name it. */
static int add_row(struct list *out, size_t *cap, const char *path, const struct columns *c, const struct csv_row *row, struct arena *a, struct err *err)
{
    struct identity who;
    int r = columns_identity(c, a, row->line, row->cells, row->n, &who, err);
    if (r < 0) {
        if (out->bad_rows++ == 0)
            err_set(&out->first_bad, r, "%s: %s", path, err->text);
        who = (struct identity){.source_id = id_of(c, row)};
    }
    if (who.source_id.len == 0)
        return err_set(err, ERR_INPUT, "%s: line %lld has no id; every row needs one", path, (long long)row->line);
    keep_digits(c, row, &who);
    if (out->n == *cap) {
        size_t grown = *cap ? *cap * 2 : 1024;
        out->people = arena_grow(a, out->people, *cap * sizeof *out->people, grown * sizeof *out->people);
        *cap = grown;
    }
    /* the strings of who borrow from the row: through its canonical bytes they become the arena's */
    str id = str_dup(a, who.source_id);
    struct date born = who.born;
    who.born = (struct date){0};
    if ((r = identity_decode(a, identity_encode(a, &who), &out->people[out->n], err)) < 0)
        return r;
    out->people[out->n].source_id = id;
    out->people[out->n++].born = born;
    return 0;
}

static int check_ids(const char *path, struct arena *a, const struct list *list, struct err *err)
{
    struct list_index *index = list_index_new(a, list);
    uint32_t place;
    for (size_t i = 0; i < list->n; i++)
        if (list_index_find(index, list->people[i].source_id, &place) && place != i)
            return err_set(err, ERR_INPUT, "%s: rows %u and %zu below the header have the same id; ids tell persons apart, so each may stand once",
                           path, place + 1, i + 1);
    return 0;
}

int list_read(const char *path, const char *columns, const char *id, struct arena *a, struct list *out, struct err *err)
{
    struct csv *csv = NULL;
    struct columns *c = NULL;
    struct csv_row row;
    size_t cap = 0;
    *out = (struct list){0};
    int r = open_list(path, str_printf(a, "id=%s,%s", id, columns).p, &csv, &c, out, err);
    while (r == 0 && (r = next_good(csv, &row, out, path, err)) > 0)
        r = add_row(out, &cap, path, c, &row, a, err);
    if (r == 0 && out->n == 0)
        r = err_set(err, ERR_INPUT, "%s: there is a header but no row below it", path);
    if (r == 0)
        r = check_ids(path, a, out, err);
    columns_close(c);
    csv_close(csv);
    return r;
}

/* --- ids and truth ------------------------------------------------------------------------------------------------ */

struct list_index {
    const struct list *list;
    uint32_t *slots; /* place + 1 by hash; 0: free */
    size_t mask;
};

struct list_index *list_index_new(struct arena *a, const struct list *list)
{
    struct list_index *x = arena_new_of(a, struct list_index);
    size_t size = 16;
    while (size < 2 * list->n)
        size *= 2;
    *x = (struct list_index){list, arena_array(a, uint32_t, size), size - 1};
    for (size_t i = 0; i < list->n; i++) {
        uint32_t place;
        size_t at = str_hash(list->people[i].source_id) & x->mask;
        if (list_index_find(x, list->people[i].source_id, &place))
            continue; /* the first of equal ids */
        while (x->slots[at])
            at = (at + 1) & x->mask;
        x->slots[at] = (uint32_t)i + 1;
    }
    return x;
}

bool list_index_find(const struct list_index *x, str id, uint32_t *place)
{
    for (size_t at = str_hash(id) & x->mask; x->slots[at]; at = (at + 1) & x->mask)
        if (str_eq(x->list->people[x->slots[at] - 1].source_id, id)) {
            *place = x->slots[at] - 1;
            return true;
        }
    return false;
}

static int by_value(const void *x, const void *y)
{
    const uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

int truth_read(const char *path, const struct list_index *asker, const struct list_index *holder, struct arena *a, struct truth *out, struct err *err)
{
    struct csv *csv = NULL;
    struct csv_row row;
    size_t cap = 0;
    *out = (struct truth){0};
    int r = csv_open(path, NULL, &csv, err);
    if (r < 0)
        return r;
    if ((r = csv_next(csv, &row, err)) < 0) /* the header says nothing that is needed */
        goto out;
    while ((r = csv_next(csv, &row, err)) > 0) {
        uint32_t asked, record;
        if (row.error || row.n < 2) {
            r = err_set(err, ERR_INPUT, "%s: line %lld: a true pair needs two ids", path, (long long)row.line);
            goto out;
        }
        bool known = (list_index_find(asker, row.cells[0], &asked) && list_index_find(holder, row.cells[1], &record)) ||
                     (list_index_find(asker, row.cells[1], &asked) && list_index_find(holder, row.cells[0], &record));
        if (!known) {
            out->unknown++;
            continue;
        }
        if (out->n == cap) {
            size_t grown = cap ? cap * 2 : 1024;
            out->pairs = arena_grow(a, out->pairs, cap * sizeof *out->pairs, grown * sizeof *out->pairs);
            cap = grown;
        }
        out->pairs[out->n++] = (uint64_t)asked << 32 | record;
    }
out:
    csv_close(csv);
    if (r < 0 || out->n == 0)
        return r;
    qsort(out->pairs, out->n, sizeof *out->pairs, by_value);
    size_t kept = 1;
    for (size_t i = 1; i < out->n; i++)
        if (out->pairs[i] != out->pairs[kept - 1])
            out->pairs[kept++] = out->pairs[i];
    out->n = kept;
    return 0;
}

bool truth_has(const struct truth *truth, uint32_t asked, uint32_t record)
{
    uint64_t pair = (uint64_t)asked << 32 | record;
    return truth->n && bsearch(&pair, truth->pairs, truth->n, sizeof pair, by_value);
}
