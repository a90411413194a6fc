#include "work/cases/columns.h"

#include <stdlib.h>
#include <string.h>

#include "ground/text/text.h"
#include "work/cases/columns_words.h"

#define HEADERS_SHOWN 12
#define PHONE_DIGITS_MIN 5

struct columns {
    struct arena *arena;
    struct text *text;
    struct dates_rules dates;
    bool lenient, htcds;
    size_t n;
    str *headers;
    enum columns_field *fields;
    struct dates_seen *seen; /* of each column */
    enum dates_order *orders;
};

static const char *const field_names[COLUMNS_FIELDS] = {
    [COLUMNS_NONE] = "-",           [COLUMNS_ID] = "id",           [COLUMNS_NAME] = "name",   [COLUMNS_GIVEN] = "given",
    [COLUMNS_MIDDLE] = "middle",    [COLUMNS_FAMILY] = "family",   [COLUMNS_BORN] = "born",   [COLUMNS_DOCUMENT] = "document",
    [COLUMNS_COUNTRY] = "country",  [COLUMNS_PHONE] = "phone",     [COLUMNS_SEX] = "sex",     [COLUMNS_PLACE] = "place",
};

const char *columns_field_name(enum columns_field field)
{
    return field_names[field];
}

static bool is_ascii(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((uint8_t)s.p[i] >= 0x80)
            return false;
    return true;
}

/* Control characters (a line break within a cell, an escape sequence for the terminal) become spaces. From arena if there are any. */
static str without_controls(struct arena *a, str s)
{
    char *copy = NULL;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t b = (uint8_t)s.p[i];
        bool second = b == 0xc2 && i + 1 < s.len && (uint8_t)s.p[i + 1] < 0xa0; /* U+0080 to U+009F */
        if (b >= 0x20 && b != 0x7f && !second)
            continue;
        if (!copy)
            copy = (char *)str_dup(a, s).p;
        copy[i] = ' ';
        if (second)
            copy[++i] = ' ';
    }
    return copy ? (str){copy, s.len} : s;
}

/* Letters, marks and digits in lower case, Latin without accents: what two spellings of a header have in common. */
static str key_of(const struct text *t, struct arena *a, str cell)
{
    size_t len = 0;
    if (is_ascii(cell)) { /* the same, without Unicode's tables */
        char *p = arena_alloc(a, cell.len + 1);
        for (size_t i = 0; i < cell.len; i++) {
            char c = cell.p[i] >= 'A' && cell.p[i] <= 'Z' ? (char)(cell.p[i] + 32) : cell.p[i];
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
                p[len++] = c;
        }
        return (str){p, len};
    }
    const uint32_t *points = text_points(t, a, cell, TEXT_NFKC_FOLDED, &len);
    struct buf b = buf_new(a);
    for (size_t i = 0; i < len; i++) {
        uint32_t c = points[i];
        if (c < 0x250 || (c >= 0x1e00 && c < 0x1f00))
            c = text_base(t, c);
        if (text_is_letter(c) || text_is_mark(c) || text_digit(c) >= 0)
            text_put(&b, c);
    }
    return buf_str(&b);
}

/* The header for an error text, unless the first row looks like a person instead: then only its number may be said. */
static bool looks_like_data(const struct columns *c)
{
    for (size_t i = 0; i < c->n; i++) {
        size_t digits = 0;
        for (size_t at = 0; at < c->headers[i].len;)
            digits += text_digit(text_next(c->headers[i], &at)) >= 0;
        if (digits >= 4)
            return true;
    }
    return false;
}

static str list_headers(const struct columns *c, struct arena *a)
{
    if (looks_like_data(c))
        return str_printf(a, "%zu columns, and its first row seems to be a person: put a row of column names before it", c->n);
    struct buf b = buf_new(a);
    for (size_t i = 0; i < c->n && i < HEADERS_SHOWN; i++)
        buf_addf(&b, "%s'%.*s'", i ? ", " : "", (int)(c->headers[i].len > 40 ? 40 : c->headers[i].len), c->headers[i].p);
    if (c->n > HEADERS_SHOWN)
        buf_addf(&b, " and %zu more", c->n - HEADERS_SHOWN);
    return buf_str(&b);
}

static bool find_field(str word, enum columns_field *out)
{
    for (int f = COLUMNS_ID; f < COLUMNS_FIELDS; f++) {
        if (str_eq_nocase(word, str_from(field_names[f]))) {
            *out = (enum columns_field)f;
            return true;
        }
    }
    return false;
}

/* The column a spec means: by its exact header, then by its key, then by #number. */
static bool find_column(const struct columns *c, str wanted, size_t *out)
{
    int64_t number;
    for (size_t i = 0; i < c->n; i++)
        if (str_eq(c->headers[i], wanted))
            return *out = i, true;
    str key = key_of(c->text, c->arena, wanted);
    for (size_t i = 0; i < c->n && key.len && wanted.p[0] != '#'; i++)
        if (str_eq(key_of(c->text, c->arena, c->headers[i]), key))
            return *out = i, true;
    if (!str_starts(wanted, STR("#")) || !str_to_int(str_slice(wanted, 1, wanted.len), 1, (int64_t)c->n, &number))
        return false;
    *out = (size_t)number - 1;
    return true;
}

static int take_spec(struct columns *c, const char *spec, struct err *err)
{
    str rest = str_from(spec), part;
    while (str_split(&rest, ',', &part)) {
        str field_word, header = str_trim(part);
        enum columns_field field;
        size_t column;
        if (header.len == 0)
            continue;
        if (!str_split(&header, '=', &field_word) || !header.p)
            return err_set(err, ERR_USAGE, "--columns: write it as field=header,field=header, for example given=First name,born=DOB");
        if (!find_field(str_trim(field_word), &field))
            return err_set(err, ERR_USAGE, "--columns: '%.*s' is no field: there are id, name, given, middle, family, born, document, country, phone, sex, place",
                           (int)(field_word.len > 40 ? 40 : field_word.len), field_word.p);
        if (!find_column(c, str_trim(header), &column))
            return err_set(err, ERR_INPUT, "--columns: no column is called '%.*s'; the file has %.*s", (int)(header.len > 60 ? 60 : header.len), header.p,
                           STR_ARG(list_headers(c, c->arena)));
        if (c->fields[column] && c->fields[column] != field)
            return err_set(err, ERR_USAGE, "--columns: the column '%.*s' is given to two fields: a column can be one", (int)header.len, header.p);
        c->fields[column] = field;
    }
    return 0;
}

static void recognise(struct columns *c, bool htcds_only)
{
    for (size_t i = 0; i < c->n; i++) {
        str header = str_trim(c->headers[i]);
        if (str_ends(header, STR("__c"))) /* Salesforce marks its custom fields so */
            header = str_slice(header, 0, header.len - 3);
        str key = key_of(c->text, c->arena, header);
        c->fields[i] = columns_word_header(key, htcds_only);
        c->htcds |= c->fields[i] && str_starts(key, STR("prs"));
    }
}

static bool identifies(const struct columns *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->fields[i] == COLUMNS_NAME || c->fields[i] == COLUMNS_GIVEN || c->fields[i] == COLUMNS_FAMILY || c->fields[i] == COLUMNS_DOCUMENT ||
            c->fields[i] == COLUMNS_PHONE)
            return true;
    return false;
}

int columns_open(const struct columns_options *options, const str header[], size_t n, struct columns **out, struct err *err)
{
    struct columns *c = mem_calloc(1, sizeof *c);
    c->arena = arena_new();
    c->n = n;
    c->headers = arena_array(c->arena, str, n);
    c->fields = arena_array(c->arena, enum columns_field, n);
    c->seen = arena_array(c->arena, struct dates_seen, n);
    c->orders = arena_array(c->arena, enum dates_order, n);
    c->dates = (struct dates_rules){.today = options->today, .excel_1904 = options->excel_1904};
    c->lenient = options->lenient;
    for (size_t i = 0; i < n; i++)
        c->headers[i] = str_dup(c->arena, str_trim(without_controls(c->arena, header[i])));
    int result = text_open(&c->text, err);
    if (result < 0)
        goto out;
    if (options->format == COLUMNS_SPEC && !options->spec) {
        result = err_set(err, ERR_USAGE, "--format columns needs --columns, for example --columns name=Full name,born=DOB");
        goto out;
    }
    if (options->spec && options->format != COLUMNS_HTCDS)
        result = take_spec(c, options->spec, err);
    else
        recognise(c, options->format == COLUMNS_HTCDS);
    if (result == 0 && !identifies(c))
        result = err_set(err, ERR_INPUT, "line 1: no column of names, documents or phones is recognised: say which is which, as in --columns "
                         "given=HEADER,family=HEADER,born=HEADER; the file has %.*s", STR_ARG(list_headers(c, c->arena)));
out:
    if (result < 0)
        columns_close(c);
    else
        *out = c;
    return result;
}

void columns_close(struct columns *c)
{
    if (!c)
        return;
    text_close(c->text);
    arena_free(c->arena);
    free(c);
}

size_t columns_count(const struct columns *c)
{
    return c->n;
}

enum columns_field columns_field_of(const struct columns *c, size_t column)
{
    return c->fields[column];
}

str columns_header(const struct columns *c, size_t column)
{
    return c->headers[column];
}

bool columns_htcds(const struct columns *c)
{
    return c->htcds;
}

void columns_look(struct columns *c, const str cells[], size_t n)
{
    for (size_t i = 0; i < n && i < c->n; i++) {
        if (c->fields[i] == COLUMNS_BORN) {
            dates_look(&c->seen[i], cells[i]);
            c->orders[i] = dates_order(&c->seen[i]);
        }
    }
}

bool columns_undecided(const struct columns *c, size_t *column)
{
    for (*column = 0; *column < c->n; ++*column)
        if (c->fields[*column] == COLUMNS_BORN && dates_undecided(&c->seen[*column]))
            return true;
    return false;
}

/* One row on its way to an identity. */
struct row {
    const struct columns *c;
    struct arena *arena;
    int64_t line;
    size_t column; /* being read */
    struct identity *who;
    size_t n_given, n_family; /* the n-th given and the n-th family name belong together */
    str country;
    struct err *err;
};

static int refuse(const struct row *r, const char *why)
{
    str header = r->c->headers[r->column];
    return err_set(r->err, ERR_INPUT, "line %lld, column '%.*s' (%zu): %s", (long long)r->line, (int)(header.len > 60 ? 60 : header.len), header.p,
                   r->column + 1, why);
}

/* A word for "nothing", or no letter and no digit at all. */
static bool says_nothing(const struct row *r, str cell)
{
    return cell.len == 0 || (cell.len < 40 && columns_word_nothing(key_of(r->c->text, r->arena, cell)));
}

static bool has_letter(str cell)
{
    for (size_t at = 0; at < cell.len;)
        if (text_is_letter(text_next(cell, &at)))
            return true;
    return false;
}

/* What a spreadsheet makes of a long number: 8.55E+10. */
static bool is_spoiled_number(str cell)
{
    double value;
    return (memchr(cell.p, 'E', cell.len) || memchr(cell.p, 'e', cell.len)) && memchr(cell.p, '+', cell.len) && str_to_double(cell, &value);
}

static struct name *name_at(struct row *r, size_t i)
{
    if (i >= IDENTITY_NAMES_MAX)
        i = IDENTITY_NAMES_MAX - 1;
    while (r->who->n_names <= i)
        r->who->names[r->who->n_names++] = (struct name){{"", 0}, {"", 0}, {"", 0}};
    return &r->who->names[i];
}

/* "Sok, Dara" is family and given name; "John Smith, Jr" is not. */
static void split_full(struct name *name)
{
    str rest = name->full, family;
    if (!str_split(&rest, ',', &family) || !rest.p || memchr(rest.p, ',', rest.len))
        return;
    rest = str_trim(rest);
    family = str_trim(family);
    if (rest.len <= 3 || !has_letter(rest) || !has_letter(family))
        return;
    *name = (struct name){.given = rest, .family = family, .full = STR("")};
}

static int take_name(struct row *r, enum columns_field field, str cell)
{
    if (!has_letter(cell))
        return 0;
    if (field == COLUMNS_NAME) {
        struct name *name = name_at(r, r->who->n_names);
        name->full = cell;
        split_full(name);
    } else if (field == COLUMNS_MIDDLE) {
        struct name *name = name_at(r, r->n_given ? r->n_given - 1 : 0);
        name->given = name->given.len ? str_printf(r->arena, "%.*s %.*s", STR_ARG(name->given), STR_ARG(cell)) : cell;
    } else if (field == COLUMNS_GIVEN) {
        struct name *name = name_at(r, r->n_given);
        name->given = name->given.len ? str_printf(r->arena, "%.*s %.*s", STR_ARG(cell), STR_ARG(name->given)) : cell;
    } else {
        name_at(r, r->n_family)->family = cell;
    }
    return 0;
}

static int take_born(struct row *r, str cell)
{
    struct dates_rules rules = r->c->dates;
    rules.order = r->c->orders[r->column];
    struct date d;
    enum dates_result result = dates_read(cell, &rules, &d);
    if (result > DATES_EMPTY && !r->c->lenient)
        return refuse(r, dates_why(result));
    if (d.year && !date_known(r->who->born))
        r->who->born = d;
    return 0;
}

static int take_sex(struct row *r, str cell)
{
    enum sex sex = SEX_UNKNOWN;
    if (!columns_word_sex(key_of(r->c->text, r->arena, cell), &sex) && !r->c->lenient)
        return refuse(r, "the sex cannot be read: write f, m or x, or leave it empty");
    r->who->sex = sex;
    return 0;
}

static int take_phones(struct row *r, str cell)
{
    if (is_spoiled_number(cell))
        return r->c->lenient ? 0 : refuse(r, "a spreadsheet turned the phone into a rounded number: format the column as text and export it again");
    while (cell.len) {
        size_t end = 0, digits = 0;
        while (end < cell.len && !memchr(";/,\n|", cell.p[end], 5)) {
            size_t next = end;
            digits += text_digit(text_next(cell, &next)) >= 0;
            end = next;
        }
        if (digits >= PHONE_DIGITS_MIN && r->who->n_phones < IDENTITY_LIST_MAX)
            r->who->phones[r->who->n_phones++] = without_controls(r->arena, str_trim(str_slice(cell, 0, end)));
        cell = str_slice(cell, end + 1, cell.len);
    }
    return 0;
}

static int take_documents(struct row *r, str cell)
{
    if (is_spoiled_number(cell))
        return r->c->lenient ? 0 : refuse(r, "a spreadsheet turned the document number into a rounded number: format the column as text and export it again");
    str part;
    while (str_split(&cell, ';', &part)) {
        part = str_trim(part);
        if (!says_nothing(r, part) && r->who->n_documents < IDENTITY_LIST_MAX)
            r->who->documents[r->who->n_documents++] = (struct document){.number = part, .country = STR("")};
    }
    return 0;
}

static int take_cell(struct row *r, enum columns_field field, str cell)
{
    switch (field) {
    case COLUMNS_ID:
        r->who->source_id = cell;
        return 0;
    case COLUMNS_NAME:
    case COLUMNS_GIVEN:
    case COLUMNS_MIDDLE:
    case COLUMNS_FAMILY:
        return take_name(r, field, cell);
    case COLUMNS_BORN:
        return take_born(r, cell);
    case COLUMNS_DOCUMENT:
        return take_documents(r, cell);
    case COLUMNS_COUNTRY: {
        str first = cell;
        str_split(&cell, ';', &first); /* several citizenships: the first issued the document */
        r->country = columns_word_country(r->arena, str_trim(first));
        return 0;
    }
    case COLUMNS_PHONE:
        return take_phones(r, cell);
    case COLUMNS_SEX:
        return take_sex(r, cell);
    case COLUMNS_PLACE:
        if (r->who->n_places < IDENTITY_LIST_MAX)
            r->who->places[r->who->n_places++] = cell;
        return 0;
    default:
        return 0;
    }
}

static int check_shape(struct row *r, const str cells[], size_t n)
{
    for (size_t i = r->c->n; i < n; i++)
        if (str_trim(cells[i]).len)
            return err_set(r->err, ERR_INPUT, "line %lld: the row has %zu cells, the header %zu: put cells that hold a delimiter in quotes",
                           (long long)r->line, n, r->c->n);
    return 0;
}

/* Reads the cells into r->who, whose lists have room. */
static int take_cells(struct row *r, const str cells[], size_t n)
{
    const struct columns *c = r->c;
    for (r->column = 0; r->column < n && r->column < c->n; r->column++) {
        enum columns_field field = c->fields[r->column];
        str cell = str_trim(cells[r->column]);
        if (field == COLUMNS_NONE)
            continue;
        if (cell.len > IDENTITY_TEXT_MAX)
            return refuse(r, "the cell has more than 1,024 bytes: is a quote missing?");
        if (field != COLUMNS_PHONE) /* there a line break stands between two */
            cell = without_controls(r->arena, cell);
        if (!is_ascii(cell))
            cell = text_nfc(c->text, r->arena, cell);
        if (!says_nothing(r, cell) && take_cell(r, field, cell) < 0)
            return ERR_INPUT;
        r->n_given += field == COLUMNS_GIVEN;
        r->n_family += field == COLUMNS_FAMILY;
    }
    return 0;
}

/* Moves n items from the row's own room to the arena: rows are kept by the thousand, with as little as they need. */
static void *keep(struct arena *a, const void *items, size_t n, size_t size)
{
    void *kept = arena_calloc(a, n, size);
    if (n)
        memcpy(kept, items, n * size);
    return kept;
}

int columns_identity(const struct columns *c, struct arena *a, int64_t line, const str cells[], size_t n, struct identity *out, struct err *err)
{
    struct name names[IDENTITY_NAMES_MAX] = {0};
    struct document documents[IDENTITY_LIST_MAX];
    str phones[IDENTITY_LIST_MAX], places[IDENTITY_LIST_MAX];
    *out = (struct identity){.names = names, .documents = documents, .phones = phones, .places = places, .source_id = STR("")};
    struct row r = {.c = c, .arena = a, .line = line, .who = out, .country = STR(""), .err = err};
    int result = check_shape(&r, cells, n);
    if (result == 0)
        result = take_cells(&r, cells, n);
    size_t kept = 0; /* a second name without a cell leaves a hole */
    for (size_t i = 0; i < out->n_names; i++)
        if (names[i].given.len || names[i].family.len || names[i].full.len)
            names[kept++] = names[i];
    out->n_names = kept;
    for (size_t i = 0; i < out->n_documents; i++)
        documents[i].country = r.country;
    out->names = keep(a, names, out->n_names, sizeof names[0]);
    out->documents = keep(a, documents, out->n_documents, sizeof documents[0]);
    out->phones = keep(a, phones, out->n_phones, sizeof phones[0]);
    out->places = keep(a, places, out->n_places, sizeof places[0]);
    if (result == 0 && out->n_names == 0 && out->n_documents == 0 && out->n_phones == 0)
        return err_set(err, ERR_INPUT, "line %lld: no name, no document and no phone: nobody could be found by this row", (long long)line);
    return result;
}
