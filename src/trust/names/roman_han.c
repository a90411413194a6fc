/* roman_han: Han characters: Chinese names by every region's reading, foreign names by the sounds their signs stand for.
 *
 * A run that opens with a surname is read as surname and given name, region by region: whoever wrote the Latin form may
 * have been in Beijing, Hong Kong, Singapore, Hanoi, Seoul or Taipei. Other runs are a given name alone or a foreign name.
 * Japanese names come out in their Chinese readings: their kanji do not say how they are read.
 */
#include "trust/names/roman_seasia.h"

#include "trust/names/abugida.h"

/* The columns of [surname]; those of [character] are the three with a reading of their own. */
enum region { MAINLAND, HONG_KONG, SINGAPORE, VIETNAM, KOREA, TAIWAN, MALAYSIA, MACAO, REGIONS };
enum { CANTONESE, VIETNAMESE, KOREAN, MANDARIN };
static const int given_reading[REGIONS] = {MANDARIN, CANTONESE, MANDARIN, VIETNAMESE, KOREAN, MANDARIN, CANTONESE, CANTONESE};

#define SIGNS_MIN_FOREIGN 5 /* no Chinese name has as many characters */

struct han {
    const struct names *names;
    struct arena *arena;
    const struct rules *surname, *character, *mandarin, *wade_syllable, *wade_initial, *wade_final;
    const uint32_t *text;
    size_t len;
};

static str value_or_empty(const struct rule *r, size_t i)
{
    return r && i < r->n_values ? r->value[i] : STR("");
}

/* One syllable of pinyin in Wade-Giles without apostrophes. */
static str wade_giles(const struct han *h, str syllable)
{
    const struct rule *whole = rules_get_ascii(h->wade_syllable, syllable);
    if (whole)
        return whole->value[0];
    for (size_t cut = syllable.len > 2 ? 2 : syllable.len; cut > 0; cut--) {
        const struct rule *initial = rules_get_ascii(h->wade_initial, str_slice(syllable, 0, cut));
        const struct rule *final = rules_get_ascii(h->wade_final, str_slice(syllable, cut, syllable.len));
        if (initial && final)
            return str_printf(h->arena, "%.*s%.*s", STR_ARG(initial->value[0]), STR_ARG(final->value[0]));
    }
    return syllable;
}

/* text[from..len) read as a given name in the region; empty if a character has no reading there. */
static str given_name(const struct han *h, size_t from, enum region region)
{
    struct buf b = buf_new(h->arena);
    for (size_t i = from; i < h->len; i++) {
        bool mandarin = given_reading[region] == MANDARIN;
        const struct rule *r = rules_get(mandarin ? h->mandarin : h->character, h->text + i, 1);
        str syllable = value_or_empty(r, mandarin ? 0 : (size_t)given_reading[region]);
        if (region == TAIWAN)
            syllable = wade_giles(h, syllable);
        if (syllable.len == 0)
            return STR("");
        buf_add(&b, syllable);
    }
    return buf_str(&b);
}

/* Surname and given name, or, with surname NULL, one word. */
static size_t by_region(const struct han *h, const struct rule *surname, str out[NAMES_LATIN_MAX])
{
    size_t n = 0, from = surname ? surname->key_len : 0;
    for (enum region r = 0; r < REGIONS; r++) {
        str family = surname ? value_or_empty(surname, r) : STR(""), given = from < h->len ? given_name(h, from, r) : STR("");
        if ((surname && family.len == 0) || (from < h->len && given.len == 0))
            continue;
        bool both = family.len && given.len;
        n = roman_add(out, n, str_printf(h->arena, "%.*s%s%.*s", STR_ARG(family), both ? " " : "", STR_ARG(given)));
    }
    return n;
}

/* The surname that the run opens with, leaving one or two characters for a given name or none at all. */
static const struct rule *find_surname(const struct han *h)
{
    for (size_t len = h->len > 2 ? 2 : h->len; len > 0; len--)
        if (h->len - len <= 2 || h->len == len) {
            const struct rule *r = rules_get(h->surname, h->text, len);
            if (r)
                return r;
        }
    return NULL;
}

static bool looks_foreign(const struct han *h, const struct rules *signs)
{
    for (size_t i = h->len > 1; i < h->len; i++)
        if (rules_get(signs, h->text + i, 1))
            return true;
    return h->len >= SIGNS_MIN_FOREIGN;
}

size_t roman_han(const struct names *n, struct arena *a, const uint32_t *text, size_t len, str out[NAMES_LATIN_MAX])
{
    const struct rules_set *set = names_rules(n);
    struct han h = {
        .names = n,
        .arena = a,
        .surname = rules_section(set, "han.txt", "surname"),
        .character = rules_section(set, "han.txt", "character"),
        .mandarin = rules_section(set, "han_mandarin.txt", "mandarin"),
        .wade_syllable = rules_section(set, "han.txt", "wade_syllable"),
        .wade_initial = rules_section(set, "han.txt", "wade_initial"),
        .wade_final = rules_section(set, "han.txt", "wade_final"),
        .text = text,
        .len = len,
    };
    bool foreign = looks_foreign(&h, rules_section(set, "han_foreign.txt", "signs"));
    const struct rule *surname = foreign ? NULL : find_surname(&h);
    if (surname)
        return by_region(&h, surname, out);

    str chinese[NAMES_LATIN_MAX], sounds[NAMES_LATIN_MAX];
    size_t n_chinese = by_region(&h, NULL, chinese), found = 0;
    size_t n_sounds = abugida_romanise(n, a, &(struct abugida){.file = "han_foreign.txt"}, text, len, sounds);
    if (foreign)
        for (size_t i = 0; i < n_sounds && i + 1 < NAMES_LATIN_MAX; i++)
            found = roman_add(out, found, sounds[i]);
    for (size_t i = 0; i < NAMES_LATIN_MAX; i++) { /* which of the two it is stays open: in turns */
        if (i < n_chinese)
            found = roman_add(out, found, chinese[i]);
        if (i < n_sounds)
            found = roman_add(out, found, sounds[i]);
    }
    return found;
}
