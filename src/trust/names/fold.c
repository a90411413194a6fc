/* fold: the readings of a word become its skeletons. */
#include "trust/names/fold_seasia.h"
#include "trust/names/names_internal.h"

#define SEASIA_LEADING 3 /* of the skeletons; the rest is for what the sounds of all languages give */

/* Southeast Asian skeletons lead where the script or an element of the word says so, and trail elsewhere, as far as there is
 * room: a name is not always recognised for what it is. */
static size_t add_seasia(const struct names *n, struct arena *a, const str latin[], size_t n_latin, str out[NAMES_SKELETONS_MAX], size_t count,
                         size_t max)
{
    for (size_t i = 0; i < n_latin && count < max; i++)
        count = names_add_str(out, count, NAMES_SKELETONS_MAX, seasia_skeleton(n, a, latin[i]));
    return count;
}

size_t names_fold(const struct names *n, struct arena *a, const str latin[], size_t n_latin, uint32_t script, str out[NAMES_SKELETONS_MAX])
{
    str found[NAMES_LATIN_MAX][NAMES_SKELETONS_MAX];
    size_t n_found[NAMES_LATIN_MAX], count = 0;
    bool by_sound = script != TEXT_LATIN;
    if (by_sound ? seasia_script(script) : n_latin && seasia_likely(n, latin[0]))
        count = add_seasia(n, a, latin, n_latin, out, 0, SEASIA_LEADING);
    for (size_t i = 0; i < n_latin; i++)
        n_found[i] = sounds_skeletons(n->sounds, a, latin[i], by_sound, found[i]);
    /* The likeliest of each reading before the second of any. */
    for (size_t rank = 0; rank < NAMES_SKELETONS_MAX; rank++)
        for (size_t i = 0; i < n_latin; i++)
            if (rank < n_found[i])
                count = names_add_str(out, count, NAMES_SKELETONS_MAX, found[i][rank]);
    return add_seasia(n, a, latin, n_latin, out, count, NAMES_SKELETONS_MAX);
}
