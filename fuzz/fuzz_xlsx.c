/* xlsx: any bytes as a workbook, and any markup as a workbook's parts, give rows and an end. */
#include <stdlib.h>
#include <string.h>

#include "ground/sheet/sheet.h"
#include "ground/zip/zip_write.h"

static void read_all(bytes content)
{
    struct sheet *sheet;
    struct csv_row row;
    size_t sum = 0;
    if (sheet_open_bytes(content, NULL, &sheet, NULL) < 0)
        return;
    while (sheet_next(sheet, &row, NULL) > 0) {
        if (row.error && row.n)
            abort();
        for (size_t i = 0; i < row.n; i++)
            for (size_t k = 0; k < row.cells[i].len; k++)
                sum += (uint8_t)row.cells[i].p[k];
    }
    if (sum == SIZE_MAX)
        abort();
    sheet_close(sheet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char *const names[] = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/s.xml", "xl/t.xml", "xl/w.xml"};
    static const str rels = STR("<r><Relationship Id=\"a\" Type=\"/officeDocument\" Target=\"xl/workbook.xml\"/></r>");
    if (len == 0)
        return 0;
    if (data[0] != '|') { /* else parts, divided by | */
        read_all((bytes){data, len});
        return 0;
    }
    struct arena *a = arena_new();
    struct zip_write *z = zip_write_open();
    struct buf out = buf_new(a);
    str rest = {(const char *)data + 1, len - 1}, part;
    zip_write_begin(z, &out, "_rels/.rels");
    zip_write_data(z, &out, str_bytes(rels));
    zip_write_end(z, &out);
    for (size_t i = 0; i < 5 && str_split(&rest, '|', &part); i++) {
        zip_write_begin(z, &out, names[i]);
        zip_write_data(z, &out, str_bytes(part));
        zip_write_end(z, &out);
    }
    if (zip_write_finish(z, &out, NULL) == 0)
        read_all(buf_bytes(&out));
    zip_write_close(z);
    arena_free(a);
    return 0;
}
