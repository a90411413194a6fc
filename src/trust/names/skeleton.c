/* skeleton: the likeliest consonant skeletons of a spelling.
 *
 * A beam walks over the letters; each way to read what was passed is a hypothesis: the skeleton so far and the chance.
 * A skeleton is the classes of the consonants, "A" first if the word begins with a vowel; a class twice in a row counts
 * once; a stop and the sibilant after it (ts, dzh, tch) are one sound. Words of few consonants, of which there are many
 * alike, also keep the class of their first vowel, at the end: Li LI, Lo LU.
 */
#include "trust/names/sounds_internal.h"

#include <string.h>

#define BEAM 5
#define CLASS_BITS 4
#define CLASSES_MAX 15 /* in one skeleton: they fill one 64-bit word with room to append the vowel */
#define CHANCE_GAP NATS(2.2)    /* a skeleton rarer than the first by more than this is not worth a key */
#define VOWEL_CONSONANTS_MAX 2 /* words of at most so many consonants keep their vowel */

struct hypothesis {
    uint64_t classes; /* the last one lowest */
    uint8_t n;
    uint8_t consonants;
    uint8_t vowel;    /* class of the first vowel, 0: none yet */
    bool begun;       /* a sound has come */
    bool touching;    /* the last sound was a consonant */
    int chance;
};

static void hear(const struct sounds *s, struct hypothesis *h, uint8_t sound)
{
    uint8_t class = s->consonant_class[sound], last = h->classes & 15;
    if (sound <= SOUND_END)
        return;
    if (class == 0) {
        if (!h->begun) {
            h->classes = s->class_vowel_first;
            h->n = 1;
        }
        if (h->vowel == 0)
            h->vowel = s->vowel_class[sound];
    } else if (h->touching && class == s->class_sibilant && last == s->class_stop) {
        h->classes += (uint64_t)s->class_sibilant - s->class_stop;
    } else if (h->n < CLASSES_MAX && !(h->consonants && class == last)) {
        h->classes = h->classes << CLASS_BITS | class;
        h->n++;
        h->consonants++;
    }
    h->begun = true;
    h->touching = class != 0;
}

/* 1024 log2(2^(a/1024) + 2^(b/1024)), from a table of log2(1 + 2^-d) in quarter bits. */
static int log_add(int a, int b)
{
    static const int16_t extra[] = {1024, 903, 792, 691, 599, 516, 443, 379, 330, 280, 237, 202, 174, 147, 124, 105, 90, 75, 63, 54, 45};
    int high = a > b ? a : b, steps = (high == a ? a - b : b - a) / (LOG_ONE_BIT / 4);
    return steps < (int)(sizeof extra / sizeof extra[0]) ? high + extra[steps] : high;
}

static bool alike(const struct hypothesis *a, const struct hypothesis *b)
{
    return a->classes == b->classes && a->n == b->n && a->vowel == b->vowel && a->begun == b->begun && a->touching == b->touching;
}

/* Puts h among the at most max best of set; equal ones join their chances. */
static size_t keep(struct hypothesis *set, size_t n, size_t max, const struct hypothesis *h)
{
    size_t worst = 0;
    for (size_t i = 0; i < n; i++) {
        if (alike(&set[i], h)) {
            set[i].chance = log_add(set[i].chance, h->chance);
            return n;
        }
        if (set[i].chance < set[worst].chance)
            worst = i;
    }
    if (n < max)
        set[n++] = *h;
    else if (h->chance > set[worst].chance)
        set[worst] = *h;
    return n;
}

static size_t walk(const struct sounds *s, const uint8_t *letter, size_t len, struct hypothesis out[BEAM])
{
    struct hypothesis beam[GROUP_MAX + 1][BEAM]; /* a ring: positions i .. i + GROUP_MAX */
    size_t n[GROUP_MAX + 1] = {1};
    beam[0][0] = (struct hypothesis){0};
    for (size_t i = 0; i < len; i++) {
        size_t here = i % (GROUP_MAX + 1);
        for (size_t k = s->starts[letter[i]]; k < s->starts[letter[i] + 1]; k++) {
            const struct group *g = &s->group[k];
            if (!group_at(g, letter, i, len))
                continue;
            size_t to = (i + g->len) % (GROUP_MAX + 1);
            for (size_t v = 0; v < g->n_arcs; v++)
                for (size_t b = 0; b < n[here]; b++) {
                    struct hypothesis h = beam[here][b];
                    h.chance += g->arc[v].chance;
                    hear(s, &h, g->arc[v].sound[0]);
                    hear(s, &h, g->arc[v].sound[1]);
                    n[to] = keep(beam[to], n[to], BEAM, &h);
                }
        }
        n[here] = 0;
    }
    size_t end = len % (GROUP_MAX + 1);
    memcpy(out, beam[end], n[end] * sizeof *out);
    return n[end];
}

/* The signs of a hypothesis, first to last, with the vowel where it is kept. */
static str spell(const struct sounds *s, struct arena *a, const struct hypothesis *h)
{
    char *p = arena_alloc(a, CLASSES_MAX + 2);
    size_t len = 0;
    for (size_t i = h->n; i-- > 0;)
        p[len++] = s->class_sign[h->classes >> (i * CLASS_BITS) & 15];
    if (h->consonants <= VOWEL_CONSONANTS_MAX && h->vowel)
        p[len++] = s->class_sign[h->vowel];
    return (str){p, len};
}

size_t sounds_skeletons(const struct sounds *s, struct arena *a, str latin, bool by_sound, str out[NAMES_SKELETONS_MAX])
{
    struct sound_word word;
    struct hypothesis found[BEAM], ends[BEAM];
    size_t n = 0, count = 0;
    sounds_word(s, latin, by_sound, &word);
    if (by_sound) {
        found[0] = (struct hypothesis){0};
        for (size_t i = 0; i < word.n_sounds; i++)
            hear(s, &found[0], word.sound[i]);
        n = 1;
    } else {
        n = walk(s, word.letter, word.n_letters, found);
    }
    /* What tells hypotheses apart on the way (the vowel of a long word) no longer does at the end. */
    size_t n_ends = 0;
    for (size_t i = 0; i < n; i++) {
        if (found[i].consonants > VOWEL_CONSONANTS_MAX)
            found[i].vowel = 0;
        found[i].touching = false;
        n_ends = keep(ends, n_ends, BEAM, &found[i]);
    }
    int best = 0;
    while (n_ends > 0 && count < NAMES_SKELETONS_MAX) {
        size_t top = 0;
        for (size_t i = 1; i < n_ends; i++)
            if (ends[i].chance > ends[top].chance || (ends[i].chance == ends[top].chance && ends[i].classes < ends[top].classes))
                top = i;
        if (count == 0)
            best = ends[top].chance;
        if (ends[top].chance < best - CHANCE_GAP)
            break;
        if (ends[top].n || ends[top].vowel)
            out[count++] = spell(s, a, &ends[top]);
        ends[top] = ends[--n_ends];
    }
    return count;
}
