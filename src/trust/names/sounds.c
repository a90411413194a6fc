/* sounds: loads rules/sounds.txt; aligns a spelling with sounds. */
#include "trust/names/sounds_internal.h"

#include <stdlib.h>
#include <string.h>

#define FILE_NAME "sounds.txt"
#define ODDS_UNSEEN NATS(-4.5)     /* a pairing that was never seen: about as bad as the rarest that were */
#define ODDS_DOUBLED NATS(-1)      /* a letter written twice for one sound, which any language may do */
#define ODDS_IMPOSSIBLE (-16777216) /* an end of the word within the other */
#define CHANCE_WORTHLESS NATS(-7)  /* readings of a group this much rarer than its first are not followed */

/* 1024 log2(x), x > 0, by squaring: exact integers, the same on every machine. */
static int log_fixed(uint64_t x)
{
    int whole = 63 - __builtin_clzll(x), result = whole * LOG_ONE_BIT;
    uint64_t mantissa = whole > 31 ? x >> (whole - 31) : x << (31 - whole); /* [2^31, 2^32) */
    for (int bit = LOG_ONE_BIT / 2; bit; bit /= 2) {
        mantissa = mantissa * mantissa >> 31;
        if (mantissa >> 32) {
            mantissa >>= 1;
            result += bit;
        }
    }
    return result;
}

static inline void raise(int *to, int value)
{
    if (value > *to)
        *to = value;
}

static int letter_code(uint32_t point)
{
    return point >= 'a' && point <= 'z' ? (int)(point - 'a' + 1) : point == '^' ? LETTER_START : point == '$' ? LETTER_END : 0;
}

static int sound_code(char sign)
{
    const char *at = sign ? strchr(SOUND_SIGNS, sign) : NULL;
    return at && *at != '-' ? (int)(at - SOUND_SIGNS) : 0;
}

/* "SC:22" -> two sounds and a count. ":15" and "-:15" are no sound. */
static bool parse_value(str value, struct arc *arc, uint64_t *count)
{
    str sounds;
    int64_t n;
    if (!str_split(&value, ':', &sounds) || !str_to_int(value, 1, INT64_C(1) << 32, &n) || sounds.len > 2)
        return false;
    *count = (uint64_t)n;
    for (size_t i = 0; i < sounds.len && !str_eq(sounds, STR("-")); i++)
        if (!(arc->sound[i] = (uint8_t)sound_code(sounds.p[i])))
            return false;
    return true;
}

struct tally {
    uint64_t letters, sounds, pairs;
    uint64_t letter[LETTERS], sound[SOUNDS];
};

static bool is_end(size_t code, size_t start, size_t end)
{
    return code == start || code == end;
}

/* The logarithm of how common a letter or sound is. Ends are in every word and say nothing. */
static int log_letter(const struct tally *t, size_t c)
{
    return is_end(c, LETTER_START, LETTER_END) ? 0 : log_fixed(t->letter[c] + 1) - log_fixed(t->letters);
}

static int log_sound(const struct tally *t, size_t c)
{
    return is_end(c, SOUND_START, SOUND_END) ? 0 : log_fixed(t->sound[c] + 1) - log_fixed(t->sounds);
}

/* The group that "-" is: sounds that no letter stands for. */
static bool is_nothing(const struct rule *r)
{
    return r->key_len == 1 && r->key[0] == '-';
}

static int parse_group(const struct rule *r, struct group *g, struct err *err)
{
    if (r->key_len > GROUP_MAX)
        return err_set(err, ERR_CORRUPT, "%s:%zu: more than %d letters in a group", FILE_NAME, r->line, GROUP_MAX);
    g->len = is_nothing(r) ? 0 : (uint8_t)r->key_len;
    for (size_t i = 0; i < g->len; i++)
        if (!(g->letter[i] = (uint8_t)letter_code(r->key[i])))
            return err_set(err, ERR_CORRUPT, "%s:%zu: a group may hold a-z, ^ and $ only", FILE_NAME, r->line);
    return 0;
}

static int by_chance(const void *a, const void *b)
{
    const struct arc *x = a, *y = b;
    if (x->chance != y->chance)
        return x->chance > y->chance ? -1 : 1;
    return memcmp(x->sound, y->sound, sizeof x->sound);
}

static int by_letters(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (x->letter[0] != y->letter[0])
        return x->letter[0] < y->letter[0] ? -1 : 1;
    if (x->len != y->len)
        return x->len > y->len ? -1 : 1;
    return memcmp(x->letter, y->letter, sizeof x->letter);
}

/* First pass: counts of everything. Second: logarithms. */
static int load_groups(struct arena *a, const struct rules *r, struct sounds *s, struct err *err)
{
    struct tally tally = {.letters = 1, .sounds = 1, .pairs = 1};
    s->n_groups = rules_count(r);
    s->group = arena_array(a, struct group, s->n_groups);
    for (size_t i = 0; i < s->n_groups; i++) {
        const struct rule *rule = rules_at(r, i);
        struct group *g = &s->group[i];
        int rc = parse_group(rule, g, err);
        if (rc < 0)
            return rc;
        g->arc = arena_array(a, struct arc, rule->n_values);
        g->n_arcs = (uint8_t)rule->n_values;
        for (size_t v = 0; v < rule->n_values; v++) {
            uint64_t count;
            if (!parse_value(rule->value[v], &g->arc[v], &count))
                return err_set(err, ERR_CORRUPT, "%s:%zu: value %zu is not SOUNDS:COUNT, with one or two of the signs %s", FILE_NAME,
                               rule->line, v + 1, SOUND_SIGNS);
            g->arc[v].odds = log_fixed(count);
            tally.pairs += count;
            for (size_t k = 0; k < g->len; k++)
                tally.letter[g->letter[k]] += count;
            for (size_t k = 0; k < 2; k++)
                tally.sound[g->arc[v].sound[k]] += count;
        }
    }
    for (size_t c = 1; c < LETTER_START; c++)
        tally.letters += tally.letter[c];
    for (size_t c = SOUND_END + 1; c < SOUNDS; c++)
        tally.sounds += tally.sound[c];

    for (size_t i = 0; i < s->n_groups; i++) {
        struct group *g = &s->group[i];
        for (size_t v = 0; v < g->n_arcs; v++) {
            struct arc *arc = &g->arc[v];
            int sounds = 0;
            for (size_t k = 0; k < 2; k++)
                sounds += arc->sound[k] ? log_sound(&tally, arc->sound[k]) : 0;
            arc->chance = arc->odds - log_fixed(tally.pairs);
            for (size_t k = 0; k < g->len; k++)
                arc->chance -= log_letter(&tally, g->letter[k]);
            arc->odds = arc->chance - sounds;
        }
        qsort(g->arc, g->n_arcs, sizeof *g->arc, by_chance);
    }
    qsort(s->group, s->n_groups, sizeof *s->group, by_letters);
    return 0;
}

static void fill_singles(struct sounds *s)
{
    for (size_t letter = 0; letter < LETTERS; letter++)
        for (size_t sound = 0; sound < SOUNDS; sound++) {
            bool end = is_end(letter, LETTER_START, LETTER_END) || is_end(sound, SOUND_START, SOUND_END);
            s->single[0][letter][sound] = end ? ODDS_IMPOSSIBLE : ODDS_UNSEEN;
        }
    for (size_t i = 0; i < s->n_groups; i++)
        for (size_t v = 0; v < s->group[i].n_arcs && s->group[i].len <= 1; v++)
            if (s->group[i].arc[v].sound[1] == 0)
                s->single[0][s->group[i].letter[0]][s->group[i].arc[v].sound[0]] = s->group[i].arc[v].odds;
}

/* Vowels (and what may write one: y, h, w, v) come and go, and are no evidence either. */
static void loosen_vowels(int single[LETTERS][SOUNDS], const struct sounds *s)
{
    for (const char *v = "aeiouyhwv"; *v; v++)
        raise(&single[letter_code((uint8_t)*v)][0], strchr("hwv", *v) ? NATS(-1.5) : NATS(-0.2));
    for (size_t sound = SOUND_END + 1; sound < SOUNDS; sound++) {
        if (s->consonant_class[sound])
            continue;
        raise(&single[0][sound], NATS(-0.5));
        for (const char *v = "aeiouy"; *v; v++)
            if (single[letter_code((uint8_t)*v)][sound] > 0)
                single[letter_code((uint8_t)*v)][sound] = 0;
    }
}

/* A letter may stand for the other sounds of its class at a small price: rules/sounds.txt [loose]. */
static void loosen_voice(int single[LETTERS][SOUNDS], const struct rules *r)
{
    for (size_t i = 0; i < rules_count(r); i++) {
        const struct rule *rule = rules_at(r, i);
        for (size_t v = 0; v < rule->n_values; v++)
            raise(&single[letter_code(rule->key[0])][sound_code(rule->value[v].p[0])], NATS(0.5));
    }
}

/* "P  p b": class P holds the sounds p and b. T and S are the two that join to one. */
static int load_classes(const struct rules *r, struct sounds *s, uint8_t of_sound[SOUNDS], struct err *err)
{
    for (size_t i = 0; i < rules_count(r); i++) {
        const struct rule *rule = rules_at(r, i);
        if (rule->key_len != 1 || rule->key[0] < 'A' || rule->key[0] > 'Z' || s->n_classes == 15)
            return err_set(err, ERR_CORRUPT, "%s:%zu: a class is one letter A-Z, and there are at most 15", FILE_NAME, rule->line);
        s->class_sign[++s->n_classes] = (char)rule->key[0];
        if (rule->key[0] == 'T')
            s->class_stop = (uint8_t)s->n_classes;
        else if (rule->key[0] == 'S')
            s->class_sibilant = (uint8_t)s->n_classes;
        for (size_t v = 0; v < rule->n_values; v++) {
            int code = rule->value[v].len == 1 ? sound_code(rule->value[v].p[0]) : 0;
            if (code == 0)
                return err_set(err, ERR_CORRUPT, "%s:%zu: value %zu is not one of the signs %s", FILE_NAME, rule->line, v + 1, SOUND_SIGNS);
            of_sound[code] = (uint8_t)s->n_classes;
        }
    }
    return 0;
}

int sounds_open(struct arena *a, const struct rules_set *set, struct sounds **out, struct err *err)
{
    struct sounds *s = arena_new_of(a, struct sounds);
    s->romanised = rules_section(set, FILE_NAME, "romanised");
    for (size_t i = 0; i < rules_count(s->romanised); i++) {
        const struct rule *r = rules_at(s->romanised, i);
        for (size_t v = 0; r->n_values && v < r->value[0].len; v++)
            if (!sound_code(r->value[0].p[v]))
                return err_set(err, ERR_CORRUPT, "%s:%zu: not one of the signs %s", FILE_NAME, r->line, SOUND_SIGNS);
    }
    int rc = load_groups(a, rules_section(set, FILE_NAME, "spellings"), s, err);
    if (rc == 0)
        rc = load_classes(rules_section(set, FILE_NAME, "consonants"), s, s->consonant_class, err);
    if (rc == 0)
        rc = load_classes(rules_section(set, FILE_NAME, "vowels"), s, s->vowel_class, err);
    if (rc < 0)
        return rc;
    s->class_sign[s->class_vowel_first = (uint8_t)(s->n_classes + 1)] = 'A';
    fill_singles(s);
    for (unsigned loose = 1; loose < SOUND_LOOSE_COMBINATIONS; loose++) {
        memcpy(s->single[loose], s->single[0], sizeof s->single[0]);
        if (loose & SOUND_LOOSE_VOWELS)
            loosen_vowels(s->single[loose], s);
        if (loose & SOUND_LOOSE_VOICE)
            loosen_voice(s->single[loose], rules_section(set, FILE_NAME, "loose"));
    }
    for (size_t i = 0; i < s->n_groups; i++) {
        struct group *g = &s->group[i];
        s->starts[g->letter[0] + 1] = (uint16_t)(i + 1);
        while (g->n_arcs && g->arc[g->n_arcs - 1].chance < g->arc[0].chance + CHANCE_WORTHLESS)
            g->n_arcs--;
    }
    for (size_t c = 1; c <= LETTERS; c++)
        if (s->starts[c] < s->starts[c - 1])
            s->starts[c] = s->starts[c - 1];
    *out = s;
    return 0;
}

static bool is_vowel(uint32_t point)
{
    return point && point < 0x80 && strchr("aeiou", (int)point);
}

/* A romanisation, letter by letter, to sounds. A y that touches no vowel is one. */
static size_t sounds_of_romanisation(const struct sounds *s, str latin, uint8_t *sound, size_t max)
{
    static const uint32_t as_vowel[] = {'i'};
    uint32_t point[SOUND_WORD_MAX];
    size_t len = latin.len < SOUND_WORD_MAX ? latin.len : SOUND_WORD_MAX, n = 0;
    for (size_t i = 0; i < len; i++)
        point[i] = (uint8_t)latin.p[i];
    for (size_t i = 0; i < len;) {
        bool vowel = point[i] == 'y' && !(i > 0 && is_vowel(point[i - 1])) && !(i + 1 < len && is_vowel(point[i + 1]));
        const struct rule *rule = vowel ? rules_longest(s->romanised, as_vowel, 1) : rules_longest(s->romanised, point + i, len - i);
        for (size_t k = 0; rule && rule->n_values && k < rule->value[0].len && n < max; k++)
            sound[n++] = (uint8_t)sound_code(rule->value[0].p[k]);
        i += rule ? rule->key_len : 1;
    }
    return n;
}

/* The likeliest sounds of a spelling: for each position the best way to have come there. */
static size_t likeliest_sounds(const struct sounds *s, const uint8_t *letter, size_t n, uint8_t *sound, size_t max)
{
    struct step {
        int best;
        size_t from;
        const struct arc *arc;
    } step[SOUND_WORD_MAX + 1];
    for (size_t i = 0; i <= n; i++)
        step[i] = (struct step){.best = i ? ODDS_IMPOSSIBLE * 2 : 0};
    for (size_t i = 0; i < n; i++)
        for (size_t k = s->starts[letter[i]]; k < s->starts[letter[i] + 1]; k++) {
            const struct group *g = &s->group[k];
            if (g->n_arcs && group_at(g, letter, i, n) && step[i].best + g->arc[0].chance > step[i + g->len].best)
                step[i + g->len] = (struct step){step[i].best + g->arc[0].chance, i, &g->arc[0]};
        }
    uint8_t reversed[2 * SOUND_WORD_MAX + 2] = {0};
    size_t count = 0;
    for (size_t at = n; at > 0 && step[at].arc; at = step[at].from)
        for (size_t k = 2; k-- > 0;)
            if (step[at].arc->sound[k])
                reversed[count++] = step[at].arc->sound[k];
    size_t kept = count < max ? count : max;
    for (size_t i = 0; i < kept; i++)
        sound[i] = reversed[count - 1 - i];
    return kept;
}

void sounds_word(const struct sounds *s, str latin, bool by_sound, struct sound_word *out)
{
    size_t len = 0;
    out->letter[len++] = LETTER_START;
    for (size_t i = 0; i < latin.len && len < SOUND_WORD_MAX - 1; i++)
        if (letter_code((uint8_t)latin.p[i]))
            out->letter[len++] = (uint8_t)letter_code((uint8_t)latin.p[i]);
    out->letter[len++] = LETTER_END;
    out->n_letters = len;
    if (by_sound) {
        out->sound[0] = SOUND_START;
        out->n_sounds = 1 + sounds_of_romanisation(s, latin, out->sound + 1, SOUND_WORD_MAX - 2);
        out->sound[out->n_sounds++] = SOUND_END;
    } else {
        out->n_sounds = likeliest_sounds(s, out->letter, len, out->sound, SOUND_WORD_MAX);
        out->sound[out->n_sounds - 1] = SOUND_END; /* a word that was cut still has an end */
    }
}

/* Arcs that single letters with single sounds do not cover, gathered once for each position. */
struct wide_arc {
    uint8_t len, sound[2];
    int odds;
};
#define WIDE_MAX 48

static size_t wide_arcs(const struct sounds *s, const struct sound_word *w, size_t at, struct wide_arc out[WIDE_MAX])
{
    size_t n = 0;
    for (size_t k = s->starts[w->letter[at]]; k < s->starts[w->letter[at] + 1]; k++) {
        const struct group *g = &s->group[k];
        if (!group_at(g, w->letter, at, w->n_letters))
            continue;
        for (size_t v = 0; v < g->n_arcs && n < WIDE_MAX; v++)
            if (g->len > 1 || g->arc[v].sound[1])
                out[n++] = (struct wide_arc){g->len, {g->arc[v].sound[0], g->arc[v].sound[1]}, g->arc[v].odds};
    }
    return n;
}

double sounds_fit(const struct sounds *s, const struct sound_word *spelling, const struct sound_word *sounds, unsigned loose)
{
    const int(*table)[SOUNDS] = s->single[loose];
    size_t nx = spelling->n_letters, ny = sounds->n_sounds;
    const uint8_t *y = sounds->sound;
    int best[SOUND_WORD_MAX + 1][SOUND_WORD_MAX + 1];
    for (size_t i = 0; i <= nx; i++)
        for (size_t j = 0; j <= ny; j++)
            best[i][j] = ODDS_IMPOSSIBLE * 2;
    best[0][0] = 0;
    for (size_t i = 0; i <= nx; i++) {
        struct wide_arc wide[WIDE_MAX];
        size_t n_wide = i < nx ? wide_arcs(s, spelling, i, wide) : 0;
        const int *single = table[i < nx ? spelling->letter[i] : 0];
        for (size_t j = 0; j <= ny; j++) {
            int here = best[i][j];
            if (here < ODDS_IMPOSSIBLE)
                continue;
            if (j < ny)
                raise(&best[i][j + 1], here + table[0][y[j]]);
            if (i == nx)
                continue;
            raise(&best[i + 1][j], here + single[0]);
            if (i > 0 && spelling->letter[i] == spelling->letter[i - 1])
                raise(&best[i + 1][j], here + (loose & SOUND_LOOSE_VOWELS ? 0 : ODDS_DOUBLED));
            if (j < ny)
                raise(&best[i + 1][j + 1], here + single[y[j]]);
            for (size_t k = 0; k < n_wide; k++) {
                const struct wide_arc *w = &wide[k];
                if (w->sound[0] == 0)
                    raise(&best[i + w->len][j], here + w->odds);
                else if (j < ny && w->sound[0] == y[j] && (!w->sound[1] || (j + 1 < ny && w->sound[1] == y[j + 1])))
                    raise(&best[i + w->len][j + 1 + (w->sound[1] != 0)], here + w->odds);
            }
        }
    }
    return best[nx][ny] * (0.693147180559945 / LOG_ONE_BIT);
}
