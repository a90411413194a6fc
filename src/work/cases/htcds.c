/* htcds: columns of a header, rows to records. The other way is htcds_rows.c. */
#include "work/cases/htcds.h"

#include <stdlib.h>
#include <string.h>

#include "work/cases/dates.h"
#include "work/cases/htcds_internal.h"

#define NUMBER_MAX 50 /* behind a column's name */
#define FIRST_ROOM 8  /* records of a file; more when it has more */

enum use { UNUSED, USED_FIELD, USED_FILE, USED_PERSON };

struct column {
    str header;
    enum use use;
    const struct field *field; /* of USED_FIELD */
    enum field_unit unit;      /* of USED_FIELD and USED_PERSON */
    size_t number;             /* behind the name, from 1 */
    size_t record;             /* which of its unit in a row, from 0 */
    struct dates_seen seen;
};

struct htcds {
    struct arena *arena;
    struct htcds_options options;
    struct column *columns;
    size_t n, file_column; /* n: there is none */
    struct htcds_country *countries;
    size_t n_countries;
    bool says_person[FIELD_UNITS]; /* there is a column that says whom records of the unit tell of */
};

/* --- the header --- */

/* Cuts the number off "prs_FirstName_2"; none is 1. */
static size_t cut_number(str *key)
{
    size_t digits = 0;
    int64_t number;
    while (digits < key->len && key->p[key->len - 1 - digits] >= '0' && key->p[key->len - 1 - digits] <= '9')
        digits++;
    if (digits == 0 || digits == key->len || !str_to_int(str_slice(*key, key->len - digits, key->len), 1, NUMBER_MAX, &number))
        return 1;
    *key = str_slice(*key, 0, key->len - digits);
    return (size_t)number;
}

static void recognise(struct htcds *h, struct column *c)
{
    str key = htcds_key(h->arena, c->header);
    c->number = cut_number(&key);
    if (str_eq(key, STR("cmtfile"))) {
        c->use = USED_FILE;
        return;
    }
    for (size_t i = 0; i < htcds_n_units; i++)
        if (htcds_units[i].person && str_eq(key, htcds_key(h->arena, str_from(htcds_units[i].person)))) {
            c->use = USED_PERSON;
            c->unit = htcds_units[i].unit;
            c->record = c->number - 1;
            h->says_person[c->unit] = true;
            return;
        }
    c->field = htcds_word_field(key);
    if (!c->field || !htcds_goes_out(c->field)) {
        c->field = NULL;
        return;
    }
    c->use = USED_FIELD;
    c->unit = c->field->unit;
}

/* prs_Citizenship_2 is her second citizenship, unless there is a prs_FirstName_2: then it is the second person's. */
static void number_records(struct htcds *h)
{
    for (size_t i = 0; i < h->n; i++) {
        struct column *c = &h->columns[i];
        bool further_record = !c->field || !(c->field->flags & FIELD_REPEATS);
        for (size_t k = 0; k < h->n && !further_record; k++)
            further_record = h->columns[k].use == USED_FIELD && h->columns[k].unit == c->unit && h->columns[k].number == c->number && c->number > 1 &&
                             !(h->columns[k].field->flags & FIELD_REPEATS);
        if (c->use == USED_FIELD)
            c->record = further_record && c->unit != FIELD_OF_FILE ? c->number - 1 : 0;
    }
}

/* What countries are called where they are not written by their code. */
static void name_countries(struct htcds *h)
{
    const char *const *codes;
    size_t n = text_countries(&codes);
    h->countries = arena_array(h->arena, struct htcds_country, n);
    for (; h->n_countries < n; h->n_countries++) {
        str code = str_from(codes[h->n_countries]);
        h->countries[h->n_countries] = (struct htcds_country){htcds_key(h->arena, text_country_name(h->arena, "en", code)), code};
    }
}

int htcds_open(const struct htcds_options *options, const str header[], size_t n, struct htcds **out, struct err *err)
{
    struct htcds *h = mem_calloc(1, sizeof *h);
    size_t used = 0;
    h->arena = arena_new();
    h->options = *options;
    h->n = h->file_column = n;
    h->columns = arena_array(h->arena, struct column, n);
    for (size_t i = 0; i < n; i++) {
        h->columns[i].header = str_dup(h->arena, header[i]);
        recognise(h, &h->columns[i]);
        used += h->columns[i].use == USED_FIELD;
        if (h->columns[i].use == USED_FILE && h->file_column == n)
            h->file_column = i;
    }
    number_records(h);
    name_countries(h);
    *out = h;
    if (used)
        return 0;
    htcds_close(h);
    *out = NULL;
    return err_set(err, ERR_INPUT, N_("no column has a name of HTCDS, such as prs_FirstName: is the first row that of the names?"));
}

void htcds_close(struct htcds *h)
{
    if (!h)
        return;
    arena_free(h->arena);
    free(h);
}

size_t htcds_count(const struct htcds *h)
{
    return h->n;
}

str htcds_header(const struct htcds *h, size_t column)
{
    return h->columns[column].header;
}

const struct field *htcds_field(const struct htcds *h, size_t column)
{
    return h->columns[column].field;
}

bool htcds_uses(const struct htcds *h, size_t column)
{
    return h->columns[column].use != UNUSED;
}

/* --- dates --- */

void htcds_look(struct htcds *h, const str cells[], size_t n)
{
    for (size_t i = 0; i < n && i < h->n; i++)
        if (h->columns[i].field && h->columns[i].field->type == FIELD_DATE)
            dates_look(&h->columns[i].seen, cells[i]);
}

bool htcds_undecided(const struct htcds *h, size_t *column)
{
    for (size_t i = 0; i < h->n; i++)
        if (dates_undecided(&h->columns[i].seen)) {
            *column = i;
            return true;
        }
    return false;
}

/* --- rows --- */

bool htcds_is_labels(const struct htcds *h, const str cells[], size_t n)
{
    size_t labels = 0;
    struct arena *a = arena_new();
    bool all = true;
    for (size_t i = 0; i < n && i < h->n && all; i++) {
        str cell = str_trim(cells[i]);
        if (cell.len == 0 || !h->columns[i].field)
            continue;
        str key = htcds_key(a, cell);
        all = cell.len < 200 && (htcds_word_field(key) == h->columns[i].field || str_eq(key, htcds_key(a, str_from(h->columns[i].field->label))));
        labels += all;
    }
    arena_free(a);
    return all && labels > 1;
}

str htcds_file_key(const struct htcds *h, const str cells[], size_t n)
{
    return h->file_column < n && h->file_column < h->n ? str_trim(cells[h->file_column]) : STR("");
}

bool htcds_continues(const struct htcds *h, const str cells[], size_t n, const struct htcds_file *file)
{
    return file->n > 0 && file->key.len > 0 && str_eq(htcds_file_key(h, cells, n), file->key);
}

/* A row on its way: the records it adds stand behind those that the file has. */
struct taking {
    const struct htcds *h;
    struct arena *arena;
    struct htcds_file *file;
    int64_t line;
    size_t before;                     /* records of the rows before */
    struct err *err;
};

static int wrong(const struct taking *t, size_t column, const char *why)
{
    return err_set(t->err, ERR_INPUT, "line %lld, column '%.100s' (%zu): %s", (long long)t->line, t->h->columns[column].header.p, column + 1, why);
}

/* The k-th record of the unit in this row; made when it is first needed. The file's own is always there. NULL: too many. */
static struct htcds_record *record_of(struct taking *t, enum field_unit unit, size_t k)
{
    struct htcds_file *f = t->file;
    if (unit == FIELD_OF_FILE)
        return &f->records[0];
    for (;;) {
        size_t seen = 0;
        for (size_t i = t->before; i < f->n; i++)
            if (f->records[i].record.unit == unit && seen++ == k)
                return &f->records[i];
        if (f->n == HTCDS_RECORDS_MAX)
            return NULL;
        if (f->n == f->room) {
            size_t room = f->room * 2;
            f->records = arena_grow(t->arena, f->records, f->room * sizeof *f->records, room * sizeof *f->records);
            f->room = room;
        }
        f->records[f->n++] = (struct htcds_record){.record = {.unit = unit}};
    }
}

/* Adds a value; of a field with lines that has one already, a further line. */
static void put(struct taking *t, struct record *r, const struct field *f, str text)
{
    if (!(f->flags & FIELD_REPEATS))
        for (size_t i = 0; i < r->n; i++)
            if (r->values[i].field == f) {
                if (f->type == FIELD_LONG && r->values[i].text.len + text.len < FIELD_LONG_MAX)
                    r->values[i].text = str_printf(t->arena, "%.*s\n%.*s", STR_ARG(r->values[i].text), STR_ARG(text));
                return; /* of two columns of one name, the first counts */
            }
    if (r->n >= RECORD_VALUES_MAX)
        return;
    r->values = arena_grow(t->arena, r->values ? (void *)r->values : arena_alloc(t->arena, 0), r->n * sizeof *r->values, (r->n + 1) * sizeof *r->values);
    r->values[r->n++] = (struct record_value){.field = f, .text = text};
}

/* Where something is kept as it was written when it is not what its field takes: for a person to mend. */
static const struct field *refuge(const struct field *f, const char **before)
{
    static const struct { const char *field, *kept_in, *before; } table[] = {
        {"prs_MobilePhone", "cmt_SafeContact", ""}, {"prs_HomePhone", "cmt_SafeContact", ""}, {"hte_Country", "hte_Description", "Country: "},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(f->name, table[i].field) == 0) {
            *before = table[i].before;
            return field_find(str_from(table[i].kept_in));
        }
    return NULL;
}

static int take_value(struct taking *t, size_t column, const struct htcds_reading *reading, str cell)
{
    const struct column *c = &t->h->columns[column];
    const struct field *to = c->field;
    const char *before = "";
    struct err why = {0};
    str normal;
    int r = htcds_value(c->field, reading, t->arena, cell, &normal, &why);
    if (r < 0 && refuge(c->field, &before)) {
        to = refuge(c->field, &before);
        r = htcds_value(to, reading, t->arena, str_printf(t->arena, "%s%.*s", before, STR_ARG(cell)), &normal, &why);
    }
    if (r < 0)
        return wrong(t, column, why.text);
    if (normal.len == 0)
        return 0;
    struct htcds_record *record = record_of(t, c->unit, c->record);
    if (!record)
        return wrong(t, column, "this file has too many records: divide it");
    put(t, &record->record, to, normal);
    return 0;
}

/* The methods of control lack what one of ILO's eleven indicators is about; we have a field for it. */
static str take_out_movement(struct taking *t, const struct column *c, str cell)
{
    static const char *const words[] = {"RestrictsMovement", "Restricts movement", "Restricts Movement"};
    if (strcmp(c->field->name, "vic_MethodsOfControl") != 0)
        return cell;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *at = memmem(cell.p, cell.len, words[i], strlen(words[i]));
        if (!at)
            continue;
        size_t from = (size_t)(at - cell.p);
        struct htcds_record *record = record_of(t, c->unit, c->record);
        if (record)
            put(t, &record->record, field_find(STR("cmt_OtherControl")), STR("RestrictsMovement"));
        return str_printf(t->arena, "%.*s%.*s", (int)from, cell.p, (int)(cell.len - from - strlen(words[i])), at + strlen(words[i]));
    }
    return cell;
}

/* The next of the values in a cell; \; and \\ are ; and \. */
static bool next_value(struct arena *a, str *rest, str *value)
{
    struct buf b = buf_new(a);
    size_t i = 0;
    if (!rest->p)
        return false;
    for (; i < rest->len && rest->p[i] != ';'; i++) {
        if (rest->p[i] == '\\' && i + 1 < rest->len && (rest->p[i + 1] == ';' || rest->p[i + 1] == '\\'))
            i++;
        buf_byte(&b, rest->p[i]);
    }
    *rest = i < rest->len ? str_slice(*rest, i + 1, rest->len) : (str){NULL, 0};
    *value = buf_str(&b);
    return true;
}

static int take_cell(struct taking *t, size_t column, str cell)
{
    const struct column *c = &t->h->columns[column];
    const struct htcds_options *o = &t->h->options;
    struct htcds_reading reading = {.rules = {o->text, o->today}, .dates = {dates_order(&c->seen), o->today, o->excel_1904},
                                    .countries = t->h->countries, .n_countries = t->h->n_countries};
    int r = 0;
    if (!text_utf8_valid(cell))
        return wrong(t, column, "these are not letters of UTF-8: choose the encoding of the file");
    cell = take_out_movement(t, c, cell);
    if (!(c->field->flags & FIELD_REPEATS))
        return take_value(t, column, &reading, cell);
    for (str value; r == 0 && next_value(t->arena, &cell, &value);)
        r = take_value(t, column, &reading, value);
    return r;
}

/* Whom the records of this row tell of. Numbers count the persons of the whole file, and may point ahead. */
static int take_persons(struct taking *t, const str cells[], size_t n)
{
    struct htcds_file *f = t->file;
    for (size_t i = 0; i < n && i < t->h->n; i++) {
        const struct column *c = &t->h->columns[i];
        str cell = str_trim(cells[i]);
        int64_t number;
        if (c->use != USED_PERSON || cell.len == 0)
            continue;
        if (!str_to_int(cell, 1, HTCDS_RECORDS_MAX, &number))
            return wrong(t, i, "write the number of the person in this file, from 1");
        struct htcds_record *record = record_of(t, c->unit, c->record);
        if (record)
            record->person = (size_t)number;
    }
    for (size_t i = t->before; i < f->n; i++) {
        enum field_unit unit = f->records[i].record.unit;
        if (!t->h->says_person[unit] && htcds_about_row(unit) && f->n_persons)
            f->records[i].person = f->n_persons; /* the person of the same row */
    }
    return 0;
}

int htcds_take(const struct htcds *h, struct arena *a, int64_t line, const str cells[], size_t n, struct htcds_file *file, struct err *err)
{
    struct htcds_file whole = *file;
    struct taking t = {.h = h, .arena = a, .file = &whole, .line = line, .before = whole.n, .err = err};
    int r = 0;
    if (whole.n == 0) {
        whole = (struct htcds_file){.key = str_dup(a, htcds_file_key(h, cells, n)), .records = arena_array(a, struct htcds_record, FIRST_ROOM), .n = 1, .room = FIRST_ROOM,
                                     .line = line};
        whole.records[0].record.unit = FIELD_OF_FILE;
        t.before = 1;
    }
    for (size_t i = 0; i < n && i < h->n && r == 0; i++)
        if (h->columns[i].use == USED_FIELD && str_trim(cells[i]).len)
            r = take_cell(&t, i, cells[i]);
    for (size_t i = t.before; i < whole.n; i++)
        whole.n_persons += whole.records[i].record.unit == FIELD_OF_PERSON;
    if (r == 0)
        r = take_persons(&t, cells, n);
    if (r == 0 && t.before == 1 && whole.n == 1 && whole.records[0].record.n == 0)
        r = err_set(err, ERR_INPUT, "line %lld: nothing stands in the columns that are known: leave the row out", (long long)line);
    if (r == 0)
        *file = whole;
    return r;
}
