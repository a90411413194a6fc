/* bench_names: how many names are found again in another script, when of random pairs one in a thousand may be found too.
 *
 *     COMITY_DATA=../shared/data bench_names
 *
 * Ours twice: by key (some skeleton of each word of the shorter name equal, as the blind question asks) and by names_compare
 * at the threshold that random pairs reach once in a thousand. Beside: ICU's Any-Latin to lower-case ASCII, words sorted,
 * Levenshtein distance over length, with its own threshold set the same way. Then microseconds a name and a comparison.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "ground/csv/csv.h"
#include "trust/names/names.h"

#define RANDOM_PAIRS 20000
#define COLLISIONS 1e-3
#define PEER_MAX 256
#define TOKEN_PAIRS_MAX 20000 /* of the 131,000 of wd_russian: every sixth */

struct written {
    str id, text;
    struct name_forms forms;
    char latin[PEER_MAX]; /* what the peer compares */
};

struct pair_set {
    struct written *x, *y; /* x[i] and y[i] are one name */
    size_t n, cap;
};

static _Noreturn void die(const char *text)
{
    fprintf(stderr, "bench_names: %s\n", text);
    exit(1);
}

static uint64_t next(uint64_t *state) /* splitmix64: the same pairs every time */
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- the peer ----------------------------------------------------------------------------------------------------- */

static UTransliterator *any_latin(void)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar id[64];
    u_uastrcpy(id, "Any-Latin; Latin-ASCII; Lower");
    UTransliterator *t = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_FAILURE(status))
        die("ICU has no Any-Latin");
    return t;
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static void peer_latin(UTransliterator *t, struct arena *a, str text, char out[PEER_MAX])
{
    UChar u[4 * PEER_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = 0;
    u_strFromUTF8WithSub(u, PEER_MAX, &len, text.p, (int32_t)text.len, 0xFFFD, NULL, &status);
    int32_t limit = len;
    if (U_SUCCESS(status))
        utrans_transUChars(t, u, &len, 4 * PEER_MAX, 0, &limit, &status);
    str word[32] = {0};
    size_t n = 0;
    char *plain = arena_alloc(a, (size_t)len + 1);
    for (int32_t i = 0, start = 0; U_SUCCESS(status) && i <= len && n < 32; i++) {
        bool letter = i < len && u[i] >= 'a' && u[i] <= 'z';
        plain[i] = letter ? (char)u[i] : 0;
        if (letter)
            continue;
        if (i > start)
            word[n++] = (str){plain + start, (size_t)(i - start)};
        start = i + 1;
    }
    qsort(word, n, sizeof *word, by_text);
    size_t at = 0;
    for (size_t i = 0; i < n && at + word[i].len + 2 < PEER_MAX; at += word[i++].len) {
        if (i)
            out[at++] = ' ';
        memcpy(out + at, word[i].p, word[i].len);
    }
    out[at] = 0;
}

static double peer_likeness(const char *x, const char *y)
{
    size_t nx = strlen(x), ny = strlen(y), row[PEER_MAX + 1];
    for (size_t j = 0; j <= ny; j++)
        row[j] = j;
    for (size_t i = 1; i <= nx; i++) {
        size_t diagonal = row[0]++;
        for (size_t j = 1; j <= ny; j++) {
            size_t best = diagonal + (x[i - 1] != y[j - 1]);
            diagonal = row[j];
            best = best < row[j] + 1 ? best : row[j] + 1;
            row[j] = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
        }
    }
    size_t longest = nx > ny ? nx : ny;
    return longest ? 1 - (double)row[ny] / (double)longest : 0;
}

/* --- ours --------------------------------------------------------------------------------------------------------- */

static bool token_meets(const struct name_token *t, const struct name_forms *f)
{
    for (size_t i = 0; i < f->n; i++)
        for (size_t a = 0; a < t->n_skeletons; a++)
            for (size_t b = 0; b < f->tokens[i].n_skeletons; b++)
                if (str_eq(t->skeleton[a], f->tokens[i].skeleton[b]))
                    return true;
    return false;
}

/* Every word that matters of the name that has fewer finds an equal skeleton in the other. */
static bool keys_meet(const struct written *x, const struct written *y)
{
    const struct name_forms *few = &x->forms, *many = &y->forms;
    if (few->n > many->n) {
        few = &y->forms;
        many = &x->forms;
    }
    size_t asked = 0;
    for (size_t i = 0; i < few->n; i++) {
        if (few->tokens[i].minor || few->tokens[i].initial)
            continue;
        asked++;
        if (!token_meets(&few->tokens[i], many))
            return false;
    }
    return asked > 0;
}

struct judge {
    struct names *names;
    struct arena *scratch;
};

static double by_key(struct judge *j, const struct written *x, const struct written *y)
{
    (void)j;
    return keys_meet(x, y);
}

static double by_compare(struct judge *j, const struct written *x, const struct written *y)
{
    struct name_comparison c;
    names_compare(j->names, j->scratch, &(struct name){.full = x->text}, &(struct name){.full = y->text}, &c);
    arena_reset(j->scratch);
    return c.score;
}

static double by_peer(struct judge *j, const struct written *x, const struct written *y)
{
    (void)j;
    return peer_likeness(x->latin, y->latin);
}

static int downwards(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

struct finding {
    double recall, collisions;
};

/* Recall above the score that a share of COLLISIONS of random pairs exceeds. A yes or no has one threshold only. */
static struct finding measure(struct judge *j, const struct pair_set *set, double (*score)(struct judge *, const struct written *, const struct written *))
{
    static double random_score[RANDOM_PAIRS];
    uint64_t random = 2026;
    size_t n = 0, found = 0, over = 0;
    while (n < RANDOM_PAIRS) {
        size_t a = next(&random) % set->n, b = next(&random) % set->n;
        if (!str_eq(set->x[a].id, set->x[b].id))
            random_score[n++] = score(j, &set->x[a], &set->y[b]);
    }
    qsort(random_score, n, sizeof *random_score, downwards);
    double threshold = score == by_key ? 0.5 : random_score[(size_t)(COLLISIONS * (double)n)];
    for (size_t i = 0; i < n; i++)
        over += random_score[i] > threshold;
    for (size_t i = 0; i < set->n; i++)
        found += score(j, &set->x[i], &set->y[i]) > threshold;
    return (struct finding){(double)found / (double)set->n, (double)over / (double)n};
}

/* --- the data ----------------------------------------------------------------------------------------------------- */

struct bench {
    struct arena *a;
    struct judge judge;
    UTransliterator *any_latin;
};

static struct written written(struct bench *b, str id, str text)
{
    struct written w = {.id = str_dup(b->a, id), .text = str_dup(b->a, text)};
    names_forms(b->judge.names, b->a, &(struct name){.full = w.text}, &w.forms);
    peer_latin(b->any_latin, b->a, w.text, w.latin);
    return w;
}

static void add_pair(struct pair_set *set, struct arena *a, struct written x, struct written y)
{
    if (set->n == set->cap) {
        size_t cap = set->cap ? 2 * set->cap : 256;
        set->x = arena_grow(a, set->x, set->cap * sizeof *set->x, cap * sizeof *set->x);
        set->y = arena_grow(a, set->y, set->cap * sizeof *set->y, cap * sizeof *set->y);
        set->cap = cap;
    }
    set->x[set->n] = x;
    set->y[set->n++] = y;
}

/* Rows of one person stand together or apart; the columns are wikidata_id, birth_date, gender, lang, name. */
struct row {
    str id, lang, name;
};

static size_t read_people(struct arena *a, const char *path, struct row **out)
{
    struct csv *csv;
    struct csv_row row;
    struct err err = {0};
    size_t n = 0, cap = 32768;
    *out = arena_array(a, struct row, cap);
    if (csv_open(path, NULL, &csv, &err) < 0)
        die(err.text);
    while (csv_next(csv, &row, &err) > 0 && n < cap)
        if (!row.error && row.n == 5)
            (*out)[n++] = (struct row){str_dup(a, row.cells[0]), str_dup(a, row.cells[3]), str_dup(a, row.cells[4])};
    csv_close(csv);
    return n;
}

static int by_id(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int order = str_cmp(x->id, y->id);
    return order ? order : str_cmp(x->name, y->name);
}

static struct pair_set people_in(struct bench *b, const struct row *rows, size_t n, str lang)
{
    struct pair_set set = {0};
    for (size_t i = 0, end; i < n; i = end) {
        const struct row *english = NULL;
        for (end = i; end < n && str_eq(rows[end].id, rows[i].id); end++)
            if (!english && str_eq(rows[end].lang, STR("en")))
                english = &rows[end];
        for (size_t k = i; english && k < end; k++)
            if (str_eq(rows[k].lang, lang))
                add_pair(&set, b->a, written(b, rows[k].id, english->name), written(b, rows[k].id, rows[k].name));
    }
    return set;
}

/* "latin<TAB>с п а ц е д<TAB>count" */
static struct pair_set russian_words(struct bench *b, str file)
{
    struct pair_set set = {0};
    str line, latin, spaced;
    for (size_t line_no = 0; str_split(&file, '\n', &line) && set.n < TOKEN_PAIRS_MAX; line_no++) {
        if (line_no % 6 || !str_split(&line, '\t', &latin) || !str_split(&line, '\t', &spaced))
            continue;
        struct buf joined = buf_new(b->a);
        for (size_t i = 0; i < spaced.len; i++)
            if (spaced.p[i] != ' ')
                buf_byte(&joined, spaced.p[i]);
        str id = str_printf(b->a, "%zu", line_no);
        add_pair(&set, b->a, written(b, id, latin), written(b, id, buf_str(&joined)));
    }
    return set;
}

static void report(struct bench *b, const char *what, const struct pair_set *set, const char *reach)
{
    if (set->n < 5)
        return;
    struct finding key = measure(&b->judge, set, by_key), compare = measure(&b->judge, set, by_compare), peer = measure(&b->judge, set, by_peer);
    printf("%-28s %6zu   %.3f (%.1e)   %.3f   %.3f   %.2f\n", what, set->n, key.recall, key.collisions, compare.recall, peer.recall,
           peer.recall > 0 ? compare.recall / peer.recall : 0);
    if (reach)
        printf("figure\trecall at 1e-3, %s\t%.3f\t%.3f\t%.2f\t%s\n", what, compare.recall, peer.recall,
               peer.recall > 0 ? compare.recall / peer.recall : 0, reach);
}

static void speed(struct bench *b, const struct pair_set *set)
{
    if (set->n == 0)
        return;
    struct arena *a = arena_new();
    struct name_forms forms;
    double start = seconds();
    for (size_t i = 0; i < set->n; i++) {
        names_forms(b->judge.names, a, &(struct name){.full = set->x[i].text}, &forms);
        arena_reset(a);
    }
    double one = (seconds() - start) * 1e6 / (double)set->n;
    start = seconds();
    for (size_t i = 0; i < set->n; i++)
        by_compare(&b->judge, &set->x[i], &set->y[i]);
    double two = (seconds() - start) * 1e6 / (double)set->n;
    printf("\n%.1f us a Latin name to its forms, %.1f us a comparison\n", one, two);
    printf("figure\tnames: us a whole Latin name to its forms\t%.1f\t-\t-\t10\n", one);
    printf("figure\tnames: us a comparison of whole names\t%.1f\t-\t-\t30\n", two);
    arena_free(a);
}

int main(void)
{
    static const struct {
        const char *lang, *what, *reach;
    } langs[] = {
        {"ru", "Russian", ">= .90"}, {"uk", "Ukrainian", ">= .90"}, {"bg", "Bulgarian", ">= .90"}, {"be", "Belarusian", NULL},
        {"sr", "Serbian", NULL},     {"mk", "Macedonian", NULL},    {"kk", "Kazakh", NULL},        {"el", "Greek", ">= .90"},
        {"vi", "Vietnamese", ">= .90"}, {"th", "Thai", ">= .75"},   {"km", "Khmer", ">= .75"},     {"my", "Burmese", NULL},
        {"zh", "Han", "what can be had"}, {"ja", "Japanese", NULL}, {"ko", "Korean", NULL},        {"ar", "Arabic", NULL},
        {"fa", "Persian", NULL},     {"he", "Hebrew", NULL},        {"ka", "Georgian", NULL},      {"hy", "Armenian", NULL},
        {"hi", "Hindi", NULL},       {"bn", "Bengali", NULL},       {"ta", "Tamil", NULL},
    };
    const char *data = getenv("COMITY_DATA");
    struct bench b = {.a = arena_new(), .judge = {.scratch = arena_new()}, .any_latin = any_latin()};
    struct err err = {0};
    if (!data)
        data = "../shared/data";
    const char *people = str_printf(b.a, "%s/names/everypolitician_train.csv", data).p;
    const char *words = str_printf(b.a, "%s/names/wd_russian_80.tsv", data).p;
    if (!file_exists(people) || !file_exists(words)) {
        printf("skipped: no names under %s; set COMITY_DATA to the folder with the data for benchmarks\n", data);
        return 0;
    }
    if (names_open(&b.judge.names, &err) < 0)
        die(err.text);
    printf("%-28s %6s   %-17s   %-5s   %-5s   %s\n", "Latin against", "pairs", "key (collisions)", "ours", "ICU", "ratio");
    bytes file;
    if (file_read(b.a, words, 1 << 26, &file, &err) < 0)
        die(err.text);
    struct pair_set russian = russian_words(&b, bytes_str(file));
    report(&b, "Cyrillic, single words", &russian, ">= .90");
    struct pair_set first = {0};
    struct row *rows;
    size_t n = read_people(b.a, people, &rows);
    qsort(rows, n, sizeof *rows, by_id);
    for (size_t i = 0; i < sizeof langs / sizeof langs[0]; i++) {
        struct pair_set set = people_in(&b, rows, n, str_from(langs[i].lang));
        report(&b, langs[i].what, &set, langs[i].reach);
        if (i == 0)
            first = set;
    }
    speed(&b, &first);
    names_close(b.judge.names);
    utrans_close(b.any_latin);
    arena_free(b.judge.scratch);
    arena_free(b.a);
    return 0;
}
