/* Papers of interviews: the first byte says which; what is read is written and read again the same. */
#include "work/interviews/interview_paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct err err = {0};
    struct interview_paper p, again;
    if (size && interview_paper_read(a, (enum interview_paper_kind)(data[0] % INTERVIEW_PAPERS), (bytes){data + 1, size - 1}, &p, &err) == 0) {
        str text = interview_paper_write(a, &p);
        if (interview_paper_read(a, p.kind, str_bytes(text), &again, &err) < 0 || !str_eq(text, interview_paper_write(a, &again)))
            __builtin_trap();
    }
    arena_free(a);
    return 0;
}
