/* tokens: a written name is cut into words; titles go, particles are marked. */
#include "trust/names/names_internal.h"

#include <string.h>

/* Apostrophes join: O'Brien, D'Angelo, Mach'ulla. All that people type for one. */
static bool is_apostrophe(uint32_t c)
{
    static const uint32_t apostrophes[] = {'\'', '`', 0xB4, 0x2018, 0x2019, 0x201B, 0x2B9, 0x2BB, 0x2BC, 0x2BE, 0x2BF, 0x2C8, 0x2032, 0x5F3, 0x5F4, 0x55A, 0xFF07};
    for (size_t i = 0; i < sizeof apostrophes / sizeof apostrophes[0]; i++)
        if (apostrophes[i] == c)
            return true;
    return false;
}

#define GERESH 0x5F3

/* Japanese mixes three scripts in one word. */
static uint32_t script_family(uint32_t script)
{
    return script == TEXT_SCRIPT('K', 'a', 'n', 'a') ? TEXT_SCRIPT('H', 'i', 'r', 'a') : script;
}

static bool has_prefix(const struct rules *r, const uint32_t *text, size_t len, size_t *cut)
{
    const struct rule *rule = rules_longest(r, text, len);
    if (!rule || len < rule->key_len + 2)
        return false;
    *cut = rule->key_len;
    return true;
}

static bool has_suffix(const struct rules *r, const uint32_t *text, size_t len, size_t *cut)
{
    for (size_t n = len > 2 ? len - 2 : 0; n > 0; n--)
        if (rules_get(r, text + len - n, n)) {
            *cut = n;
            return true;
        }
    return false;
}

/* Titles that scripts without spaces write onto the name: นายสมชาย, 王先生. */
static void strip_attached_titles(const struct names *n, struct cut *c)
{
    size_t cut;
    if (c->script == TEXT_LATIN)
        return;
    if (has_prefix(n->title_prefixes, c->point, c->len, &cut) && !text_is_mark(c->point[cut])) {
        c->point += cut;
        c->len -= cut;
    }
    if (has_suffix(n->title_suffixes, c->point, c->len, &cut))
        c->len -= cut;
}

static bool is_title(const struct names *n, const struct cut *c, size_t i, size_t count, size_t *words)
{
    uint32_t two[RULES_KEY_MAX];
    if (i + 1 < count && c[i].len + c[i + 1].len + 1 <= RULES_KEY_MAX) { /* "tan sri" is the rule tan_sri */
        memcpy(two, c[i].point, c[i].len * sizeof *two);
        two[c[i].len] = '_';
        memcpy(two + c[i].len + 1, c[i + 1].point, c[i + 1].len * sizeof *two);
        if (rules_get(n->titles, two, c[i].len + c[i + 1].len + 1)) {
            *words = 2;
            return true;
        }
    }
    *words = 1;
    return rules_get(n->titles, c[i].point, c[i].len) != NULL;
}

/* Drops titles, but never the whole name: somebody may be called Dean or Bey. */
static size_t drop_titles(const struct names *n, struct cut *c, size_t count)
{
    struct cut kept[NAMES_TOKENS_MAX];
    size_t n_kept = 0, words;
    for (size_t i = 0; i < count; i += words)
        if (is_title(n, c, i, count, &words)) {
            continue;
        } else {
            words = 1;
            kept[n_kept++] = c[i];
        }
    if (n_kept == 0)
        return count;
    memcpy(c, kept, n_kept * sizeof *kept);
    return n_kept;
}

static void mark_minor(const struct names *n, struct cut *c, size_t count)
{
    if (count < 2)
        return;
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && rules_get(n->particles, c[i].point, c[i].len))
            c[i].minor = true;
        if (i > 0 && i + 1 < count && rules_get(n->middle_names, c[i].point, c[i].len))
            c[i].minor = true;
        size_t cut;
        if (count > 2 && has_suffix(n->patronymics, c[i].point, c[i].len, &cut) && c[i].len > cut + 1)
            c[i].minor = true;
    }
}

size_t names_cut(const struct names *n, struct arena *a, str text, enum name_part part, struct cut out[NAMES_TOKENS_MAX], size_t max)
{
    size_t len, count = 0;
    uint32_t *p = text_points(n->text, a, text, TEXT_NFKC_FOLDED, &len);
    bool inside_brackets = false, open = false;
    size_t comma_at = 0; /* tokens before the first comma */
    for (size_t i = 0, to = 0; i < len && count < max; i++) {
        uint32_t c = p[i];
        bool letter = text_is_letter(c), mark = text_is_mark(c);
        if (is_apostrophe(c)) {
            if (open && out[count - 1].script == TEXT_SCRIPT('H', 'e', 'b', 'r')) { /* a letter of its own: ג׳ */
                p[to++] = GERESH;
                out[count - 1].len++;
                continue;
            }
            open = open && i + 1 < len && text_is_letter(p[i + 1]);
        } else if (letter || (mark && open)) {
            uint32_t script = mark ? TEXT_COMMON : script_family(text_script(n->text, c));
            if (open && !mark && script != out[count - 1].script && script != TEXT_COMMON)
                open = false; /* the script changes inside the word: another word */
            if (!open) {
                out[count++] = (struct cut){.point = p + to, .script = script, .part = part, .minor = inside_brackets};
                open = true;
            }
            p[to++] = c;
            out[count - 1].len++;
        } else if (c == 0x640 || c == 0xAD) { /* tatweel and soft hyphen are not there */
        } else {
            open = false;
            if (c == '(' || c == '[')
                inside_brackets = true;
            else if (c == ')' || c == ']')
                inside_brackets = false;
            else if ((c == ',' || c == 0x60C || c == 0x3001) && comma_at == 0)
                comma_at = count;
        }
    }
    if (part == NAME_PART_UNKNOWN && comma_at > 0 && comma_at < count)
        for (size_t i = 0; i < count; i++)
            out[i].part = i < comma_at ? NAME_PART_FAMILY : NAME_PART_GIVEN;
    for (size_t i = 0; i < count; i++) {
        strip_attached_titles(n, &out[i]);
        if (out[i].len > ROMAN_RUN_MAX)
            out[i].len = ROMAN_RUN_MAX;
    }
    count = drop_titles(n, out, count);
    mark_minor(n, out, count);
    return count;
}
