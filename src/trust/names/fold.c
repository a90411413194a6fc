/* fold: the readings of a word become its skeletons. */
#include "trust/names/names_internal.h"

size_t names_fold(const struct names *n, struct arena *a, const str latin[], size_t n_latin, bool by_sound, str out[NAMES_SKELETONS_MAX])
{
    str found[NAMES_LATIN_MAX][NAMES_SKELETONS_MAX];
    size_t n_found[NAMES_LATIN_MAX], count = 0;
    for (size_t i = 0; i < n_latin; i++)
        n_found[i] = sounds_skeletons(n->sounds, a, latin[i], by_sound, found[i]);
    /* The likeliest of each reading before the second of any. */
    for (size_t rank = 0; rank < NAMES_SKELETONS_MAX; rank++)
        for (size_t i = 0; i < n_latin; i++)
            if (rank < n_found[i])
                count = names_add_str(out, count, NAMES_SKELETONS_MAX, found[i][rank]);
    return count;
}
