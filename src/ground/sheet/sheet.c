#include "ground/sheet/sheet.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/sheet/xlsx_rows.h"

struct sheet {
    struct csv *csv;           /* one of the two */
    struct xlsx_rows *xlsx;
    struct arena *arena;       /* holds a workbook's file */
    str cells[CSV_COLUMNS_MAX]; /* of CSV, without guards */
};

static bool is_workbook(bytes first)
{
    return first.len >= 4 && memcmp(first.p, "PK\3\4", 4) == 0;
}

/* What people choose by mistake gets a sentence of its own. */
static int refuse_others(bytes first, struct err *err)
{
    if (first.len >= 8 && memcmp(first.p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
        return err_set(err, ERR_INPUT, "this is a workbook of Excel from before 2007, or one under a password: save it as XLSX without a password");
    if (first.len >= 4 && memcmp(first.p, "%PDF", 4) == 0)
        return err_set(err, ERR_INPUT, "this is a PDF, which is for reading: ask for the list as XLSX or CSV");
    return 0;
}

static struct sheet *new_sheet(void)
{
    struct sheet *s = mem_calloc(1, sizeof *s);
    s->arena = arena_new();
    return s;
}

static int done(struct sheet *s, int r, struct sheet **out)
{
    if (r < 0)
        sheet_close(s);
    else
        *out = s;
    return r;
}

int sheet_open_bytes(bytes content, const char *encoding, struct sheet **out, struct err *err)
{
    int r = refuse_others(content, err);
    if (r < 0)
        return r;
    struct sheet *s = new_sheet();
    r = is_workbook(content) ? xlsx_rows_open(content, &s->xlsx, err) : csv_open_bytes(content, encoding, &s->csv, err);
    return done(s, r, out);
}

int sheet_open(const char *path, const char *encoding, struct sheet **out, struct err *err)
{
    uint8_t first[8] = {0};
    int fd = strcmp(path, "-") == 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : pread(fd, first, sizeof first, 0); /* a pipe cannot be looked into: it is CSV */
    if (fd >= 0)
        close(fd);
    int r = refuse_others((bytes){first, n > 0 ? (size_t)n : 0}, err);
    if (r < 0)
        return r;
    struct sheet *s = new_sheet();
    bytes content;
    if (!is_workbook((bytes){first, n > 0 ? (size_t)n : 0}))
        return done(s, csv_open(path, encoding, &s->csv, err), out);
    r = file_read(s->arena, path, SHEET_WORKBOOK_MAX, &content, err);
    if (r == 0)
        r = xlsx_rows_open(content, &s->xlsx, err);
    return done(s, r, out);
}

void sheet_close(struct sheet *s)
{
    if (!s)
        return;
    csv_close(s->csv);
    xlsx_rows_close(s->xlsx);
    arena_free(s->arena);
    free(s);
}

int sheet_next(struct sheet *s, struct csv_row *row, struct err *err)
{
    if (s->xlsx)
        return xlsx_rows_next(s->xlsx, row, err);
    int r = csv_next(s->csv, row, err);
    if (r <= 0 || row->error)
        return r;
    for (size_t i = 0; i < row->n; i++)
        s->cells[i] = csv_unguard(row->cells[i]);
    row->cells = s->cells;
    return r;
}

int64_t sheet_size(const struct sheet *s)
{
    return s->xlsx ? xlsx_rows_size(s->xlsx) : csv_size(s->csv);
}

int64_t sheet_offset(const struct sheet *s)
{
    return s->xlsx ? xlsx_rows_offset(s->xlsx) : csv_offset(s->csv);
}
