/* fold_seasia: the skeleton of a name of mainland Southeast Asia, whichever system spelled it. */
#include "trust/names/fold_seasia.h"

#include "trust/names/names_internal.h"

#define FILE_NAME "seasia.txt"
#define WORD_MAX 64
#define VOWEL_CONSONANTS_MAX 1 /* words of so few consonants keep the class of their first vowel */

/* The word between its two ends, as code points: "^dara$". Returns its length. */
static size_t bracket(str latin, uint32_t out[WORD_MAX])
{
    size_t n = 0;
    out[n++] = '^';
    for (size_t i = 0; i < latin.len && n < WORD_MAX - 1; i++)
        out[n++] = (uint8_t)latin.p[i];
    out[n++] = '$';
    return n;
}

bool seasia_script(uint32_t script)
{
    static const uint32_t scripts[] = {TEXT_SCRIPT('K', 'h', 'm', 'r'), TEXT_SCRIPT('T', 'h', 'a', 'i'), TEXT_SCRIPT('L', 'a', 'o', 'o'),
                                       TEXT_SCRIPT('M', 'y', 'm', 'r'), TEXT_SCRIPT('H', 'a', 'n', 'i')};
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++)
        if (scripts[i] == script)
            return true;
    return false;
}

bool seasia_likely(const struct names *n, str latin)
{
    const struct rules_set *set = names_rules(n);
    const struct rules *elements = rules_section(set, FILE_NAME, "elements");
    uint32_t word[WORD_MAX];
    size_t len = bracket(latin, word);
    for (size_t from = 0; from < len; from++) /* an element opens the word, closes it, or is all of it, as its ends say */
        if ((from == 0 || word[from] != '^') && rules_get(elements, word + from, len - from))
            return true;
    return rules_longest(elements, word, len) != NULL;
}

str seasia_skeleton(const struct names *n, struct arena *a, str latin)
{
    const struct rules_set *set = names_rules(n);
    const struct rules *fold = rules_section(set, FILE_NAME, "fold"), *vowels = rules_section(set, FILE_NAME, "vowels");
    uint32_t word[WORD_MAX];
    size_t len = bracket(latin, word), out = 0, consonants = 0;
    char *p = arena_alloc(a, WORD_MAX + 1), vowel = 0;
    for (size_t i = 0; i < len;) {
        const struct rule *v = vowel ? NULL : rules_longest(vowels, word + i, len - i);
        if (v)
            vowel = v->value[0].p[0];
        const struct rule *r = rules_longest(fold, word + i, len - i);
        if (r && r->value[0].len && (out == 0 || p[out - 1] != r->value[0].p[0])) {
            p[out++] = r->value[0].p[0];
            consonants += p[out - 1] != 'A';
        }
        i += r ? r->key_len : 1;
    }
    if (consonants <= VOWEL_CONSONANTS_MAX && vowel)
        p[out++] = vowel;
    return (str){p, out};
}
