/* learn_sounds: counts how spellings sound, for src/trust/names/rules/sounds.txt [spellings].
 *
 *     learn_sounds PAIRS.tsv > spellings.txt
 *
 * Each line: a word in Latin letters, a tab, the same word in a script that writes foreign names by sound (blanks within it
 * are passed over), and whatever else behind another tab. The sounds are those of the program's own romaniser.
 *
 * Expectation maximisation over alignments of groups (up to 4 letters with up to 2 sounds), after Jiampojamarn, Kondrak and
 * Sherif, "Applying many-to-many alignments and hidden Markov models to letter-to-phoneme conversion", NAACL-HLT 2007. Longer
 * groups pay a price, as they explain more at once; from the third round on a pair counts as much as it is likely to be one.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/names/names_internal.h"
#include "trust/names/sounds_internal.h"

#define ROUNDS 6
#define DOUBT_FROM 2          /* rounds before pairs are doubted */
#define DOUBT_EVIDENCE 0.0    /* nats: log-odds, prices included, at which a pair is as likely as not */
#define LENGTH_PRICE 0.15     /* for each letter or sound beyond the first of a group */
#define GROUP_COUNT_MIN 12    /* occurrences that a group of several needs */
#define SINGLE_COUNT_MIN 3    /* and that a single letter with a single sound needs */
#define VALUES_MAX 30         /* of one line; the loader takes 40 */
#define SOUNDS_MAX 2
#define SLOTS (1u << 22)

struct cell {
    uint64_t key; /* 4 letters and 2 sounds, a byte each, and a bit so that no key is 0 */
    double chance, count;
};

struct pair {
    struct sound_word word; /* letters of the spelling, sounds of the other */
    double weight;
};

static struct cell *cells;

static _Noreturn void die(const char *text)
{
    fprintf(stderr, "learn_sounds: %s\n", text);
    exit(1);
}

static struct cell *cell(const uint8_t *letter, size_t n_letters, const uint8_t *sound, size_t n_sounds)
{
    uint64_t key = 1;
    for (size_t i = 0; i < GROUP_MAX; i++)
        key = key << 8 | (i < n_letters ? letter[i] : 0);
    for (size_t i = 0; i < SOUNDS_MAX; i++)
        key = key << 8 | (i < n_sounds ? sound[i] : 0);
    size_t at = key * 0x9E3779B97F4A7C15u >> 42;
    while (cells[at].key && cells[at].key != key)
        at = (at + 1) & (SLOTS - 1);
    if (!cells[at].key) { /* before anything is known, groups of equal length are likelier, silence less so */
        size_t longer = n_letters > n_sounds ? n_letters : n_sounds;
        cells[at].key = key;
        cells[at].chance = (n_letters == n_sounds ? 1 : 0.3) * pow(0.02, (double)longer) * (n_letters && n_sounds ? 1 : 0.05);
    }
    return &cells[at];
}

/* Ends of words meet ends only, and nothing does not meet nothing. */
static bool allowed(const struct sound_word *w, size_t i, size_t n_letters, size_t j, size_t n_sounds)
{
    if (n_letters + n_sounds == 0 || (n_letters == 0 && n_sounds > 1) || (n_sounds == 0 && n_letters > 2))
        return false;
    bool starts = n_letters && i == 0, sounds_start = n_sounds && j == 0;
    bool ends = n_letters && i + n_letters == w->n_letters, sounds_end = n_sounds && j + n_sounds == w->n_sounds;
    return starts == sounds_start && ends == sounds_end;
}

static double price(size_t n_letters, size_t n_sounds)
{
    return pow(LENGTH_PRICE, (double)((n_letters > 1 ? n_letters - 1 : 0) + (n_sounds > 1 ? n_sounds - 1 : 0)));
}

struct step {
    struct cell *cell;
    double chance;
};
static struct step steps[SOUND_WORD_MAX + 1][SOUND_WORD_MAX + 1][GROUP_MAX + 1][SOUNDS_MAX + 1];

/* Forward and backward sums over all alignments; adds the expected counts. Returns log P, or -inf if nothing aligns. */
static double expect(const struct pair *p)
{
    static double forward[SOUND_WORD_MAX + 1][SOUND_WORD_MAX + 1], backward[SOUND_WORD_MAX + 1][SOUND_WORD_MAX + 1];
    const struct sound_word *w = &p->word;
    memset(forward, 0, sizeof forward);
    memset(backward, 0, sizeof backward);
    forward[0][0] = backward[w->n_letters][w->n_sounds] = 1;
    for (size_t i = 0; i <= w->n_letters; i++)
        for (size_t j = 0; j <= w->n_sounds; j++)
            for (size_t l = 0; l <= GROUP_MAX && i + l <= w->n_letters; l++)
                for (size_t s = 0; s <= SOUNDS_MAX && j + s <= w->n_sounds; s++) {
                    struct step *step = &steps[i][j][l][s];
                    step->chance = 0;
                    if (!allowed(w, i, l, j, s))
                        continue;
                    step->cell = cell(w->letter + i, l, w->sound + j, s);
                    step->chance = step->cell->chance * price(l, s);
                    forward[i + l][j + s] += forward[i][j] * step->chance;
                }
    double all = forward[w->n_letters][w->n_sounds];
    if (!(all > 0))
        return -INFINITY;
    for (size_t i = w->n_letters + 1; i-- > 0;)
        for (size_t j = w->n_sounds + 1; j-- > 0;)
            for (size_t l = 0; l <= GROUP_MAX && i + l <= w->n_letters; l++)
                for (size_t s = 0; s <= SOUNDS_MAX && j + s <= w->n_sounds; s++) {
                    const struct step *step = &steps[i][j][l][s];
                    double part = step->chance > 0 ? step->chance * backward[i + l][j + s] : 0;
                    if (!(part > 0))
                        continue;
                    backward[i][j] += part;
                    step->cell->count += p->weight * forward[i][j] * part / all;
                }
    return log(all);
}

/* log P of the two words by chance: each letter and sound as often as it is. */
static double by_chance(const struct pair *p, const double letter[LETTERS], const double sound[SOUNDS])
{
    double sum = 0;
    for (size_t i = 1; i + 1 < p->word.n_letters; i++)
        sum += log(letter[p->word.letter[i]]);
    for (size_t i = 1; i + 1 < p->word.n_sounds; i++)
        sum += log(sound[p->word.sound[i]]);
    return sum;
}

static size_t read_pairs(const struct names *n, struct arena *a, str file, struct pair **out)
{
    str line, latin, other;
    size_t count = 0, cap = 1;
    for (size_t i = 0; i < file.len; i++)
        cap += file.p[i] == '\n';
    *out = arena_array(a, struct pair, cap);
    struct arena *scratch = arena_new();
    while (str_split(&file, '\n', &line)) {
        if (!str_split(&line, '\t', &latin) || !str_split(&line, '\t', &other))
            continue;
        struct buf joined = buf_new(scratch);
        for (size_t i = 0; i < other.len; i++)
            if (other.p[i] != ' ')
                buf_byte(&joined, other.p[i]);
        struct name_forms x, y;
        names_tokens(n, scratch, &(struct name){.full = latin}, false, &x);
        names_tokens(n, scratch, &(struct name){.full = buf_str(&joined)}, false, &y);
        if (x.n == 1 && y.n == 1 && !x.tokens[0].by_sound && y.tokens[0].by_sound) {
            struct sound_word sounds;
            struct pair *p = &(*out)[count++];
            sounds_word(n->sounds, x.tokens[0].latin[0], false, &p->word);
            sounds_word(n->sounds, y.tokens[0].latin[0], true, &sounds);
            memcpy(p->word.sound, sounds.sound, sizeof sounds.sound);
            p->word.n_sounds = sounds.n_sounds;
            p->weight = 1;
        }
        arena_reset(scratch);
    }
    arena_free(scratch);
    return count;
}

static void learn(struct pair *pairs, size_t n)
{
    double letter[LETTERS] = {0}, sound[SOUNDS] = {0};
    size_t n_letters = 0, n_sounds = 0;
    for (size_t p = 0; p < n; p++) {
        for (size_t i = 1; i + 1 < pairs[p].word.n_letters; i++, n_letters++)
            letter[pairs[p].word.letter[i]]++;
        for (size_t i = 1; i + 1 < pairs[p].word.n_sounds; i++, n_sounds++)
            sound[pairs[p].word.sound[i]]++;
    }
    for (size_t i = 0; i < LETTERS; i++)
        letter[i] /= (double)n_letters;
    for (size_t i = 0; i < SOUNDS; i++)
        sound[i] /= (double)n_sounds;
    for (int round = 0; round < ROUNDS; round++) {
        double sum = 0, all = 0;
        for (size_t p = 0; p < n; p++) {
            double together = expect(&pairs[p]);
            sum += isfinite(together) ? together : 0;
            if (round >= DOUBT_FROM)
                pairs[p].weight = isfinite(together) ? 1 / (1 + exp(DOUBT_EVIDENCE - together + by_chance(&pairs[p], letter, sound))) : 0;
        }
        for (size_t i = 0; i < SLOTS; i++)
            all += cells[i].count;
        bool last = round + 1 == ROUNDS;
        for (size_t i = 0; i < SLOTS; i++) {
            cells[i].chance = cells[i].count / all < 1e-9 ? 0 : cells[i].count / all;
            cells[i].count = last ? cells[i].count : 0;
        }
        fprintf(stderr, "round %d: %.3f nats a pair\n", round + 1, sum / (double)n);
    }
}

static char letter_sign(unsigned code)
{
    return code == LETTER_START ? '^' : code == LETTER_END ? '$' : (char)('a' + code - 1);
}

static int by_group(const void *a, const void *b) /* shorter groups first, then by letters, then by falling count */
{
    const struct cell *x = a, *y = b;
    uint64_t gx = x->key >> 16, gy = y->key >> 16;
    int lx = 0, ly = 0;
    for (int i = 0; i < GROUP_MAX; i++) {
        lx += (gx >> 8 * i & 255) != 0;
        ly += (gy >> 8 * i & 255) != 0;
    }
    if (lx != ly)
        return lx - ly;
    if (gx != gy)
        return gx < gy ? -1 : 1;
    return (x->count < y->count) - (x->count > y->count);
}

static bool worth_printing(const struct cell *c)
{
    bool single = !(c->key >> 32 & 255) && !(c->key & 255); /* no second letter, no second sound */
    return c->key && c->count >= (single ? SINGLE_COUNT_MIN : GROUP_COUNT_MIN);
}

static void print_cells(void)
{
    size_t n = 0, values = 0;
    for (size_t i = 0; i < SLOTS; i++)
        if (worth_printing(&cells[i]))
            cells[n++] = cells[i];
    qsort(cells, n, sizeof *cells, by_group);
    for (size_t i = 0; i < n; i++) {
        uint64_t key = cells[i].key;
        if (i == 0 || key >> 16 != cells[i - 1].key >> 16) {
            char group[GROUP_MAX + 1] = "-";
            for (size_t k = 0, at = 0; k < GROUP_MAX; k++)
                if (key >> (40 - 8 * k) & 255)
                    group[at++] = letter_sign(key >> (40 - 8 * k) & 255);
            printf("%s%-6s", i ? "\n" : "", group);
            values = 0;
        }
        if (values++ >= VALUES_MAX)
            continue;
        char sounds[SOUNDS_MAX + 1] = "-";
        for (size_t k = 0, at = 0; k < SOUNDS_MAX; k++)
            if (key >> (8 - 8 * k) & 255)
                sounds[at++] = SOUND_SIGNS[key >> (8 - 8 * k) & 255];
        printf(" %s:%.0f", sounds, cells[i].count);
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: learn_sounds PAIRS.tsv > spellings.txt\n");
        return 2;
    }
    struct arena *a = arena_new();
    struct names *names;
    struct err err = {0};
    bytes file;
    struct pair *pairs;
    if (names_open(&names, &err) < 0 || file_read(a, argv[1], 1 << 28, &file, &err) < 0)
        die(err.text);
    cells = mem_calloc(SLOTS, sizeof *cells);
    size_t n = read_pairs(names, a, bytes_str(file), &pairs);
    if (n == 0)
        die("no pair of a Latin word and one in another script");
    fprintf(stderr, "%zu pairs\n", n);
    learn(pairs, n);
    print_cells();
    free(cells);
    names_close(names);
    arena_free(a);
    return 0;
}
