/* roman_burmese: Burmese, by the common spelling of names, which rests on MLC's letters and on the ear.
 *
 * Before the grammar of burmese.txt reads a run: a stacked letter is laid out flat (the upper one closes its syllable), high
 * tone marks go, and the dot of the creaky tone stays only at a nasal, where names write it as a t (Myint, Thant).
 */
#include "trust/names/roman_seasia.h"

#include "trust/names/abugida.h"

#define ANUSVARA 0x1036
#define DOT_BELOW 0x1037
#define VISARGA 0x1038
#define VIRAMA 0x1039
#define ASAT 0x103A

static bool is_dropped(uint32_t c)
{
    return c == VISARGA || (c >= 0x1040 && c <= 0x104F);
}

size_t roman_burmese(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX])
{
    uint32_t *read = arena_array(a, uint32_t, len + 1);
    size_t n_read = 0;
    for (size_t i = 0; i < len; i++) {
        uint32_t before = n_read ? read[n_read - 1] : 0, after = i + 1 < len ? text[i + 1] : 0;
        if (text[i] == VIRAMA && before == ASAT)
            continue;
        if (text[i] == DOT_BELOW && before != ANUSVARA && after != ASAT)
            continue;
        if (!is_dropped(text[i]))
            read[n_read++] = text[i] == VIRAMA ? ASAT : text[i];
    }
    return abugida_romanise(n, a, &(struct abugida){.file = "burmese.txt", .spaced = true}, read, n_read, out);
}
