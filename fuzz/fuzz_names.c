/* Any bytes as a name: forms keep their bounds and their alphabet, and comparing is symmetric and within 0 .. 1. */
#include <stdlib.h>
#include <string.h>

#include "trust/names/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool only(str s, char from, char to)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < from || s.p[i] > to)
            return false;
    return s.len > 0;
}

static void check_forms(const struct name_forms *f)
{
    if (f->n > NAMES_TOKENS_MAX)
        abort();
    for (size_t i = 0; i < f->n; i++) {
        const struct name_token *t = &f->tokens[i];
        if (t->n_latin < 1 || t->n_latin > NAMES_LATIN_MAX || t->n_skeletons > NAMES_SKELETONS_MAX)
            abort();
        for (size_t k = 0; k < t->n_latin; k++)
            if (!only(t->latin[k], 'a', 'z'))
                abort();
        for (size_t k = 0; k < t->n_skeletons; k++)
            if (!only(t->skeleton[k], 'A', 'Z'))
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct names *names; /* opened once: the rules do not change */
    if (!names && names_open(&names, NULL) < 0)
        abort();
    struct arena *a = arena_new();
    const uint8_t *cut = size ? memchr(data, '\n', size) : NULL;
    size_t first = cut ? (size_t)(cut - data) : size;
    struct name x = {.full = {(const char *)data, first}};
    struct name y = {.given = {(const char *)data + first, size - first}};
    struct name_forms forms;
    names_forms(names, a, &x, &forms);
    check_forms(&forms);
    names_forms(names, a, &y, &forms);
    check_forms(&forms);
    names_latin(names, a, x.full);

    struct name_comparison one, other;
    names_compare(names, a, &x, &y, &one);
    names_compare(names, a, &y, &x, &other);
    if (!(one.score >= 0 && one.score <= 1) || one.score < other.score || one.score > other.score || strcmp(one.reason, other.reason) != 0)
        abort();
    arena_free(a);
    return 0;
}
