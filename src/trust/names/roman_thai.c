/* roman_thai: Thai, by the Royal Thai General System as far as it goes, and by what names do beyond it.
 *
 * Before the grammar of thai.txt reads a run, the marks that are not read are taken out: tones, and with each thanthakhat
 * (U+0E4C) the consonant it silences, its vowel sign, and the cluster's first half where that is silent too.
 */
#include "trust/names/roman_seasia.h"

#include "trust/names/abugida.h"

#define SARA_AA 0xE32
#define SARA_AM 0xE33
#define NIKHAHIT 0xE4D /* with sara aa behind it, it is sara am in compatibility form */
#define THANTHAKHAT 0xE4C
#define MAITAIKHU 0xE47
#define SARA_I 0xE34
#define SARA_U 0xE38
#define MAIYAMOK 0xE46

static bool is_consonant(uint32_t c)
{
    return c >= 0xE01 && c <= 0xE2E && c != 0xE24 && c != 0xE26;
}

/* Sara a to sara uu: the vowel signs behind, above and below. */
static bool is_vowel_behind(uint32_t c)
{
    return (c >= 0xE30 && c <= 0xE39) || c == MAITAIKHU;
}

static bool is_dropped(uint32_t c)
{
    return (c >= 0xE48 && c <= 0xE4B) || c == 0xE4E || c == 0xE3A || c == 0xE2F || c >= 0xE4F || c == MAIYAMOK;
}

/* Takes what a thanthakhat silences off the end of out[0..n); returns what is left. */
static size_t silence(const struct rules *pairs, uint32_t *out, size_t n)
{
    if (n > 0 && (out[n - 1] == SARA_I || out[n - 1] == SARA_U))
        n--;
    if (n == 0 || !is_consonant(out[n - 1]))
        return n;
    bool cluster = n >= 4 && is_consonant(out[n - 3]) && is_vowel_behind(out[n - 4]) && rules_get(pairs, out + n - 2, 2);
    return n - (cluster ? 2 : 1);
}

size_t roman_thai(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX])
{
    const struct rules *pairs = rules_section(names_rules(n), "thai.txt", "silent");
    uint32_t *read = arena_array(a, uint32_t, len + 1);
    size_t n_read = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == THANTHAKHAT)
            n_read = silence(pairs, read, n_read);
        else if (text[i] == SARA_AA && n_read && read[n_read - 1] == NIKHAHIT)
            read[n_read - 1] = SARA_AM;
        else if (!is_dropped(text[i]))
            read[n_read++] = text[i];
    }
    return abugida_romanise(n, a, &(struct abugida){.file = "thai.txt"}, read, n_read, out);
}
