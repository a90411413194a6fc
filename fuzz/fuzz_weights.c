/* weights: matching weights as bytes. What is accepted encodes to the same values again and scores to a number. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "trust/match/score.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct score_weights w, again;
    struct err err;
    if (score_decode((bytes){data, size}, &w, &err) < 0)
        return 0;
    struct arena *a = arena_new();
    if (score_decode(score_encode(a, &w), &again, &err) < 0)
        abort();
    struct score_evidence e = {0};
    struct score_result r;
    score_result(&w, &e, 1000, 1, &r);
    if (!isfinite(r.probability))
        abort();
    arena_free(a);
    return 0;
}
