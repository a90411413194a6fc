/* What a person types into the search: any bytes. */
#include <stdlib.h>
#include <string.h>

#include "trust/match/search_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct search_vocabulary vocabulary;
    if (!vocabulary.names) {
        struct names *names;
        struct err err;
        if (names_open(&names, &err) < 0)
            abort();
        vocabulary.names = names;
    }
    if (size > SEARCH_TEXT_MAX)
        return 0;
    struct arena *a = arena_new();
    char *text = malloc(size + 1); /* of just this size, so that a read behind it is seen */
    memcpy(text, data, size);
    struct search_query q;
    search_query_parse(&vocabulary, a, (str){text, size}, &q);
    for (size_t i = 0; i < q.n_dates; i++)
        if (!date_valid(q.dates[i]))
            abort();
    if (q.n_wants > SEARCH_WANTS_MAX || q.before_last.len > q.name.full.len)
        abort();
    free(text);
    arena_free(a);
    return 0;
}
