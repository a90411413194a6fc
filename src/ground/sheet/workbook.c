#include "ground/sheet/workbook.h"

#include <string.h>

#include "ground/sheet/sheet.h"
#include "ground/sheet/xml.h"
#include "ground/text/text.h"

struct relations {
    struct arena *arena;
    str base;          /* the folder that targets are in */
    str main, strings, styles;
    str wanted;        /* an id, and the target it leads to */
    str target;
};

/* A target is a path beside its source, or from the top of the archive (ECMA-376 part 2, 9.3). */
static str resolve(struct arena *a, str base, str target)
{
    struct buf b = buf_new(a);
    str step;
    if (str_starts(target, STR("/")))
        target = str_slice(target, 1, target.len);
    else
        buf_add(&b, base);
    while (str_split(&target, '/', &step)) {
        if (str_eq(step, STR("."))) {
            continue;
        } else if (str_eq(step, STR(".."))) {
            b.len -= b.len > 0;
            while (b.len && b.p[b.len - 1] != '/')
                b.len--;
        } else {
            buf_add(&b, step);
            if (target.p)
                buf_byte(&b, '/');
        }
    }
    return buf_str(&b);
}

static void relation(struct xml *x, void *arg, const char *name, const char **attributes)
{
    struct relations *r = arg;
    (void)x;
    if (strcmp(name, "Relationship") != 0)
        return;
    str type = xml_attribute(attributes, "Type"), target = resolve(r->arena, r->base, xml_attribute(attributes, "Target"));
    if (str_ends(type, STR("/officeDocument")))
        r->main = target;
    else if (str_ends(type, STR("/sharedStrings")))
        r->strings = target;
    else if (str_ends(type, STR("/styles")))
        r->styles = target;
    if (r->wanted.len && str_eq(xml_attribute(attributes, "Id"), r->wanted))
        r->target = target;
}

/* The part that holds the relations of a part: a/b.xml has a/_rels/b.xml.rels. base: "a/". */
static str relations_of(struct arena *a, str part, str *base)
{
    size_t cut = part.len;
    while (cut && part.p[cut - 1] != '/')
        cut--;
    *base = str_slice(part, 0, cut);
    return str_printf(a, "%.*s_rels/%.*s.rels", STR_ARG(*base), STR_ARG(str_slice(part, cut, part.len)));
}

struct sheets {
    struct arena *arena;
    struct workbook *book;
    str relation;  /* of the first sheet that is not hidden */
    unsigned seen;
};

static bool is_true(str s)
{
    return str_eq(s, STR("1")) || str_eq(s, STR("true")) || str_eq(s, STR("on"));
}

static void sheets_start(struct xml *x, void *arg, const char *name, const char **attributes)
{
    struct sheets *s = arg;
    (void)x;
    if (strcmp(name, "workbookPr") == 0)
        s->book->from_1904 = is_true(xml_attribute(attributes, "date1904"));
    if (strcmp(name, "sheet") != 0)
        return;
    str state = xml_attribute(attributes, "state");
    s->seen++;
    if (s->relation.len == 0 && !str_ends(state, STR("idden"))) { /* hidden, veryHidden */
        s->relation = str_dup(s->arena, xml_attribute(attributes, "id"));
        s->book->number = s->seen;
    }
}

struct texts {
    struct arena *arena;
    struct workbook *book;
    size_t cap, bytes;
    struct buf text;
    bool in_text, in_reading; /* t; rPh, how it is pronounced */
};

static void texts_start(struct xml *x, void *arg, const char *name, const char **attributes)
{
    struct texts *t = arg;
    (void)x, (void)attributes;
    t->in_reading |= strcmp(name, "rPh") == 0;
    t->in_text = strcmp(name, "t") == 0 && !t->in_reading;
}

static void texts_text(struct xml *x, void *arg, str text)
{
    struct texts *t = arg;
    if (!t->in_text)
        return;
    t->bytes += text.len;
    if (t->bytes > SHEET_TEXTS_MAX)
        xml_fail(x, ERR_LIMIT, "the workbook holds more than 128 MB of text: save the sheet alone, or as CSV");
    else
        buf_add(&t->text, text);
}

static void texts_end(struct xml *x, void *arg, const char *name)
{
    struct texts *t = arg;
    struct workbook *book = t->book;
    t->in_text = false;
    if (strcmp(name, "rPh") == 0)
        t->in_reading = false;
    if (strcmp(name, "si") != 0)
        return;
    if (book->n_texts == WORKBOOK_TEXTS) {
        xml_fail(x, ERR_LIMIT, "the workbook holds too many texts: save the sheet alone, or as CSV");
        return;
    }
    if (book->n_texts == t->cap) {
        size_t cap = t->cap ? 2 * t->cap : 1024;
        book->texts = arena_grow(t->arena, book->texts, t->cap * sizeof(str), cap * sizeof(str));
        t->cap = cap;
    }
    book->texts[book->n_texts++] = str_dup(t->arena, workbook_unescape(t->text.arena, buf_str(&t->text)));
    arena_reset(t->text.arena);
    t->text = buf_new(t->text.arena);
}

/* Number formats that need no code (18.8.30, and what East Asian versions add). */
static enum workbook_format built_in(int64_t id)
{
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58)
        return FORMAT_DATE;
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id == 55 || id == 56)
        return FORMAT_TIME;
    return id == 22 ? FORMAT_DATE_TIME : FORMAT_NUMBER;
}

enum workbook_format workbook_format_of(str code)
{
    bool date = false, time = false, month = false;
    for (size_t i = 0; i < code.len && code.p[i] != ';'; i++) {
        char c = code.p[i] | 32;
        if (code.p[i] == '"') {
            while (++i < code.len && code.p[i] != '"')
                ;
        } else if (code.p[i] == '\\' || code.p[i] == '_' || code.p[i] == '*') {
            i++;
        } else if (code.p[i] == '[') {
            time |= i + 1 < code.len && memchr("hms", code.p[i + 1] | 32, 3); /* [h]: hours beyond a day; [Red], [$-41E] are no dates */
            while (++i < code.len && code.p[i] != ']')
                ;
        } else if (str_starts(str_slice(code, i, code.len), STR("General"))) {
            i += 6;
        } else {
            date |= c == 'y' || c == 'd' || c == 'b' || c == 'e';
            time |= c == 'h' || c == 's';
            month |= c == 'm';
            if ((c == '0' || code.p[i] == '#') && !date && !time && !month) /* 0.00E+00 is no era, ss.000 is no number */
                return FORMAT_NUMBER;
        }
    }
    date |= month && !time; /* m is minutes beside hours or seconds */
    return date && time ? FORMAT_DATE_TIME : date ? FORMAT_DATE : time ? FORMAT_TIME : FORMAT_NUMBER;
}

struct styles {
    struct arena *arena;
    struct workbook *book;
    struct { int64_t id; enum workbook_format format; } own[4096];
    size_t n_own;
    bool in_cells; /* cellXfs: the styles that cells name */
};

static void styles_start(struct xml *x, void *arg, const char *name, const char **attributes)
{
    struct styles *s = arg;
    int64_t id;
    if (strcmp(name, "cellXfs") == 0)
        s->in_cells = true;
    if (strcmp(name, "numFmt") == 0 && s->n_own < 4096 && str_to_int(xml_attribute(attributes, "numFmtId"), 0, INT32_MAX, &id)) {
        s->own[s->n_own].id = id;
        s->own[s->n_own++].format = workbook_format_of(xml_attribute(attributes, "formatCode"));
    }
    if (!s->in_cells || strcmp(name, "xf") != 0)
        return;
    if (s->book->n_formats == WORKBOOK_STYLES) {
        xml_fail(x, ERR_LIMIT, "the workbook has too many cell styles: save the sheet alone, or as CSV");
        return;
    }
    enum workbook_format format = FORMAT_NUMBER;
    if (str_to_int(xml_attribute(attributes, "numFmtId"), 0, INT32_MAX, &id)) {
        format = built_in(id);
        for (size_t i = 0; i < s->n_own; i++)
            if (s->own[i].id == id)
                format = s->own[i].format;
    }
    s->book->formats[s->book->n_formats++] = format;
}

static void styles_end(struct xml *x, void *arg, const char *name)
{
    struct styles *s = arg;
    (void)x;
    if (strcmp(name, "cellXfs") == 0)
        s->in_cells = false;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

str workbook_unescape(struct arena *a, str s)
{
    if (!str_contains(s, STR("_x")))
        return s;
    struct buf b = buf_new(a);
    for (size_t i = 0; i < s.len; i++) {
        uint32_t point = 0;
        bool escape = i + 7 <= s.len && s.p[i] == '_' && s.p[i + 1] == 'x' && s.p[i + 6] == '_';
        for (size_t k = 2; escape && k < 6; k++) {
            int digit = hex_digit(s.p[i + k]);
            escape = digit >= 0;
            point = point << 4 | (uint32_t)digit;
        }
        if (escape && point) { /* a NUL has no place in a table */
            text_put(&b, point);
            i += 6;
        } else {
            buf_byte(&b, s.p[i]);
        }
    }
    return buf_str(&b);
}

int workbook_read(struct zip_read *zip, struct arena *a, struct workbook *out, struct err *err)
{
    static const struct xml_events relation_events = {.start = relation}, sheets_events = {.start = sheets_start},
                                   texts_events = {texts_start, texts_end, texts_text}, styles_events = {.start = styles_start, .end = styles_end};
    struct relations relations = {.arena = a};
    struct sheets sheets = {.arena = a, .book = out};
    struct arena *scratch = arena_new();
    struct texts texts = {.arena = a, .book = out, .text = buf_new(scratch)};
    struct styles *styles = arena_new_of(a, struct styles);
    *out = (struct workbook){.number = 1};
    int r = xml_part(zip, STR("_rels/.rels"), false, &relation_events, &relations, err);
    if (r == 0)
        r = xml_part(zip, relations.main, false, &sheets_events, &sheets, err);
    if (r == 0) {
        relations.wanted = sheets.relation;
        str main = relations_of(a, relations.main, &relations.base);
        r = xml_part(zip, main, false, &relation_events, &relations, err);
    }
    if (r == 0 && relations.target.len == 0)
        r = err_set(err, ERR_INPUT, "the workbook has no sheet that is not hidden");
    if (r == 0) {
        out->sheet = relations.target;
        r = xml_part(zip, relations.strings, true, &texts_events, &texts, err);
    }
    if (r == 0) {
        out->formats = arena_alloc(a, WORKBOOK_STYLES);
        *styles = (struct styles){.arena = a, .book = out};
        r = xml_part(zip, relations.styles, true, &styles_events, styles, err);
    }
    arena_free(scratch);
    return r;
}
