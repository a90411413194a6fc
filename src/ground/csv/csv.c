#include "ground/csv/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/csv/csv_input.h"

#define BUFFER_LEN ((size_t)2 * CSV_ROW_MAX)
#define SNIFF_LEN ((size_t)64 * 1024)
#define SNIFF_ROWS 20
/* A row with an unclosed quote is read again from its second line. What is read twice is bounded, or a hostile file would cost
 * time in the square of its size: beyond this allowance a quote may not span lines. */
#define REREAD_FREE ((int64_t)8 << 20)
#define REREAD_SHARE 4

struct span {
    uint32_t from, to; /* in the row */
    bool doubled;      /* holds doubled quotes */
};

enum scan { SCAN_ROW, SCAN_BLANK, SCAN_MORE, SCAN_END, SCAN_UNCLOSED, SCAN_BEHIND_QUOTE, SCAN_LONG, SCAN_COLUMNS };

struct csv {
    struct csv_input in;
    uint8_t *buffer;
    size_t at, len; /* the next row begins at buffer[at]; valid up to len */
    bool end;       /* the input is exhausted: the buffer holds the rest */
    char delimiter;
    int64_t line;   /* of the byte at `at` */
    int64_t passed, reread; /* bytes passed over for good; bytes read again */
    bool class_of[256];     /* the bytes that end an unquoted cell */
    struct span spans[CSV_COLUMNS_MAX];
    str cells[CSV_COLUMNS_MAX];
    struct err error;
};

static int fill(struct csv *c, struct err *err)
{
    if (c->at) {
        memmove(c->buffer, c->buffer + c->at, c->len - c->at);
        c->len -= c->at;
        c->at = 0;
    }
    while (!c->end && BUFFER_LEN - c->len >= CSV_RAW_MAX) {
        int64_t n = csv_input_read(&c->in, c->buffer + c->len, BUFFER_LEN - c->len, err);
        if (n < 0)
            return (int)n;
        c->end = n == 0;
        c->len += (size_t)n;
    }
    return 0;
}

static bool is_blank(uint8_t b)
{
    return b == ' ' || b == '\t';
}

/* The result of looking at one row from buffer[at]. */
struct scanned {
    size_t n;        /* cells found, the one at fault included */
    size_t row_len;  /* up to the line end */
    size_t next;     /* behind the line end */
    int64_t lines;   /* line ends inside and behind */
    int64_t fault_line; /* line ends before the fault */
    size_t seen;     /* bytes looked at before a fault */
};

/* Length of the line end at p, 0 if there is none; *more if that cannot be told before more bytes are there. */
static size_t line_end(const struct csv *c, const uint8_t *p, bool *more)
{
    const uint8_t *stop = c->buffer + c->len;
    if (*p == '\n')
        return 1;
    if (*p != '\r')
        return 0;
    if (p + 1 == stop && !c->end)
        *more = true;
    return p + 1 < stop && p[1] == '\n' ? 2 : 1;
}

/* Passes over a quoted cell whose opening quote is at p; fills span. Returns where the closing quote is, NULL if there is none. */
static const uint8_t *scan_quoted(const struct csv *c, const uint8_t *row, const uint8_t *p, bool one_line, struct span *span,
                                  struct scanned *s)
{
    const uint8_t *stop = c->buffer + c->len;
    span->from = (uint32_t)(++p - row);
    span->doubled = false;
    s->fault_line = s->lines;
    for (; p < stop; p++) {
        if (*p == '"') {
            if (p + 1 < stop && p[1] == '"') {
                span->doubled = true;
                p++;
                continue;
            }
            span->to = (uint32_t)(p - row);
            return p;
        }
        if (*p == '\n' || (*p == '\r' && p + 1 < stop && p[1] != '\n')) {
            if (one_line)
                break;
            s->lines++;
        }
    }
    s->seen = (size_t)(p - row);
    return NULL;
}

static enum scan scan_row(struct csv *c, struct scanned *s)
{
    const uint8_t *row = c->buffer + c->at, *stop = c->buffer + c->len, *p = row;
    bool one_line = c->reread > REREAD_FREE + REREAD_SHARE * c->passed, more = false, quoted = false;
    *s = (struct scanned){0};
    if (p == stop)
        return c->end ? SCAN_END : SCAN_MORE;
    for (;;) { /* each turn is a cell */
        if (s->n == CSV_COLUMNS_MAX)
            return SCAN_COLUMNS;
        struct span *span = &c->spans[s->n++];
        const uint8_t *from = p;
        while (p < stop && *p == ' ')
            p++;
        if (p < stop && *p == '"') {
            p = scan_quoted(c, row, p, one_line, span, s);
            if (!p)
                return SCAN_UNCLOSED;
            if (++p == stop && !c->end) /* the next byte may double the quote */
                return (size_t)(p - row) > CSV_ROW_MAX ? SCAN_LONG : SCAN_MORE;
            quoted = true;
            s->seen = (size_t)(p - row);
            s->fault_line = s->lines;
            while (p < stop && is_blank(*p) && *p != (uint8_t)c->delimiter)
                p++;
            if (p < stop && !c->class_of[*p])
                return SCAN_BEHIND_QUOTE;
        } else {
            while (p < stop && !c->class_of[*p])
                p++;
            const uint8_t *to = p;
            while (from < to && is_blank(*from))
                from++;
            while (to > from && is_blank(to[-1]))
                to--;
            *span = (struct span){(uint32_t)(from - row), (uint32_t)(to - row), false};
        }
        if (p == stop || *p != (uint8_t)c->delimiter)
            break;
        p++;
    }
    s->row_len = s->seen = (size_t)(p - row);
    if (s->row_len > CSV_ROW_MAX)
        return SCAN_LONG;
    size_t end = p < stop ? line_end(c, p, &more) : 0;
    if ((p == stop && !c->end) || more)
        return SCAN_MORE;
    s->next = s->row_len + end;
    s->lines += end > 0;
    return s->n == 1 && !quoted && c->spans[0].from == c->spans[0].to ? SCAN_BLANK : SCAN_ROW;
}

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF, and no NUL. The place of the first bad byte, or len. */
static size_t valid_until(const uint8_t *p, size_t len)
{
    size_t i = 0;
    for (;;) {
        uint64_t word;
        for (; i + 8 <= len; i += 8) { /* eight bytes of ASCII other than NUL at once */
            memcpy(&word, p + i, 8);
            if ((word | (word - 0x0101010101010101u)) & 0x8080808080808080u)
                break;
        }
        if (i == len)
            return len;
        uint8_t b = p[i];
        size_t more = b < 0x80 ? 0 : b < 0xc2 ? 9 : b < 0xe0 ? 1 : b < 0xf0 ? 2 : b < 0xf5 ? 3 : 9;
        if (b == 0 || more > 3 || len - i <= more)
            return i;
        for (size_t k = 1; k <= more; k++)
            if ((p[i + k] & 0xc0) != 0x80)
                return i;
        uint8_t second = more ? p[i + 1] : 0;
        if ((b == 0xe0 && second < 0xa0) || (b == 0xed && second > 0x9f) || (b == 0xf0 && second < 0x90) || (b == 0xf4 && second > 0x8f))
            return i;
        i += more + 1;
    }
}

/* The row as a fault: says where, and why. */
static int fault(struct csv *c, struct csv_row *row, int64_t line, size_t column, int code, const char *why)
{
    err_set(&c->error, code, "line %lld, column %zu: %s", (long long)line, column, why);
    *row = (struct csv_row){.error = &c->error, .line = c->line};
    return 1;
}

static int fault_byte(struct csv *c, struct csv_row *row, const struct scanned *s, size_t bad)
{
    const uint8_t *p = c->buffer + c->at;
    int64_t line = c->line;
    size_t column = 1;
    for (size_t i = 0; i < bad; i++)
        line += p[i] == '\n' || (p[i] == '\r' && p[i + 1] != '\n');
    while (column < s->n && c->spans[column].from <= bad)
        column++;
    int value = csv_input_bad(&c->in, p + bad, s->row_len - bad);
    const char *what = value == 0       ? "a NUL byte: the file is damaged or not a text file; export it again as CSV"
                       : c->in.converts ? "is not in the announced encoding: give the right --encoding, or save the file as UTF-8"
                                        : "is not UTF-8: save the file as UTF-8, or announce its --encoding, such as windows-1252";
    char why[160];
    int64_t place = (int64_t)bad + 1;
    if (value)
        snprintf(why, sizeof why, "byte 0x%02X (byte %lld of the row) %s", (unsigned)value, (long long)place, what);
    else
        snprintf(why, sizeof why, "%s (byte %lld of the row)", what, (long long)place);
    return fault(c, row, line, column, ERR_INPUT, why);
}

static void pass(struct csv *c, size_t bytes_passed, int64_t lines)
{
    c->at += bytes_passed;
    c->passed += (int64_t)bytes_passed;
    c->line += lines;
}

/* Leaves a bad row behind: goes on at the line after the one where it began, however far that is. */
static int skip_line(struct csv *c, size_t seen, struct err *err)
{
    for (;;) {
        const uint8_t *p = c->buffer + c->at, *stop = c->buffer + c->len;
        while (p < stop && *p != '\n' && *p != '\r')
            p++;
        bool more = false;
        size_t end = p < stop ? line_end(c, p, &more) : 0, n = (size_t)(p - c->buffer) - c->at;
        if (p < stop && !more) {
            if (seen > n + end)
                c->reread += (int64_t)(seen - n - end);
            pass(c, n + end, 1);
            return 0;
        }
        pass(c, n, 0);
        seen = 0;
        if (c->end)
            return 0;
        if (fill(c, err) < 0)
            return ERR_IO;
    }
}

/* Doubled quotes become one, in place. */
static str unquote(char *p, size_t len)
{
    size_t to = 0;
    for (size_t from = 0; from < len; from++) {
        p[to++] = p[from];
        if (p[from] == '"')
            from++;
    }
    return (str){p, to};
}

static int give_row(struct csv *c, struct csv_row *row, const struct scanned *s)
{
    char *p = (char *)c->buffer + c->at;
    size_t bad = valid_until((const uint8_t *)p, s->row_len);
    if (bad < s->row_len) {
        fault_byte(c, row, s, bad);
        pass(c, s->next, s->lines);
        return 1;
    }
    for (size_t i = 0; i < s->n; i++) {
        const struct span *span = &c->spans[i];
        str cell = {p + span->from, span->to - span->from};
        c->cells[i] = span->doubled ? unquote(p + span->from, cell.len) : cell;
    }
    *row = (struct csv_row){.line = c->line, .cells = c->cells, .n = s->n};
    pass(c, s->next, s->lines);
    return 1;
}

int csv_next(struct csv *c, struct csv_row *row, struct err *err)
{
    static const struct {
        int code;
        const char *why;
    } faults[] = {
        [SCAN_UNCLOSED] = {ERR_INPUT, "a quote is opened here and not closed: close it, or double it if it belongs to the text"},
        [SCAN_BEHIND_QUOTE] = {ERR_INPUT, "text stands behind a closing quote: double the quotes that belong to the text"},
        [SCAN_LONG] = {ERR_LIMIT, "the row has more than 1,048,576 bytes: is a quote or a line end missing?"},
        [SCAN_COLUMNS] = {ERR_LIMIT, "the row has more than 4,096 cells: is a line end missing?"},
    };
    for (;;) {
        struct scanned s;
        enum scan found = scan_row(c, &s);
        if (found == SCAN_UNCLOSED && !c->end && c->len - c->at <= CSV_ROW_MAX)
            found = SCAN_MORE;
        switch (found) {
        case SCAN_ROW:
            return give_row(c, row, &s);
        case SCAN_BLANK:
            pass(c, s.next, s.lines);
            continue;
        case SCAN_END:
            return 0;
        case SCAN_MORE:
            if (fill(c, err) < 0)
                return ERR_IO;
            continue;
        default:
            fault(c, row, c->line + s.fault_line, s.n, faults[found].code, faults[found].why);
            return skip_line(c, s.seen, err) < 0 ? ERR_IO : 1;
        }
    }
}

static void set_delimiter(struct csv *c, char delimiter)
{
    memset(c->class_of, 0, sizeof c->class_of);
    c->delimiter = delimiter;
    c->class_of[(uint8_t)delimiter] = c->class_of['\n'] = c->class_of['\r'] = true;
}

/* How well a delimiter cuts the beginning of the file: rows with as many cells as the first, times that many cells. */
static size_t rate_delimiter(struct csv *c, char delimiter)
{
    size_t len = c->len, at = c->at, first = 0, same = 0;
    bool end = c->end;
    set_delimiter(c, delimiter);
    if (c->len - c->at > SNIFF_LEN)
        c->len = c->at + SNIFF_LEN;
    c->end = true;
    for (int rows = 0; rows < SNIFF_ROWS;) {
        struct scanned s;
        enum scan found = scan_row(c, &s);
        if (found != SCAN_ROW && found != SCAN_BLANK)
            break;
        c->at += s.next;
        if (found == SCAN_BLANK)
            continue;
        if (rows++ == 0)
            first = s.n;
        same += s.n == first;
    }
    c->len = len;
    c->at = at;
    c->end = end;
    return first > 1 ? same * first : 0;
}

static int find_delimiter(struct csv *c, struct err *err)
{
    static const char candidates[] = {',', ';', '\t', '|'}; /* a tie goes to the first */
    if (fill(c, err) < 0)
        return ERR_IO;
    if (c->len >= 6 && memcmp(c->buffer, "sep=", 4) == 0 && (c->buffer[5] == '\n' || c->buffer[5] == '\r')) {
        set_delimiter(c, (char)c->buffer[4]); /* what Excel writes for itself */
        return skip_line(c, 0, err);
    }
    size_t best = 0;
    char chosen = ',';
    for (size_t i = 0; i < sizeof candidates; i++) {
        size_t rate = rate_delimiter(c, candidates[i]);
        if (rate > best) {
            best = rate;
            chosen = candidates[i];
        }
    }
    set_delimiter(c, chosen);
    return 0;
}

static int start(struct csv *c, struct csv **out, struct err *err)
{
    c->line = 1;
    c->buffer = mem_alloc(BUFFER_LEN);
    int result = find_delimiter(c, err);
    if (result < 0)
        csv_close(c);
    else
        *out = c;
    return result;
}

int csv_open(const char *path, const char *encoding, struct csv **out, struct err *err)
{
    struct csv *c = mem_calloc(1, sizeof *c);
    int result = csv_input_open(&c->in, path, encoding, err);
    if (result < 0) {
        free(c);
        return result;
    }
    return start(c, out, err);
}

int csv_open_bytes(bytes content, const char *encoding, struct csv **out, struct err *err)
{
    struct csv *c = mem_calloc(1, sizeof *c);
    int result = csv_input_open_bytes(&c->in, content, encoding, err);
    if (result < 0) {
        free(c);
        return result;
    }
    return start(c, out, err);
}

void csv_close(struct csv *c)
{
    if (!c)
        return;
    csv_input_close(&c->in);
    free(c->buffer);
    free(c);
}

char csv_delimiter(const struct csv *c)
{
    return c->delimiter;
}

int64_t csv_size(const struct csv *c)
{
    return c->in.size;
}

int64_t csv_offset(const struct csv *c)
{
    int64_t waiting = (int64_t)(c->len - c->at);
    return c->in.taken > waiting ? c->in.taken - waiting : 0;
}
