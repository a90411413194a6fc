/* The three papers of requests: what is read is written again the same, or is refused. */
#include "work/requests/request_paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct err err = {0};
    struct paper_request p, p2;
    struct paper_answer n;
    struct paper_state s, s2;
    const bytes in = {data, size};
    if (paper_request_read(a, in, &p, &err) == 0 && (paper_request_read(a, str_bytes(paper_request_write(a, &p)), &p2, &err) < 0 || !str_eq(p.why, p2.why)))
        __builtin_trap();
    if (paper_answer_read(a, in, &n, &err) == 0 && (n.part < 1 || n.part > REQUEST_PARTS_MAX))
        __builtin_trap();
    if (paper_state_read(a, in, &s, &err) == 0 && (paper_state_read(a, str_bytes(paper_state_write(a, &s)), &s2, &err) < 0 || s.event != s2.event))
        __builtin_trap();
    arena_free(a);
    return 0;
}
