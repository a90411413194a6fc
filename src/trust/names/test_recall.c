/* recall: two spellings of a name meet, two names do not, on the invented persons of testdata/.
 *
 * Each file holds pairs name1,name2 of one person: across scripts, or in two Latin spellings (*_latin.csv). The names are put
 * together from common elements with their common spellings. Strangers are made by pairing each first name with the second
 * names of other rows with which it shares no word. The floors lie a little under what was reached when they were set.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "trust/names/names.h"

#define PAIRS_MAX 256
#define STRANGERS_A_ROW 40 /* about 9,000 pairs a file: the nine best of them are the one in a thousand */
#define COLLISIONS_PER_MILLE 1

struct pairs {
    str first[PAIRS_MAX], second[PAIRS_MAX];
    size_t n;
};

static struct names *names;

static int open_names(void **state)
{
    (void)state;
    struct err err = {0};
    if (names_open(&names, &err) < 0) {
        print_error("%s\n", err.text);
        return -1;
    }
    return 0;
}

static int close_names(void **state)
{
    (void)state;
    names_close(names);
    return 0;
}

/* The files hold no quotes: a row is two cells. */
static void load(struct arena *a, const char *name, struct pairs *out)
{
    const char *source = getenv("COMITY_SOURCE");
    struct err err = {0};
    bytes file;
    str path = str_printf(a, "%s/src/trust/names/testdata/%s.csv", source ? source : ".", name);
    if (file_read(a, path.p, 1 << 20, &file, &err) < 0)
        fail_msg("%s", err.text);
    str rest = bytes_str(file), line, first;
    str_split(&rest, '\n', &line); /* the headings */
    out->n = 0;
    while (str_split(&rest, '\n', &line) && line.len) {
        assert_true(out->n < PAIRS_MAX);
        str_split(&line, ',', &first);
        out->first[out->n] = first;
        out->second[out->n++] = line;
    }
}

static bool share_a_word(str x, str y)
{
    for (str word; str_split(&x, ' ', &word);)
        for (str rest = y, other; str_split(&rest, ' ', &other);)
            if (str_eq_nocase(word, other))
                return true;
    return false;
}

/* Two Han names open with one surname, in either form of its character, or share a character. */
static bool share_a_character(str x, str y)
{
    if (!x.len || (uint8_t)x.p[0] < 0xE4 || (uint8_t)x.p[0] > 0xE9)
        return false;
    for (size_t i = 0; i + 3 <= x.len; i += 3)
        for (size_t j = 0; j + 3 <= y.len; j += 3)
            if (str_eq(str_slice(x, i, i + 3), str_slice(y, j, j + 3)))
                return true;
    return false;
}

static double compare(struct arena *a, str x, str y)
{
    struct name_comparison c;
    names_compare(names, a, &(struct name){.full = x}, &(struct name){.full = y}, &c);
    arena_reset(a);
    return c.score;
}

static int falling(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return a < b ? 1 : a > b ? -1 : 0;
}

/* The score that one pair of strangers in a thousand reaches. */
static double chance_score(struct arena *a, const struct pairs *p)
{
    static double score[PAIRS_MAX * STRANGERS_A_ROW];
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++)
        for (size_t step = 1; step <= STRANGERS_A_ROW; step++) {
            size_t j = (i + step * 7 + step * step) % p->n;
            if (share_a_word(p->first[i], p->first[j]) || share_a_word(p->second[i], p->second[j]) ||
                share_a_word(p->first[i], p->second[j]) || share_a_word(p->second[i], p->first[j]) ||
                share_a_character(p->first[i], p->first[j]))
                continue;
            score[n++] = compare(a, p->first[i], p->second[j]);
        }
    assert_true(n > 2000);
    qsort(score, n, sizeof *score, falling);
    return score[n * COLLISIONS_PER_MILLE / 1000];
}

/* All words of the name with fewer words share a skeleton with a word of the other. */
static bool meet_blindly(struct arena *a, str x, str y)
{
    struct name_forms f, g;
    names_forms(names, a, &(struct name){.full = x}, &f);
    names_forms(names, a, &(struct name){.full = y}, &g);
    const struct name_forms *less = f.n <= g.n ? &f : &g, *more = f.n <= g.n ? &g : &f;
    size_t met = 0;
    for (size_t i = 0; i < less->n; i++) {
        bool found = false;
        for (size_t j = 0; j < more->n; j++)
            for (size_t p = 0; p < less->tokens[i].n_skeletons; p++)
                for (size_t q = 0; q < more->tokens[j].n_skeletons; q++)
                    found = found || str_eq(less->tokens[i].skeleton[p], more->tokens[j].skeleton[q]);
        met += found;
    }
    bool all = less->n > 0 && met == less->n;
    arena_reset(a);
    return all;
}

static void check(const char *file, double recall_floor, double blind_floor)
{
    struct arena *texts = arena_new(), *scratch = arena_new();
    struct pairs p;
    load(texts, file, &p);
    double threshold = chance_score(scratch, &p), found = 0, blind = 0;
    for (size_t i = 0; i < p.n; i++) {
        found += compare(scratch, p.first[i], p.second[i]) > threshold;
        blind += meet_blindly(scratch, p.first[i], p.second[i]);
    }
    found /= (double)p.n;
    blind /= (double)p.n;
    print_message("# %s: %zu pairs, recall %.3f above the score %.3f of one in a thousand strangers; by skeleton %.3f\n", file, p.n,
                  found, threshold, blind);
    arena_free(texts);
    arena_free(scratch);
    if (found < recall_floor || blind < blind_floor)
        fail_msg("%s: recall %.3f (floor %.2f), by skeleton %.3f (floor %.2f)", file, found, recall_floor, blind, blind_floor);
}

static void test_khmer(void **state)
{
    (void)state;
    check("khmer", .92, .90);
    check("khmer_latin", .70, .72);
}

static void test_thai(void **state)
{
    (void)state;
    check("thai", .95, .95);
    check("thai_latin", .92, .93);
}

static void test_lao(void **state)
{
    (void)state;
    check("lao", .92, .93);
}

static void test_burmese(void **state)
{
    (void)state;
    check("burmese", .90, .85);
}

static void test_vietnamese(void **state)
{
    (void)state;
    check("vietnamese", .94, .94);
}

static void test_chinese(void **state)
{
    (void)state;
    check("chinese", .75, .50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_khmer),   cmocka_unit_test(test_thai),       cmocka_unit_test(test_lao),
        cmocka_unit_test(test_burmese), cmocka_unit_test(test_vietnamese), cmocka_unit_test(test_chinese),
    };
    return cmocka_run_group_tests_name("recall", tests, open_names, close_names);
}
