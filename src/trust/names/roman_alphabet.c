/* roman_alphabet: Latin with marks, Cyrillic, Greek, Arabic, Hebrew: letters and letter groups, one after the other.
 *
 * A rule "key v1 v2" may give several values; reading i takes value i, or the last there is. So reading 0 is the likeliest
 * everywhere, and the others differ from it where a table knows better. A section [bare] in a file says that marks are
 * taken off the letters before they are looked up.
 */
#include "trust/names/names_internal.h"
#include "trust/names/roman_scripts.h"

#define BOUNDARY_START '^' /* stand in keys for the two ends of a word */
#define BOUNDARY_END '$'

static str read_once(const struct names *n, struct arena *a, const struct rules *r, const uint32_t *word, size_t len, size_t reading)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < len;) {
        const struct rule *rule = rules_longest(r, word + i, len - i);
        if (rule) {
            buf_add(&b, rule->n_values == 0 ? STR("") : rule->value[reading < rule->n_values ? reading : rule->n_values - 1]);
            i += rule->key_len;
            if (i < len && rule->key_len > 1 && rule->key[rule->key_len - 1] == BOUNDARY_END)
                break;
            continue;
        }
        uint32_t c = word[i], base = text_base(n->text, c);
        if (base != c && (rule = rules_get(r, &base, 1)))
            buf_add(&b, rule->n_values ? rule->value[reading < rule->n_values ? reading : rule->n_values - 1] : STR(""));
        else if (base >= 'a' && base <= 'z')
            buf_byte(&b, (char)base);
        i++;
    }
    return str_dup(a, buf_str(&b));
}

static size_t read_alphabet(const struct names *n, struct arena *a, const char *file, const uint32_t *text, size_t len,
                            str out[NAMES_LATIN_MAX])
{
    const struct rules *r = rules_section(n->rules, file, "letters");
    uint32_t word[ROMAN_RUN_MAX + 2] = {BOUNDARY_START};
    if (len > ROMAN_RUN_MAX)
        len = ROMAN_RUN_MAX;
    bool bare = rules_section(n->rules, file, "bare") != NULL;
    for (size_t i = 0; i < len; i++)
        word[i + 1] = bare ? text_base(n->text, text[i]) : text[i];
    word[len + 1] = BOUNDARY_END;
    size_t count = 0;
    for (size_t reading = 0; reading < NAMES_LATIN_MAX; reading++)
        count = roman_add(out, count, read_once(n, a, r, word, len + 2, reading));
    return count;
}

size_t roman_latin(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX])
{
    bool plain = true;
    for (size_t i = 0; i < len; i++)
        plain = plain && text[i] < 0x80;
    if (!plain)
        return read_alphabet(n, a, "latin.txt", text, len, out);
    char *p = arena_alloc(a, len + 1);
    for (size_t i = 0; i < len; i++)
        p[i] = (char)text[i];
    out[0] = (str){p, len};
    return len > 0;
}

size_t roman_cyrillic(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX])
{
    return read_alphabet(n, a, "cyrillic.txt", text, len, out);
}

size_t roman_greek(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX])
{
    return read_alphabet(n, a, "greek.txt", text, len, out);
}

size_t roman_arabic(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX])
{
    return read_alphabet(n, a, "arabic.txt", text, len, out);
}

size_t roman_hebrew(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX])
{
    return read_alphabet(n, a, "hebrew.txt", text, len, out);
}
