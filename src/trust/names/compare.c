/* compare: how alike two names are. */
#include "trust/names/names_internal.h"

#include <stdio.h>

static bool tokens_meet(const struct name_token *a, const struct name_token *b)
{
    for (size_t i = 0; i < a->n_skeletons; i++)
        for (size_t j = 0; j < b->n_skeletons; j++)
            if (str_eq(a->skeleton[i], b->skeleton[j]))
                return true;
    return false;
}

void names_compare(const struct names *n, struct arena *scratch, const struct name *a, const struct name *b, struct name_comparison *out)
{
    struct name_forms x, y;
    names_forms(n, scratch, a, &x);
    names_forms(n, scratch, b, &y);
    size_t met = 0, more = x.n > y.n ? x.n : y.n;
    bool taken[NAMES_TOKENS_MAX] = {false};
    for (size_t i = 0; i < x.n; i++)
        for (size_t j = 0; j < y.n; j++)
            if (!taken[j] && tokens_meet(&x.tokens[i], &y.tokens[j])) {
                taken[j] = true;
                met++;
                break;
            }
    out->score = more ? (double)met / (double)more : 0;
    snprintf(out->reason, sizeof out->reason, "%zu of %zu words have the same skeleton", met, more);
}
