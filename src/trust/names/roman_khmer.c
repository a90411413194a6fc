/* roman_khmer: Khmer, by UNGEGN's letters and by what names do with them.
 *
 * Before the grammar of khmer.txt reads a run: independent vowels become a carrier with a dependent vowel, a toandakhiat
 * (U+17CD) takes with it the letter that it silences, and marks that say nothing to a romaniser go.
 */
#include "trust/names/roman_seasia.h"

#include "trust/names/abugida.h"

#define TOANDAKHIAT 0x17CD
#define COENG 0x17D2

static bool is_consonant(uint32_t c)
{
    return c >= 0x1780 && c <= 0x17A2;
}

static bool is_dropped(uint32_t c)
{
    return c == 0x17B4 || c == 0x17B5 || c == 0x17CE || c == 0x17CF || c == 0x17D1 || (c >= 0x17D3 && c != 0x17DC);
}

/* Takes the silenced letter and its signs off the end of out[0..n); returns what is left. */
static size_t silence(const uint32_t *out, size_t n)
{
    while (n > 0 && !is_consonant(out[n - 1]))
        n--;
    if (n > 0)
        n--;
    return n > 0 && out[n - 1] == COENG ? n - 1 : n;
}

size_t roman_khmer(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX])
{
    const struct rules *independent = rules_section(names_rules(n), "khmer.txt", "independent");
    uint32_t *read = arena_array(a, uint32_t, 3 * len + 1);
    size_t n_read = 0;
    for (size_t i = 0; i < len; i++) {
        const struct rule *r = rules_get(independent, text + i, 1);
        if (text[i] == TOANDAKHIAT)
            n_read = silence(read, n_read);
        else if (r)
            for (size_t at = 0, k = 0; at < r->value[0].len && k < 3; k++)
                read[n_read++] = text_next(r->value[0], &at);
        else if (!is_dropped(text[i]))
            read[n_read++] = text[i];
    }
    return abugida_romanise(n, a, &(struct abugida){.file = "khmer.txt"}, read, n_read, out);
}
