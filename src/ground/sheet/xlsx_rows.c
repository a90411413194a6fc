#include "ground/sheet/xlsx_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ground/sheet/workbook.h"
#include "ground/sheet/xml.h"

#define DAY 86400
#define DAYS_1900 (-25568) /* 31 December 1899, in days since 1970 */
#define DAYS_1904 (-24107) /* 1 January 1904 */
#define LAST_SERIAL 2957003.0 /* in the year 9999 from either beginning */

struct xlsx_rows {
    struct zip_read *zip;
    struct arena *arena;  /* the workbook's */
    struct arena *of_row;
    struct workbook book;
    struct xml *xml;
    int64_t row;          /* the number of this row */
    size_t column, n;     /* of this cell, from 0; cells so far */
    size_t bytes;         /* of their texts */
    str cells[CSV_COLUMNS_MAX];
    char type[12];
    size_t style;
    bool in_value, in_row, any;
    struct buf value;
    struct err fault;     /* of this row */
};

/* Column 2 is C, column 27 is AB. */
static const char *column_name(size_t column, char name[static 8])
{
    char *p = name + 7;
    *p = 0;
    for (size_t c = column + 1; c && p > name; c = (c - 1) / 26)
        *--p = (char)('A' + (c - 1) % 26);
    return p;
}

/* The first fault of a row is told. */
static void fault(struct xlsx_rows *x, int code, const char *why)
{
    char name[8];
    if (!x->fault.code)
        err_set(&x->fault, code, "sheet %u, cell %s%lld: %s", x->book.number, column_name(x->column, name), (long long)x->row, why);
}

/* Where a cell stands, from its address: "C17". Without one it is the next. */
static size_t column_of(str address, size_t next)
{
    size_t column = 0, i = 0;
    for (; i < address.len && i < 4 && address.p[i] >= 'A' && address.p[i] <= 'Z'; i++)
        column = column * 26 + (size_t)(address.p[i] - 'A') + 1;
    return i ? column - 1 : next;
}

static void start_cell(struct xlsx_rows *x, const char **attributes)
{
    str type = xml_attribute(attributes, "t");
    int64_t style = 0;
    x->column = column_of(xml_attribute(attributes, "r"), x->column);
    x->value.len = 0;
    memset(x->type, 0, sizeof x->type);
    memcpy(x->type, type.p, type.len < sizeof x->type - 1 ? type.len : sizeof x->type - 1);
    x->style = str_to_int(xml_attribute(attributes, "s"), 0, WORKBOOK_STYLES, &style) ? (size_t)style : 0;
}

static void start(struct xml *xml, void *arg, const char *name, const char **attributes)
{
    struct xlsx_rows *x = arg;
    (void)xml;
    if (strcmp(name, "row") == 0) {
        int64_t number;
        x->row = str_to_int(xml_attribute(attributes, "r"), 1, INT32_MAX, &number) ? number : x->row + 1;
        x->column = x->n = x->bytes = 0;
        x->in_row = true;
        x->any = false;
        x->fault.code = 0;
    } else if (x->in_row && strcmp(name, "c") == 0) {
        start_cell(x, attributes);
    } else if (x->in_row) {
        x->in_value = strcmp(name, "v") == 0 || strcmp(name, "t") == 0;
    }
}

static void text(struct xml *xml, void *arg, str piece)
{
    struct xlsx_rows *x = arg;
    (void)xml;
    if (!x->in_value)
        return;
    x->bytes += piece.len;
    if (x->bytes > CSV_ROW_MAX)
        fault(x, ERR_LIMIT, "the row has more than 1,048,576 bytes");
    else
        buf_add(&x->value, piece);
}

str xlsx_rows_moment(struct arena *a, double serial, bool from_1904, bool date, bool time)
{
    if (!(serial >= 0 && serial < LAST_SERIAL))
        return (str){"", 0};
    int64_t all = llround(serial * DAY), day = all / DAY, seconds = all % DAY;
    if (!date)
        return str_printf(a, "%02lld:%02lld:%02lld", (long long)(all / 3600), (long long)(seconds / 60 % 60), (long long)(seconds % 60));
    if (!from_1904 && (day == 0 || day == 60)) /* 0 January; 29 February 1900, a day that only spreadsheets know */
        return (str){"", 0};
    /* 1 January 1900 is day 1, but from March on it is counted with the day that was not */
    char text[DATE_TEXT_MAX];
    date_format(text, date_from_days(day + (from_1904 ? DAYS_1904 : day < 60 ? DAYS_1900 : DAYS_1900 - 1)));
    if (!time || seconds == 0)
        return str_printf(a, "%s", text);
    return str_printf(a, "%sT%02lld:%02lld:%02lld", text, (long long)(seconds / 3600), (long long)(seconds / 60 % 60), (long long)(seconds % 60));
}

static bool is_digits(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.len > 0 && s.len <= 15;
}

static str number(struct xlsx_rows *x, str raw)
{
    enum workbook_format format = x->style < x->book.n_formats ? x->book.formats[x->style] : FORMAT_NUMBER;
    double v;
    if (format == FORMAT_NUMBER && is_digits(raw))
        return raw;
    if (!str_to_double(raw, &v)) {
        fault(x, ERR_INPUT, "holds a number that is none: write it again");
        return raw;
    }
    if (format != FORMAT_NUMBER) {
        str moment = xlsx_rows_moment(x->of_row, v, x->book.from_1904, format != FORMAT_TIME, format != FORMAT_DATE);
        if (moment.len == 0)
            fault(x, ERR_INPUT, "holds a date that no calendar has: write it as text, such as 1990-05-31");
        return moment;
    }
    if (v == floor(v) && fabs(v) < 1e18)
        return str_printf(x->of_row, "%.0f", v);
    return str_printf(x->of_row, "%.15g", v); /* what a spreadsheet shows; the two digits behind are the computer's */
}

static str shared(struct xlsx_rows *x, str raw)
{
    int64_t i;
    if (str_to_int(raw, 0, (int64_t)x->book.n_texts - 1, &i))
        return x->book.texts[i];
    fault(x, ERR_INPUT, "points to a text that is not there: open the workbook in a spreadsheet program and save it again");
    return raw;
}

static str truth(struct xlsx_rows *x, str raw)
{
    (void)x;
    return str_eq(raw, STR("1")) || str_eq(raw, STR("true")) ? STR("TRUE") : STR("FALSE");
}

static str as_it_is(struct xlsx_rows *x, str raw)
{
    return workbook_unescape(x->of_row, raw);
}

static str mistake(struct xlsx_rows *x, str raw)
{
    fault(x, ERR_INPUT, "holds an error in place of a value: correct its formula, or empty it");
    return raw;
}

/* ECMA-376 part 1, 18.18.11 */
static const struct {
    const char *type;
    str (*value)(struct xlsx_rows *x, str raw);
} types[] = {{"", number}, {"n", number}, {"s", shared}, {"inlineStr", as_it_is}, {"str", as_it_is}, {"b", truth}, {"d", as_it_is}, {"e", mistake}};

static void end_cell(struct xlsx_rows *x)
{
    size_t at = x->column, i = 0;
    str value = {"", 0};
    if (at >= CSV_COLUMNS_MAX) {
        fault(x, ERR_LIMIT, "the row has more than 4,096 cells");
        return;
    }
    while (i < sizeof types / sizeof types[0] && strcmp(types[i].type, x->type) != 0)
        i++;
    if (x->value.len && i == sizeof types / sizeof types[0])
        fault(x, ERR_INPUT, "holds a value of an unknown kind: write it again as text");
    else if (x->value.len)
        value = types[i].value(x, str_dup(x->of_row, buf_str(&x->value)));
    if (x->value.len)
        x->bytes += value.len > x->value.len ? value.len - x->value.len : 0;
    if (x->bytes > CSV_ROW_MAX)
        fault(x, ERR_LIMIT, "the row has more than 1,048,576 bytes");
    for (; x->n <= at; x->n++)
        x->cells[x->n] = (str){"", 0};
    x->cells[at] = value;
    x->any |= value.len > 0;
    x->column = at + 1;
}

static void end(struct xml *xml, void *arg, const char *name)
{
    struct xlsx_rows *x = arg;
    x->in_value = false;
    if (x->in_row && strcmp(name, "c") == 0)
        end_cell(x);
    if (x->in_row && strcmp(name, "row") == 0) {
        x->in_row = false;
        if (x->any || x->fault.code)
            xml_pause(xml);
    }
}

int xlsx_rows_open(bytes content, struct xlsx_rows **out, struct err *err)
{
    static const struct xml_events events = {start, end, text};
    struct xlsx_rows *x = mem_calloc(1, sizeof *x);
    x->arena = arena_new();
    x->of_row = arena_new();
    x->value = buf_new(x->arena);
    int r = zip_read_open(content, &x->zip, err);
    if (r == 0)
        r = workbook_read(x->zip, x->arena, &x->book, err);
    if (r == 0)
        r = xml_open(x->zip, x->book.sheet, &events, x, &x->xml, err);
    if (r < 0)
        xlsx_rows_close(x);
    else
        *out = x;
    return r;
}

void xlsx_rows_close(struct xlsx_rows *x)
{
    if (!x)
        return;
    xml_close(x->xml);
    zip_read_close(x->zip);
    arena_free(x->of_row);
    arena_free(x->arena);
    free(x);
}

int xlsx_rows_next(struct xlsx_rows *x, struct csv_row *row, struct err *err)
{
    arena_reset(x->of_row);
    int r = xml_next(x->xml, err);
    if (r <= 0)
        return r;
    *row = (struct csv_row){.line = x->row, .cells = x->cells, .n = x->n};
    if (x->fault.code)
        *row = (struct csv_row){.line = x->row, .error = &x->fault};
    return 1;
}

int64_t xlsx_rows_size(const struct xlsx_rows *x)
{
    return (int64_t)zip_read_packed(x->zip);
}

int64_t xlsx_rows_offset(const struct xlsx_rows *x)
{
    return (int64_t)zip_read_taken(x->zip);
}
