/* fold: readings become consonant skeletons. */
#include "trust/names/names_internal.h"

static char class_of(char c)
{
    static const char classes[] = "APKTAFKHAKKLMNAPKRSTAFFKAS"; /* a..z */
    return classes[c - 'a'];
}

static str fold_once(struct arena *a, str latin)
{
    char *p = arena_alloc(a, latin.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < latin.len; i++) {
        char c = class_of(latin.p[i]);
        if (c == 'H' && i > 0)
            continue;
        if (c == 'A' && i > 0)
            continue;
        if (len && p[len - 1] == c)
            continue;
        p[len++] = c;
    }
    return (str){p, len};
}

size_t names_fold(const struct names *n, struct arena *a, const str latin[], size_t n_latin, str out[NAMES_SKELETONS_MAX])
{
    (void)n;
    size_t count = 0;
    for (size_t i = 0; i < n_latin && count < NAMES_SKELETONS_MAX; i++)
        count = roman_add(out, count, fold_once(a, latin[i]));
    return count;
}
