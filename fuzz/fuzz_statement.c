/* A copy of a statement: as a whole, its header alone, and frames behind a header that is taken as read. */
#include <string.h>

#include "work/statements/recording_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int heard(void *arg, const struct statement_header *h, const struct statement_piece *p, struct err *err)
{
    (void)err;
    bytes *whole = arg;
    if (p->number < 0 || p->number >= h->leaves || (p->content.len && !p->content.p) || p->content.len > whole->len)
        __builtin_trap();
    return 0;
}

static void read_as(bytes in, const struct statement_header *expect, size_t piece)
{
    struct err err = {0};
    struct statement_check *c = statement_check_new(NULL, heard, &in);
    if (expect)
        statement_check_expect(c, expect);
    int r = 0;
    for (size_t at = 0; r == 0 && at < in.len; at += piece)
        r = statement_check_add(c, (bytes){in.p + at, in.len - at < piece ? in.len - at : piece}, &err);
    if (r == 0 && statement_check_end(c, &err) == 0 && !expect)
        __builtin_trap(); /* nothing that is made up proves itself */
    statement_check_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct statement_header h;
    if (size < 2 || crypto_open(&err) < 0)
        return 0;
    const struct statement_header expect = {.leaves = 1 + (data[0] & 3) + (data[0] >> 2 & 3) + (data[0] >> 4), .heads = data[0] & 3, .marks = data[0] >> 2 & 3, .chunks = data[0] >> 4};
    const bytes in = {data + 2, size - 2};
    struct arena *a = arena_new();
    if (statement_header_read(a, in, &h, &err) == 0 && !bytes_str(in).len)
        __builtin_trap();
    arena_free(a);
    read_as(in, NULL, 1 + data[1]);
    read_as(in, &expect, 1 + data[1]);
    return 0;
}
