/* roman: the table of scripts. */
#include "trust/names/roman.h"

#include "trust/names/names_internal.h"
#include "trust/names/roman_scripts.h"
#include "trust/names/roman_seasia.h"

const struct roman roman_table[] = {
    {TEXT_SCRIPT('C', 'y', 'r', 'l'), roman_cyrillic},
    {TEXT_SCRIPT('G', 'r', 'e', 'k'), roman_greek},
    {TEXT_SCRIPT('A', 'r', 'a', 'b'), roman_arabic},
    {TEXT_SCRIPT('H', 'e', 'b', 'r'), roman_hebrew},
    {TEXT_SCRIPT('K', 'h', 'm', 'r'), roman_khmer},
    {TEXT_SCRIPT('T', 'h', 'a', 'i'), roman_thai},
    {TEXT_SCRIPT('L', 'a', 'o', 'o'), roman_lao},
    {TEXT_SCRIPT('M', 'y', 'm', 'r'), roman_burmese},
    {TEXT_SCRIPT('H', 'a', 'n', 'i'), roman_han},
    {TEXT_SCRIPT('A', 'r', 'm', 'n'), roman_by_icu},
    {TEXT_SCRIPT('G', 'e', 'o', 'r'), roman_by_icu},
    {TEXT_SCRIPT('H', 'a', 'n', 'g'), roman_hangul},
    {TEXT_SCRIPT('H', 'i', 'r', 'a'), roman_by_icu},
    {TEXT_SCRIPT('D', 'e', 'v', 'a'), roman_by_icu},
    {TEXT_SCRIPT('B', 'e', 'n', 'g'), roman_by_icu},
    {TEXT_SCRIPT('T', 'a', 'm', 'l'), roman_by_icu},
    {TEXT_SCRIPT('T', 'e', 'l', 'u'), roman_by_icu},
    {TEXT_SCRIPT('G', 'u', 'j', 'r'), roman_by_icu},
    {TEXT_SCRIPT('G', 'u', 'r', 'u'), roman_by_icu},
    {TEXT_SCRIPT('K', 'n', 'd', 'a'), roman_by_icu},
    {TEXT_SCRIPT('M', 'l', 'y', 'm'), roman_by_icu},
};
const size_t roman_table_len = sizeof roman_table / sizeof roman_table[0];

const struct roman *roman_find(uint32_t script)
{
    for (size_t i = 0; i < roman_table_len; i++)
        if (roman_table[i].script == script)
            return &roman_table[i];
    return NULL;
}

size_t names_add_str(str *list, size_t n, size_t max, str s)
{
    if (n == max || s.len == 0)
        return n;
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i], s))
            return n;
    list[n] = s;
    return n + 1;
}

size_t roman_add(str out[NAMES_LATIN_MAX], size_t n, str reading)
{
    return names_add_str(out, n, NAMES_LATIN_MAX, reading);
}

/* Keeps a-z and single inner spaces. */
static str only_letters(struct arena *a, str s)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c >= 'a' && c <= 'z')
            buf_byte(&b, c);
    }
    return str_dup(a, buf_str(&b));
}

size_t roman_by_icu(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX])
{
    if (len == 0)
        return 0;
    uint32_t script = text_script(names_text(n), text[0]);
    return roman_add(out, 0, only_letters(a, text_to_latin(names_text(n), a, script, text, len)));
}
