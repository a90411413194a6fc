/* What partners write of letters: header, content, receipt, position. What is read must be written and read again to the same bytes. */
#include "trust/letter/letter.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(bytes one, bytes two)
{
    if (one.len != two.len || memcmp(one.p, two.p, one.len) != 0)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct err err = {0};
    bytes in = {data, size};
    struct letter_header h, h2;
    struct letter_content c, c2;
    struct letter_receipt r, r2;
    struct letter_position p, p2;
    static const uint8_t digest[HASH_LEN];
    if (letter_header_read(a, in, &h, &err) == 0) {
        if (letter_header_read(a, str_bytes(letter_header_write(a, &h)), &h2, &err) < 0)
            __builtin_trap();
        same(letter_header_canonical(a, &h), letter_header_canonical(a, &h2));
    }
    if (letter_content_read(a, in, &c, &err) == 0) {
        if (letter_content_read(a, str_bytes(letter_content_write(a, &c)), &c2, &err) < 0)
            __builtin_trap();
        same(letter_content_canonical(a, &c, digest), letter_content_canonical(a, &c2, digest));
    }
    if (letter_receipt_read(a, in, &r, &err) == 0) {
        if (letter_receipt_read(a, str_bytes(letter_receipt_write(a, &r)), &r2, &err) < 0)
            __builtin_trap();
        same(letter_receipt_canonical(a, &r), letter_receipt_canonical(a, &r2));
        if (letter_receipt_verify(a, &r, digest, &err) == 0)
            __builtin_trap();
    }
    if (letter_position_read(a, in, &p, &err) == 0) {
        if (letter_position_read(a, str_bytes(letter_position_write(a, &p)), &p2, &err) < 0)
            __builtin_trap();
        same(letter_position_canonical(a, &p), letter_position_canonical(a, &p2));
    }
    arena_free(a);
    return 0;
}
