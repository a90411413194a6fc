/* csv_input: the bytes of a file as UTF-8, whatever they were. Private to csv.
 *
 * A byte that its encoding does not know is passed on as CSV_BAD_BYTE and two more bytes that hold its value (csv_input_bad),
 * so that the reader can report it where it stands: CSV_BAD_BYTE never occurs in UTF-8.
 */
#ifndef COMITY_CSV_INPUT_H
#define COMITY_CSV_INPUT_H

#include <iconv.h>

#include "ground/base/base.h"

#define CSV_BAD_BYTE 0xff
#define CSV_RAW_MAX (64 * 1024)

struct csv_input {
    int fd;           /* -1: memory */
    bytes memory;     /* what is left of it */
    const char *path; /* for error texts */
    bool converts;    /* through iconv */
    iconv_t iconv;
    const char *charset;
    int64_t size, taken;
    bool end; /* nothing more to read; raw may still hold bytes */
    size_t raw_at, raw_len;
    uint8_t raw[CSV_RAW_MAX];
};

MUST_USE int csv_input_open(struct csv_input *in, const char *path, const char *encoding, struct err *err);
MUST_USE int csv_input_open_bytes(struct csv_input *in, bytes content, const char *encoding, struct err *err);
void csv_input_close(struct csv_input *in);

/* Up to cap (at least 16) bytes of UTF-8; 0 at the end; ERR_IO. */
MUST_USE int64_t csv_input_read(struct csv_input *in, uint8_t *out, size_t cap, struct err *err);

/* The original value of the byte that stands as CSV_BAD_BYTE at p; len bytes are there. */
int csv_input_bad(const struct csv_input *in, const uint8_t *p, size_t len);

#endif
