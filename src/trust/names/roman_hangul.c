/* roman_hangul: Korean. A run of two to four syllables that begins with a family name is parted there. */
#include "trust/names/names_internal.h"
#include "trust/names/roman_scripts.h"

#define SYLLABLE_FIRST 0xAC00
#define SYLLABLE_LAST 0xD7A3
#define LEAD_FIRST 0x1100
#define VOWEL_FIRST 0x1161
#define TAIL_NONE 0x11A7
#define VOWELS 21
#define TAILS 28
#define NATIVE_SYLLABLES_MAX 4

static void add_letter(struct buf *b, const struct rules *r, uint32_t letter, size_t reading)
{
    const struct rule *rule = rules_get(r, &letter, 1);
    if (rule)
        buf_add(b, rule->value[reading < rule->n_values ? reading : rule->n_values - 1]);
}

static void add_syllables(const struct names *n, struct buf *b, const uint32_t *text, size_t len, size_t reading)
{
    const struct rules *lead = rules_section(n->rules, "hangul.txt", "lead");
    const struct rules *vowel = rules_section(n->rules, "hangul.txt", "vowel");
    const struct rules *tail = rules_section(n->rules, "hangul.txt", "tail");
    for (size_t i = 0; i < len; i++) {
        if (text[i] < SYLLABLE_FIRST || text[i] > SYLLABLE_LAST)
            continue;
        uint32_t at = text[i] - SYLLABLE_FIRST;
        add_letter(b, lead, LEAD_FIRST + at / (VOWELS * TAILS), reading);
        add_letter(b, vowel, VOWEL_FIRST + at / TAILS % VOWELS, reading);
        add_letter(b, tail, TAIL_NONE + at % TAILS, reading);
    }
}

size_t roman_hangul(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX])
{
    const struct rule *family = NULL;
    if (len >= 2 && len <= NATIVE_SYLLABLES_MAX)
        family = rules_longest(rules_section(n->rules, "hangul.txt", "families"), text, len - 1);
    size_t count = 0;
    for (size_t reading = 0; reading < NAMES_LATIN_MAX; reading++) {
        struct buf b = buf_new(a);
        if (family) {
            buf_add(&b, family->value[reading < family->n_values ? reading : family->n_values - 1]);
            buf_byte(&b, ' ');
        }
        size_t given = family ? family->key_len : 0;
        add_syllables(n, &b, text + given, len - given, reading);
        str latin = buf_str(&b);
        if (family ? latin.len > 0 && !str_ends(latin, STR(" ")) : latin.len > 0)
            count = roman_add(out, count, str_dup(a, latin));
    }
    return count;
}
