/* What partners write of grants. What is read must be written and read again to the same bytes, is never wider than itself but for the
 * chain, and is decided without fault for every use. */
#include "trust/grant/grant.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct err err = {0};
    struct grant g, back;
    if (grant_read(a, (bytes){data, size}, &g, &err) == 0) {
        if (grant_read(a, str_bytes(grant_write(a, &g)), &back, &err) < 0)
            __builtin_trap();
        bytes one = grant_canonical(a, &g), two = grant_canonical(a, &back);
        if (one.len != two.len || memcmp(one.p, two.p, one.len) != 0)
            __builtin_trap();
        struct grant child = g;
        child.has_parent = true;
        memcpy(child.parent, g.id, ID_LEN);
        memcpy(child.issuer, g.holder, ID_LEN);
        if (grant_narrower(&child, &g, &err) < 0)
            __builtin_trap();
        if (grant_decide(&g, GRANT_READ, g.purpose, g.issued_ms, &err) < 0)
            __builtin_trap();
        for (enum grant_use use = GRANT_READ; use < GRANT_N_USES; use++)
            if (grant_decide(&g, use, g.purpose, g.expires_ms, &err) == 0)
                __builtin_trap();
    }
    arena_free(a);
    return 0;
}
