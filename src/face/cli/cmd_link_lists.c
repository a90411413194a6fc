#include "face/cli/cmd_link_lists.h"

#include <stdlib.h>
#include <string.h>

#include "ground/csv/csv.h"
#include "work/cases/dates.h"

/* --- columns ------------------------------------------------------------------------------------------------------ */

enum field { FIELD_GIVEN, FIELD_FAMILY, FIELD_NAME, FIELD_BORN, FIELD_DOCUMENT, FIELD_PHONE, FIELD_SEX, FIELD_PLACE, FIELD_ID, FIELDS };
static const char *const field_names[FIELDS] = {"given", "family", "name", "born", "document", "phone", "sex", "place", "id"};

struct columns { int at[FIELDS]; }; /* index of the cell, or -1 */

static int find_column(const struct csv_row *header, str name)
{
    for (size_t i = 0; i < header->n; i++)
        if (str_eq_nocase(header->cells[i], name))
            return (int)i;
    return -1;
}

static str there_are(struct arena *a, const struct csv_row *header)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < header->n && b.len < 300; i++)
        buf_addf(&b, "%s%.*s", i ? ", " : "", STR_ARG(header->cells[i]));
    return buf_str(&b);
}

static int set_column(const char *path, struct columns *c, enum field field, str name, const struct csv_row *header, struct arena *a, struct err *err)
{
    c->at[field] = find_column(header, name);
    if (c->at[field] < 0)
        return err_set(err, ERR_INPUT, "%s: there is no column \"%.*s\" for %s; there are: %.*s", path, STR_ARG(name), field_names[field],
                       STR_ARG(there_are(a, header)));
    return 0;
}

static int map_columns(const char *path, const char *given, const char *id, const struct csv_row *header, struct columns *c, struct arena *a,
                       struct err *err)
{
    str rest = str_from(given), part;
    for (size_t i = 0; i < FIELDS; i++)
        c->at[i] = -1;
    int r = set_column(path, c, FIELD_ID, str_from(id), header, a, err);
    while (r == 0 && str_split(&rest, ',', &part)) {
        str name = part;
        str_split(&name, '=', &part);
        size_t field = 0;
        while (field < FIELD_ID && !str_eq_nocase(str_trim(part), str_from(field_names[field])))
            field++;
        if (field == FIELD_ID || !name.p)
            return err_set(err, ERR_USAGE, "--columns: \"%.*s\" is not FIELD=COLUMN with one of the fields given, family, name, born, "
                           "document, phone, sex, place", STR_ARG(part));
        r = set_column(path, c, (enum field)field, str_trim(name), header, a, err);
    }
    return r;
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static str cell(const struct csv_row *row, const struct columns *c, enum field field)
{
    return c->at[field] >= 0 && (size_t)c->at[field] < row->n ? str_trim(row->cells[c->at[field]]) : (str){0};
}

/* Eight digits that are no day of the calendar, a slip in one of them: the rest still agrees with the right date in parts, so
 * they are compared as they were written. */
static bool eight_digits(str text, struct date *out)
{
    int64_t v;
    if (text.len != 8 || !str_to_int(text, 10000000, 99991231 + 9000, &v))
        return false;
    *out = (struct date){(int16_t)(v / 10000), (uint8_t)(v / 100 % 100), (uint8_t)(v % 100)};
    return true;
}

static struct date born(str text, const struct dates_rules *rules)
{
    struct date d;
    enum dates_result result = dates_read(text, rules, &d);
    if (result == DATES_NO_SUCH_MONTH || result == DATES_NO_SUCH_DAY)
        eight_digits(text, &d);
    return d;
}

static enum sex sex_of(str text)
{
    static const struct { const char *word; enum sex sex; } words[] = {
        {"f", SEX_FEMALE}, {"female", SEX_FEMALE}, {"w", SEX_FEMALE}, {"woman", SEX_FEMALE},
        {"m", SEX_MALE},   {"male", SEX_MALE},     {"man", SEX_MALE}, {"x", SEX_OTHER}, {"other", SEX_OTHER},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_eq_nocase(text, str_from(words[i].word)))
            return words[i].sex;
    return SEX_UNKNOWN;
}

static str *one(struct arena *a, str text)
{
    str *s = arena_new_of(a, str);
    *s = str_dup(a, text);
    return s;
}

static struct identity person(struct arena *a, const struct csv_row *row, const struct columns *c)
{
    struct name name = {str_dup(a, cell(row, c, FIELD_GIVEN)), str_dup(a, cell(row, c, FIELD_FAMILY)), str_dup(a, cell(row, c, FIELD_NAME))};
    struct identity who = {.source_id = str_dup(a, cell(row, c, FIELD_ID)), .sex = sex_of(cell(row, c, FIELD_SEX))};
    if (name.given.len || name.family.len || name.full.len) {
        who.names = arena_new_of(a, struct name);
        *who.names = name;
        who.n_names = 1;
    }
    if (cell(row, c, FIELD_DOCUMENT).len) {
        who.documents = arena_new_of(a, struct document);
        who.documents->number = str_dup(a, cell(row, c, FIELD_DOCUMENT));
        who.n_documents = 1;
    }
    if (cell(row, c, FIELD_PHONE).len)
        who.phones = one(a, cell(row, c, FIELD_PHONE)), who.n_phones = 1;
    if (cell(row, c, FIELD_PLACE).len)
        who.places = one(a, cell(row, c, FIELD_PLACE)), who.n_places = 1;
    return who;
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

static int read_rows(struct csv *csv, const char *path, const struct columns *c, struct arena *a, struct list *out, str **dates, struct err *err)
{
    struct csv_row row;
    size_t cap = 0;
    int r;
    while ((r = next_good(csv, &row, out, path, err)) > 0) {
        if (out->n == cap) {
            size_t grown = cap ? cap * 2 : 1024;
            out->people = arena_grow(a, out->people, cap * sizeof *out->people, grown * sizeof *out->people);
            *dates = arena_grow(a, *dates, cap * sizeof **dates, grown * sizeof **dates);
            cap = grown;
        }
        (*dates)[out->n] = str_dup(a, cell(&row, c, FIELD_BORN));
        out->people[out->n] = person(a, &row, c);
        if (out->people[out->n].source_id.len == 0)
            return err_set(err, ERR_INPUT, "%s: line %lld has no id; every row needs one", path, (long long)row.line);
        out->n++;
    }
    return r;
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
    struct csv_row header;
    struct columns c;
    str *dates = NULL;
    *out = (struct list){0};
    int r = csv_open(path, NULL, &csv, err);
    if (r < 0)
        return r;
    if ((r = next_good(csv, &header, out, path, err)) < 0)
        goto out;
    if (r == 0) {
        r = err_set(err, ERR_INPUT, "%s: the file is empty; it needs a header line and a row for each person", path);
        goto out;
    }
    if ((r = map_columns(path, columns, id, &header, &c, a, err)) < 0 || (r = read_rows(csv, path, &c, a, out, &dates, err)) < 0)
        goto out;
    if (out->n == 0) {
        r = err_set(err, ERR_INPUT, "%s: there is a header but no row below it", path);
        goto out;
    }
    struct dates_seen seen = {0};
    for (size_t i = 0; i < out->n; i++)
        dates_look(&seen, dates[i]);
    struct dates_rules rules = {.order = dates_order(&seen), .today = date_from_days(clock_now_ms() / 86400000)};
    for (size_t i = 0; i < out->n; i++)
        out->people[i].born = born(dates[i], &rules);
    r = check_ids(path, a, out, err);
out:
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
