/* bench_search: local search over n invented persons, as fast as typing?
 *
 *     bench_search [PERSONS [QUERIES]]       default 1,000,000 and 400 persons typed letter by letter
 *
 * Makes a vault and an index in a folder under /tmp, then types the name of random persons as an operator would: some of the
 * family name, a given name, now and then a birth year, with spelling slips; a query per keystroke. Prints p50, p95, p99.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust/match/search.h"

#define BATCH 50000

static const char *const families[] = { /* the first are the commonest, as in life */
    "Nguyen", "Sok", "Tran", "Chan", "Le", "Chea", "Pham", "Kim", "Wang", "Li", "Somboon", "Srisai", "Petrov", "Ivanova", "Keo", "Heng",
    "Ly", "Phan", "Vu", "Dang", "Bui", "Do", "Ho", "Ngo", "Duong", "Zhang", "Liu", "Chen", "Yang", "Huang", "Khan", "Ahmed", "Hussain",
    "Garcia", "Santos", "Reyes", "Cruz", "Papadopoulos", "Kovalenko", "Shevchenko", "Popescu", "Ionescu", "Kaewmanee", "Phommachanh",
    "Vongsa", "Sisavath", "Aung", "Kyaw", "Htun", "Myint", "Tan", "Lim", "Wong", "Lee", "Rahman", "Islam", "Hossain", "Sharma", "Thapa"};
static const char *const onsets[] = {"d", "s", "ch", "k", "r", "v", "ph", "th", "b", "m", "n", "l", "t", "p", "h", "kh", "j", "y", "s", "r"};
static const char *const vowels[] = {"a", "i", "o", "u", "e", "ea", "ou", "ie"};
static const char *const codas[] = {"", "", "", "n", "k", "th", "m", "ng", "r", "t"};

#define PICK(random, list) ((list)[(random) % (sizeof(list) / sizeof *(list))])

static uint64_t next(uint64_t *state) /* splitmix64: the same persons every time */
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static str given_name(struct arena *a, uint64_t *random)
{
    struct buf b = buf_new(a);
    size_t syllables = 1 + next(random) % 3;
    for (size_t i = 0; i < syllables; i++) {
        buf_addf(&b, "%s%s", PICK(next(random), onsets), PICK(next(random), vowels));
        buf_addf(&b, "%s", PICK(next(random), codas));
    }
    b.p[0] = (char)(b.p[0] - 'a' + 'A');
    return str_dup(a, buf_str(&b));
}

/* Person number i, always the same. */
static struct identity person(struct arena *a, uint64_t i)
{
    uint64_t random = i * 1000003;
    struct identity who = {.n_names = 1, .n_documents = 1, .n_phones = next(&random) % 2};
    who.names = arena_new_of(a, struct name);
    uint64_t x = next(&random) % 1000, y = next(&random) % 1000;
    who.names->family = str_from(families[x * y * (sizeof families / sizeof *families) / 1000000]); /* skewed to the first */
    who.names->given = given_name(a, &random);
    if (next(&random) % 3 == 0)
        who.names->given = str_printf(a, "%.*s %.*s", STR_ARG(who.names->given), STR_ARG(given_name(a, &random)));
    who.born = date_from_days((int64_t)(next(&random) % 22000) - 7000);
    who.documents = arena_new_of(a, struct document);
    who.documents->number = str_printf(a, "N%08llu", (unsigned long long)(next(&random) % 100000000));
    who.documents->country = STR("KH");
    who.phones = arena_new_of(a, str);
    *who.phones = str_printf(a, "+855 12 %06llu", (unsigned long long)(next(&random) % 1000000));
    return who;
}

struct bench {
    struct vault *vault;
    struct search_writer *writer;
    uint64_t from, to;
};

static int put_batch(struct db *db, void *arg, struct err *err)
{
    struct bench *b = arg;
    struct arena *a = arena_new();
    int r = 0;
    for (uint64_t i = b->from; i < b->to && r == 0; i++) {
        arena_reset(a);
        struct identity who = person(a, i);
        struct vault_id id;
        r = vault_put(b->vault, db, VAULT_IDENTITY, identity_encode(a, &who), NULL, &id, NULL, err);
        if (r == 0 && b->writer)
            r = search_writer_add(b->writer, &who, &id, err);
    }
    arena_free(a);
    return r;
}

static double seconds_since(int64_t ns)
{
    return (double)(clock_monotonic_ns() - ns) / 1e9;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static uint64_t folder_size(struct arena *a, const char *dir)
{
    uint64_t size = 0;
    FILE *list = popen(str_printf(a, "du -sb %s", dir).p, "r");
    if (list && fscanf(list, "%lu", &size) != 1)
        size = 0;
    if (list)
        pclose(list);
    return size;
}

#define TRY(expression) \
    do { \
        if ((expression) < 0) { \
            fprintf(stderr, "bench_search: %s\n", err.text); \
            return 1; \
        } \
    } while (0)

/* What an operator types to find person i: one slip in three, a year in four. */
static str typed(struct arena *a, uint64_t i, uint64_t *random)
{
    struct identity who = person(a, i);
    str family = who.names->family, given = who.names->given, text;
    if (next(random) % 3 == 0 && given.len > 3) { /* a vowel too many */
        size_t at = 1 + next(random) % (given.len - 1);
        given = str_printf(a, "%.*s%s%.*s", (int)at, given.p, "a", (int)(given.len - at), given.p + at);
    }
    text = next(random) % 2 ? str_printf(a, "%.*s %.*s", STR_ARG(family), STR_ARG(given)) : str_printf(a, "%.*s %.*s", STR_ARG(given), STR_ARG(family));
    return next(random) % 4 ? text : str_printf(a, "%.*s %d", STR_ARG(text), who.born.year);
}

int main(int argc, char **argv)
{
    int64_t n = 1000000, n_typed = 400;
    if ((argc > 1 && !str_to_int(str_from(argv[1]), 1, 20000000, &n)) || (argc > 2 && !str_to_int(str_from(argv[2]), 1, 100000, &n_typed))) {
        fprintf(stderr, "usage: bench_search [PERSONS [QUERIES]]\n");
        return 2;
    }
    struct err err = {0};
    struct arena *a = arena_new(), *scratch = arena_new();
    char dir[] = "/tmp/comity-bench-XXXXXX";
    if (!mkdtemp(dir))
        return 1;
    const char *keys_path = str_printf(a, "%s/keys", dir).p, *index = str_printf(a, "%s/search", dir).p;
    struct keyring *keys;
    struct names *names;
    struct db *db;
    struct search *search;
    struct bench b = {0};
    TRY(crypto_open(&err));
    TRY(keyring_create(keys_path, &err));
    TRY(keyring_open(keys_path, &keys, &err));
    TRY(names_open(&names, &err));
    TRY(db_open(str_printf(a, "sqlite:%s/comity.db", dir).p, &db, &err));
    TRY(db_migrate(db, &vault_schema, &err));
    b.vault = vault_open(keys);

    int64_t start = clock_monotonic_ns();
    for (b.from = 0; b.from < (uint64_t)n; b.from = b.to) {
        b.to = b.from + BATCH < (uint64_t)n ? b.from + BATCH : (uint64_t)n;
        TRY(db_txn(db, put_batch, &b, &err));
    }
    printf("sealed into the vault      %10.0f persons/s\n", (double)n / seconds_since(start));
    start = clock_monotonic_ns();
    TRY(search_rebuild(index, keys, names, b.vault, db, NULL, NULL, &err));
    printf("index from the vault       %10.0f persons/s, %.1f s\n", (double)n / seconds_since(start), seconds_since(start));
    printf("index size                 %10.1f bytes a person\n", (double)folder_size(a, index) / (double)n);
    start = clock_monotonic_ns();
    TRY(search_open(index, keys, names, &search, &err));
    printf("opened in                  %10.2f ms\n", seconds_since(start) * 1e3);

    double *times = arena_array(a, double, (size_t)n_typed * 64);
    size_t n_times = 0, found = 0, first = 0;
    uint64_t random = 7;
    for (int64_t i = 0; i < n_typed; i++) {
        uint64_t who = next(&random) % (uint64_t)n;
        str text = typed(a, who, &random);
        struct search_result result = {0};
        for (size_t len = 1; len <= text.len && len < 64; len++) {
            arena_reset(scratch);
            start = clock_monotonic_ns();
            TRY(search_run(search, b.vault, db, scratch, str_slice(text, 0, len), &result, &err));
            times[n_times++] = seconds_since(start) * 1e3;
        }
        struct identity wanted = person(a, who);
        for (size_t h = 0; h < result.n; h++)
            if (str_eq(result.hits[h].who.documents[0].number, wanted.documents[0].number)) {
                found++;
                first += h == 0;
            }
    }
    qsort(times, n_times, sizeof *times, by_value);
    printf("a query per keystroke      %10.2f ms p50, %.2f ms p95, %.2f ms p99, %.2f ms max (%zu queries)\n", times[n_times / 2],
           times[n_times * 95 / 100], times[n_times * 99 / 100], times[n_times - 1], n_times);
    printf("meant person among 20      %10.1f %%, first %.1f %%\n", 100.0 * (double)found / (double)n_typed, 100.0 * (double)first / (double)n_typed);
    printf("figure\tlocal search, %lld persons, p95\t%.1f ms\t\t\t<= 50 ms\n", (long long)n, times[n_times * 95 / 100]);
    search_close(search);
    db_close(db);
    vault_close(b.vault);
    keyring_close(keys);
    names_close(names);
    arena_free(scratch);
    int removed = system(str_printf(a, "rm -r %s", dir).p);
    arena_free(a);
    return removed != 0;
}
