/* roman_lao: Lao, by BGN/PCGN's letters, with vowels as names spell them in the French-made tradition.
 *
 * Before the grammar of lao.txt reads a run: tone marks go, a cancellation mark (U+0ECC) takes its letter along, and the
 * letters that come in two encodings (am, ho no, ho mo) are brought to one.
 */
#include "trust/names/roman_seasia.h"

#include "trust/names/abugida.h"

#define CANCELLATION 0xECC
#define VOWEL_AA 0xEB2
#define VOWEL_AM 0xEB3
#define NIGGAHITA 0xECD /* with aa behind it, it is am in compatibility form */
#define HO_NO 0xEDC
#define HO_MO 0xEDD
#define HO_SUNG 0xEAB
#define NO 0xE99
#define MO 0xEA1

static bool is_dropped(uint32_t c)
{
    return (c >= 0xEC8 && c <= 0xECB) || c == 0xEC6 || c == 0xEAF || (c >= 0xED0 && c <= 0xED9) || c == 0xECE;
}

size_t roman_lao(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX])
{
    uint32_t *read = arena_array(a, uint32_t, 2 * len + 1);
    size_t n_read = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == CANCELLATION)
            n_read -= n_read > 0;
        else if (text[i] == VOWEL_AA && n_read && read[n_read - 1] == NIGGAHITA)
            read[n_read - 1] = VOWEL_AM;
        else if (text[i] == HO_NO || text[i] == HO_MO) {
            read[n_read++] = HO_SUNG;
            read[n_read++] = text[i] == HO_NO ? NO : MO;
        } else if (!is_dropped(text[i]))
            read[n_read++] = text[i];
    }
    return abugida_romanise(n, a, &(struct abugida){.file = "lao.txt"}, read, n_read, out);
}
