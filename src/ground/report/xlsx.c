#include "ground/report/xlsx.h"

#include <stdlib.h>
#include <string.h>

#include "ground/text/text.h"
#include "ground/zip/zip_write.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define KIND "application/vnd.openxmlformats-officedocument.spreadsheetml."
#define SHEET_NAME_MAX 31
#define PIECE ((size_t)16 * 1024) /* of markup before it goes to the compressor */

struct xlsx {
    struct zip_write *zip;
    struct arena *arena;
    struct buf markup;
    int64_t rows;
};

static const struct {
    const char *name, *content;
} parts[] = {
    {"[Content_Types].xml", HEAD "<Types xmlns=\"" PACKAGE "content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package."
     "relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"" KIND
     "sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" KIND "worksheet+xml\"/><Override PartName=\"/xl/styles.xml\" "
     "ContentType=\"" KIND "styles+xml\"/></Types>"},
    {"_rels/.rels", HEAD "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" Type=\"" RELATIONS "/officeDocument\" "
     "Target=\"xl/workbook.xml\"/></Relationships>"},
    {"xl/_rels/workbook.xml.rels", HEAD "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" Type=\"" RELATIONS "/worksheet\" "
     "Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"" RELATIONS "/styles\" Target=\"styles.xml\"/></Relationships>"},
    /* number format 49 is "@", text: what is typed into such a cell later stays text too */
    {"xl/styles.xml", HEAD "<styleSheet xmlns=\"" MAIN "\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/>"
     "<name val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/>"
     "</fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" "
     "fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
     "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/><xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" "
     "borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/></cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" "
     "builtinId=\"0\"/></cellStyles></styleSheet>"},
};

/* How a cell begins, by its style: 1 is text, 2 is bold. Written out, since a table of cases has tens of millions of cells. */
static const struct {
    str empty, text;
} beginnings[] = {
    [1] = {STR("<c s=\"1\"/>"), STR("<c s=\"1\" t=\"inlineStr\"><is><t xml:space=\"preserve\">")},
    [2] = {STR("<c s=\"2\"/>"), STR("<c s=\"2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">")},
};

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/* Whether s would be read as the escape _xHHHH_ (ECMA-376 part 1, 22.9.2.19). */
static bool is_escape(str s)
{
    return s.len >= 7 && s.p[1] == 'x' && is_hex(s.p[2]) && is_hex(s.p[3]) && is_hex(s.p[4]) && is_hex(s.p[5]) && s.p[6] == '_';
}

/* What stands for one byte of ASCII; NULL: itself. Line ends within XML would become \n: so \r is escaped. */
static const char *reference(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    default: return NULL;
    }
}

/* How many bytes from `at` on stand for themselves, one letter each. */
static size_t plain(str s, size_t at)
{
    size_t end = at;
    while (end < s.len && s.p[end] >= 0x20 && (uint8_t)s.p[end] < 0x80 && !reference(s.p[end]) && s.p[end] != '_')
        end++;
    return end - at;
}

/* Text of a cell; its length in UTF-16 units. */
static size_t add_text(struct buf *b, str s)
{
    size_t units = 0;
    for (size_t at = 0; at < s.len;) {
        size_t from = at, n = plain(s, at);
        if (n) {
            buf_add_bytes(b, s.p + at, n);
            units += n;
            at += n;
            continue;
        }
        uint32_t point = text_next(s, &at);
        const char *instead = point < 0x80 ? reference((char)point) : NULL;
        units += point > 0xffff ? 2 : 1;
        if (instead)
            buf_add(b, str_from(instead));
        else if ((point < 0x20 && point != '\t' && point != '\n') || point == 0xfffe || point == 0xffff)
            buf_addf(b, "_x%04X_", (unsigned)point);
        else if (point == '_' && is_escape(str_slice(s, from, s.len)))
            buf_add(b, STR("_x005F_"));
        else if (point == 0xfffd)
            text_put(b, point); /* malformed too */
        else
            buf_add_bytes(b, s.p + from, at - from);
    }
    return units;
}

static void flush(struct xlsx *x, struct buf *out)
{
    zip_write_data(x->zip, out, buf_bytes(&x->markup));
    x->markup.len = 0;
}

static void add_workbook(struct xlsx *x, struct buf *out, str name)
{
    struct buf safe = buf_new(x->arena);
    size_t units = 0;
    for (size_t at = 0; at < name.len && units < SHEET_NAME_MAX - 1;) {
        size_t from = at;
        uint32_t point = text_next(name, &at);
        bool refused = point < 0x20 || (point < 0x80 && strchr("[]:*?/\\'", (int)point)) || point == 0xfffd;
        if (refused)
            continue;
        buf_add(&safe, str_slice(name, from, at));
        units += point > 0xffff ? 2 : 1;
    }
    zip_write_begin(x->zip, out, "xl/workbook.xml");
    buf_add(&x->markup, STR(HEAD "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" RELATIONS "\"><bookViews><workbookView/></bookViews><sheets><sheet name=\""));
    add_text(&x->markup, safe.len ? buf_str(&safe) : STR("1"));
    buf_add(&x->markup, STR("\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"));
    flush(x, out);
    zip_write_end(x->zip, out);
}

/* A row in style 1 (text) or 2 (bold). Cells without an address follow each other (18.3.1.4). */
static int add_row(struct xlsx *x, struct buf *out, const str cells[], size_t n, int style, struct err *err)
{
    if (x->rows++ == XLSX_ROWS)
        return err_set(err, ERR_LIMIT, "a sheet has at most %d rows: take CSV, or fewer rows", XLSX_ROWS);
    buf_add(&x->markup, STR("<row>"));
    for (size_t i = 0; i < n; i++) {
        if (cells[i].len == 0) {
            buf_add(&x->markup, beginnings[style].empty);
            continue;
        }
        buf_add(&x->markup, beginnings[style].text);
        if (add_text(&x->markup, cells[i]) > XLSX_CELL)
            return err_set(err, ERR_LIMIT, "row %lld, column %zu: more text than a cell holds (%d letters): take CSV", (long long)x->rows, i + 1, XLSX_CELL);
        buf_add(&x->markup, STR("</t></is></c>"));
    }
    buf_add(&x->markup, STR("</row>"));
    if (x->markup.len > PIECE)
        flush(x, out);
    return 0;
}

int xlsx_open(struct buf *out, str name, const str columns[], size_t n, struct xlsx **opened, struct err *err)
{
    struct xlsx *x = mem_calloc(1, sizeof *x);
    x->zip = zip_write_open();
    x->arena = arena_new();
    x->markup = buf_new(x->arena);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        zip_write_begin(x->zip, out, parts[i].name);
        zip_write_data(x->zip, out, str_bytes(str_from(parts[i].content)));
        zip_write_end(x->zip, out);
    }
    add_workbook(x, out, name);
    zip_write_begin(x->zip, out, "xl/worksheets/sheet1.xml");
    buf_addf(&x->markup, HEAD "<worksheet xmlns=\"" MAIN "\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" "
             "activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols><col min=\"1\" max=\"%zu\" width=\"24\" customWidth=\"1\"/></cols><sheetData>", n);
    int r = add_row(x, out, columns, n, 2, err);
    if (r < 0)
        xlsx_close(x);
    else
        *opened = x;
    return r;
}

int xlsx_row(struct xlsx *x, struct buf *out, const str cells[], size_t n, struct err *err)
{
    return add_row(x, out, cells, n, 1, err);
}

int xlsx_end(struct xlsx *x, struct buf *out, struct err *err)
{
    buf_add(&x->markup, STR("</sheetData></worksheet>"));
    flush(x, out);
    zip_write_end(x->zip, out);
    return zip_write_finish(x->zip, out, err);
}

void xlsx_close(struct xlsx *x)
{
    if (!x)
        return;
    zip_write_close(x->zip);
    arena_free(x->arena);
    free(x);
}
