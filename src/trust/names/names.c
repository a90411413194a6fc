/* names: opening the rules, and from a written name to its forms. */
#include "trust/names/names_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names_rules_embed.h"

/* A change of the code that changes what names_forms gives changes this number; a change of a rule changes the digest. */
#define NAMES_CODE_VERSION 1

static const struct embedded *const rule_files[] = {
#include "names_rules_list.h"
};

int names_open(struct names **out, struct err *err)
{
    struct names *n = mem_calloc(1, sizeof *n);
    n->arena = arena_new();
    int rc = text_open(&n->text, err);
    if (rc == 0)
        rc = rules_open(n->arena, rule_files, sizeof rule_files / sizeof rule_files[0], &n->rules, err);
    if (rc == 0)
        rc = sounds_open(n->arena, n->rules, &n->sounds, err);
    if (rc < 0) {
        names_close(n);
        return rc;
    }
    n->titles = rules_section(n->rules, "titles.txt", "words");
    n->title_prefixes = rules_section(n->rules, "titles.txt", "prefixes");
    n->title_suffixes = rules_section(n->rules, "titles.txt", "suffixes");
    n->particles = rules_section(n->rules, "particles.txt", "particles");
    n->middle_names = rules_section(n->rules, "particles.txt", "middle");
    n->patronymics = rules_section(n->rules, "particles.txt", "patronymics");
    n->latin_letters = rules_section(n->rules, "latin.txt", "letters");
    snprintf(n->ruleset, sizeof n->ruleset, "names-%d-%08x", NAMES_CODE_VERSION, rules_digest(n->rules));
    *out = n;
    return 0;
}

void names_close(struct names *n)
{
    if (!n)
        return;
    text_close(n->text);
    arena_free(n->arena);
    free(n);
}

const char *names_ruleset(const struct names *n)
{
    return n->ruleset;
}

const struct rules_set *names_rules(const struct names *n)
{
    return n->rules;
}

const struct text *names_text(const struct names *n)
{
    return n->text;
}

static size_t readings(const struct names *n, struct arena *a, const struct cut *c, str out[NAMES_LATIN_MAX])
{
    if (c->script == TEXT_LATIN)
        return roman_latin(n, a, c->point, c->len, out);
    const struct roman *roman = roman_find(c->script);
    return roman ? roman->romanise(n, a, c->point, c->len, out) : 0;
}

static size_t count_words(str s)
{
    size_t words = s.len > 0;
    for (size_t i = 0; i < s.len; i++)
        words += s.p[i] == ' ';
    return words;
}

/* Scripts whose spelling of a foreign name tells less; 0 ends the list. */
static const uint32_t vowels_loose[] = {TEXT_SCRIPT('A', 'r', 'a', 'b'), TEXT_SCRIPT('H', 'e', 'b', 'r'), TEXT_SCRIPT('H', 'i', 'r', 'a'),
                                        TEXT_SCRIPT('H', 'a', 'n', 'g'), 0};
static const uint32_t voice_loose[] = {TEXT_SCRIPT('A', 'r', 'a', 'b'), TEXT_SCRIPT('H', 'i', 'r', 'a'), TEXT_SCRIPT('H', 'a', 'n', 'g'),
                                       TEXT_SCRIPT('T', 'a', 'm', 'l'), TEXT_SCRIPT('K', 'h', 'm', 'r'), TEXT_SCRIPT('T', 'h', 'a', 'i'),
                                       TEXT_SCRIPT('L', 'a', 'o', 'o'), TEXT_SCRIPT('H', 'a', 'n', 'i'), 0};

/* Scripts whose romanisation is a spelling of its own, which people use for their own names: read as Latin names are. */
static const uint32_t spelled[] = {TEXT_LATIN, TEXT_SCRIPT('H', 'a', 'n', 'g'), 0};

static bool is_script_in(uint32_t script, const uint32_t *list)
{
    while (*list && *list != script)
        list++;
    return *list != 0;
}

/* One cut gives one token, or several when its readings hold several words (Han, Thai without spaces). */
static void add_tokens(const struct names *n, struct arena *a, const struct cut *c, bool skeletons, struct name_forms *out)
{
    str latin[NAMES_LATIN_MAX];
    size_t n_latin = readings(n, a, c, latin);
    if (n_latin == 0)
        return;
    size_t words = count_words(latin[0]), first = out->n;
    for (size_t w = 0; w < words && out->n < NAMES_TOKENS_MAX; w++)
        out->tokens[out->n++] = (struct name_token){
            .text = text_from_points(a, c->point, c->len),
            .part = c->part,
            .minor = c->minor,
            .by_sound = !is_script_in(c->script, spelled),
            .vowels_loose = is_script_in(c->script, vowels_loose),
            .voice_loose = is_script_in(c->script, voice_loose),
            .initial = c->len == 1 && (c->script == TEXT_LATIN || c->script == TEXT_SCRIPT('C', 'y', 'r', 'l') ||
                                       c->script == TEXT_SCRIPT('G', 'r', 'e', 'k')),
        };
    for (size_t i = 0; i < n_latin; i++) {
        if (count_words(latin[i]) != words)
            continue; /* a reading that parts the words elsewhere has no place in these tokens */
        str rest = latin[i], word;
        for (size_t w = first; w < out->n && str_split(&rest, ' ', &word); w++)
            out->tokens[w].n_latin = roman_add(out->tokens[w].latin, out->tokens[w].n_latin, word);
    }
    for (size_t w = first; skeletons && w < out->n; w++) {
        struct name_token *t = &out->tokens[w];
        t->n_skeletons = names_fold(n, a, t->latin, t->n_latin, c->script, t->skeleton);
    }
}

void names_tokens(const struct names *n, struct arena *a, const struct name *in, bool skeletons, struct name_forms *out)
{
    const struct {
        str text;
        enum name_part part;
    } parts[] = {{in->given, NAME_PART_GIVEN}, {in->family, NAME_PART_FAMILY}, {in->full, NAME_PART_UNKNOWN}};
    out->n = 0;
    for (size_t i = 0; i < 3; i++) {
        if (parts[i].text.len == 0)
            continue;
        struct cut cut[NAMES_TOKENS_MAX];
        size_t count = names_cut(n, a, parts[i].text, parts[i].part, cut, NAMES_TOKENS_MAX);
        for (size_t c = 0; c < count; c++)
            add_tokens(n, a, &cut[c], skeletons, out);
    }
}

void names_forms(const struct names *n, struct arena *a, const struct name *in, struct name_forms *out)
{
    names_tokens(n, a, in, true, out);
}

str names_latin(const struct names *n, struct arena *a, str text)
{
    struct name_forms forms;
    names_tokens(n, a, &(struct name){.full = text}, false, &forms);
    struct buf b = buf_new(a);
    for (size_t i = 0; i < forms.n; i++) {
        if (i)
            buf_byte(&b, ' ');
        buf_add(&b, forms.tokens[i].latin[0]);
    }
    return str_dup(a, buf_str(&b));
}
