/* What partners write of grants beside the grant itself: the chain, a recall, a holder's statement. What is read must be written and read
 * again to the same bytes; nothing made up holds. */
#include "trust/grant/grant_internal.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(str one, str two)
{
    if (!str_eq(one, two))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct err err = {0};
    bytes in = {data, size};
    struct grant_chain *c = arena_new_of(a, struct grant_chain), *c2 = arena_new_of(a, struct grant_chain);
    struct grant_statement s, s2;
    uint8_t id[ID_LEN], id2[ID_LEN];
    if (grant_chain_read(a, in, c, &err) == 0) {
        str text = grant_chain_write(a, c);
        if (grant_chain_read(a, str_bytes(text), c2, &err) < 0 || grant_chain_verify(a, c, &err) == 0)
            __builtin_trap();
        same(text, grant_chain_write(a, c2));
    }
    if (grant_statement_read(a, in, &s, &err) == 0) {
        str text = grant_statement_write(a, &s);
        if (grant_statement_read(a, str_bytes(text), &s2, &err) < 0 || grant_statement_verify(a, &s, &err) == 0)
            __builtin_trap();
        same(text, grant_statement_write(a, &s2));
    }
    if (grant_recall_read(a, in, id, &err) == 0 &&
        (grant_recall_read(a, str_bytes(grant_recall_write(a, id)), id2, &err) < 0 || memcmp(id, id2, ID_LEN) != 0))
        __builtin_trap();
    arena_free(a);
    return 0;
}
