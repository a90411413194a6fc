/* search: who was put in is found, in any spelling; the files tell nothing; damage is noticed and healed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/db/test_db_open.h"
#include "trust/match/search_internal.h"

struct fixture {
    struct arena *a;
    char folder[40];
    const char *dir;
    struct db *db;
    struct keyring *keys;
    struct names *names;
    struct vault *vault;
    struct err err;
};

#define OK(expression) \
    do { \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    f->a = arena_new();
    snprintf(f->folder, sizeof f->folder, "/tmp/comity-search-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    f->dir = str_printf(f->a, "%s/search", f->folder).p;
    const char *key_path = str_printf(f->a, "%s/keys", f->folder).p;
    OK(crypto_open(&f->err));
    OK(keyring_create(key_path, &f->err));
    OK(keyring_open(key_path, &f->keys, &f->err));
    OK(names_open(&f->names, &f->err));
    f->db = test_db_open(f->a);
    OK(db_migrate(f->db, &vault_schema, &f->err));
    f->vault = vault_open(f->keys);
    return 0;
}

static void remove_folder(struct fixture *f, const char *path)
{
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));)
        unlink(folder_path(f->a, path, e->d_name));
    if (d)
        closedir(d);
    rmdir(path);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    remove_folder(f, f->dir);
    remove_folder(f, f->folder);
    db_close(f->db);
    vault_close(f->vault);
    names_close(f->names);
    keyring_close(f->keys);
    arena_free(f->a);
    free(f);
    return 0;
}

static size_t count_files(struct fixture *f, const char *ending)
{
    size_t n = 0;
    DIR *d = opendir(f->dir);
    for (struct dirent *e; d && (e = readdir(d));)
        n += str_ends(str_from(e->d_name), str_from(ending));
    if (d)
        closedir(d);
    return n;
}

struct person {
    const char *given, *family, *full, *born, *document, *phone;
};

static const struct person persons[] = {
    {"Dara", "Sok", NULL, "1990-03-05", "N0123456", "+855 12 345 678"},
    {"Сергей Иванович", "Петров", NULL, "1985-07-12", "71 1234567", NULL},
    {"Thị Minh Khai", "Nguyễn", NULL, "2001", NULL, "0903 111 222"},
    {NULL, NULL, "Somchai Srisai", "1978-11", "AA9876543", NULL},
    {"Maria", "Papadopoulou", NULL, "1999-01-31", NULL, NULL},
    {"Dara", "Chea", NULL, "1971-03-05", "N7654321", NULL},
    {NULL, NULL, "ᏣᎳᎩ ᎦᏬᏂ", "1990", NULL, NULL}, /* a script that the names engine does not read */
};
#define N_PERSONS (sizeof persons / sizeof *persons)

static struct identity identity_of(struct arena *a, const struct person *p)
{
    struct identity who = {.n_names = 1, .n_documents = p->document != NULL, .n_phones = p->phone != NULL};
    who.names = arena_new_of(a, struct name);
    *who.names = (struct name){str_from(p->given), str_from(p->family), str_from(p->full)};
    who.documents = arena_new_of(a, struct document);
    *who.documents = (struct document){str_from(p->document), STR("KH")};
    who.phones = arena_new_of(a, str);
    *who.phones = str_from(p->phone);
    assert_true(date_parse_iso(str_from(p->born), &who.born));
    return who;
}

static struct vault_id add(struct fixture *f, struct search_writer *w, const struct identity *who)
{
    struct vault_id id;
    OK(vault_put(f->vault, f->db, VAULT_IDENTITY, identity_encode(f->a, who), NULL, &id, NULL, &f->err));
    if (w)
        OK(search_writer_add(w, who, &id, &f->err));
    return id;
}

/* Puts all persons into the vault and, one import after the other of so many each, into the index. */
static void import_all(struct fixture *f, size_t per_import, struct vault_id ids[N_PERSONS])
{
    for (size_t i = 0; i < N_PERSONS; i += per_import) {
        struct search_writer *w;
        OK(search_writer_new(f->dir, f->keys, f->names, &w, &f->err));
        for (size_t j = i; j < i + per_import && j < N_PERSONS; j++) {
            struct identity who = identity_of(f->a, &persons[j]);
            ids[j] = add(f, w, &who);
        }
        OK(search_writer_finish(w, &f->err));
        search_writer_free(w);
    }
}

static struct search *open_search(struct fixture *f)
{
    struct search *s;
    OK(search_open(f->dir, f->keys, f->names, &s, &f->err));
    return s;
}

/* The place of a person among the hits, from 1; 0 when it is none. */
static size_t place(struct fixture *f, struct search *s, const char *text, const struct vault_id *id, struct search_result *result)
{
    OK(search_run(s, f->vault, f->db, f->a, str_from(text), result, &f->err));
    for (size_t i = 0; i < result->n; i++)
        if (memcmp(result->hits[i].id.b, id->b, ID_LEN) == 0)
            return i + 1;
    return 0;
}

static void test_finds_in_any_spelling(void **state)
{
    struct fixture *f = *state;
    struct vault_id ids[N_PERSONS];
    import_all(f, N_PERSONS, ids);
    struct search *s = open_search(f);
    assert_int_equal(search_count(s), N_PERSONS);
    static const struct {
        const char *text;
        size_t person;
        const char *reason;
    } cases[] = {
        {"sok dara", 0, ""}, {"Dara Sok", 0, ""}, {"sok dar", 0, ""}, {"1990 so", 0, "completed"}, {"sokh darra", 0, ""},
        {"dara 1990", 0, "born the same year"}, {"dara 1971", 5, "born the same year"}, {"dara 2533", 0, "born the same year"},
        {"dara 05/03/1990", 0, "born the same day"}, {"dara 03/05/1990", 0, "born the same day"}, {"dara 5.3.1971", 5, "born the same day"},
        {"1985-07-12", 1, "born the same day"}, {"1978-11", 3, "born the same month"},
        {"n0123456", 0, "same document number"}, {"N-0123456 dara", 0, "same document number"}, {"AA987", 3, "document number begins so"},
        {"711234567", 1, "same document number"}, {"+855 12 345 678", 0, "same phone"}, {"012345678", 0, "same phone"}, {"0903111222", 2, "same phone"},
        {"petrov sergey", 1, ""}, {"Sergei Petroff", 1, ""}, {"петров", 1, ""}, {"petr", 1, "completed"}, {"Петров Серг", 1, ""},
        {"nguyen minh khai", 2, ""}, {"Khai Nguyen", 2, ""}, {"nguyen thi mi", 2, ""},
        {"papadopoulou", 4, ""}, {"Παπαδοπούλου Μαρία", 4, ""}, {"ᏣᎳᎩ", 6, "as written"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct search_result result;
        size_t at = place(f, s, cases[i].text, &ids[cases[i].person], &result);
        if (at != 1)
            fail_msg("\"%s\": at place %zu of %zu", cases[i].text, at, result.n);
        if (!strstr(result.hits[0].reason, cases[i].reason))
            fail_msg("\"%s\": \"%s\" does not say \"%s\"", cases[i].text, result.hits[0].reason, cases[i].reason);
    }
    struct search_result result;
    assert_int_equal(place(f, s, "brmfgl", &ids[0], &result), 0);
    assert_int_equal(result.n, 0);
    search_close(s);
}

static void test_odd_queries(void **state)
{
    struct fixture *f = *state;
    struct vault_id ids[N_PERSONS];
    import_all(f, N_PERSONS, ids);
    struct search *s = open_search(f);
    struct search_result result;
    char longest[SEARCH_TEXT_MAX + 2];
    memset(longest, 'a', sizeof longest);
    assert_int_equal(search_run(s, f->vault, f->db, f->a, STR(""), &result, &f->err), ERR_INPUT);
    assert_int_equal(search_run(s, f->vault, f->db, f->a, STR(" \t "), &result, &f->err), ERR_INPUT);
    assert_int_equal(search_run(s, f->vault, f->db, f->a, (str){longest, SEARCH_TEXT_MAX + 1}, &result, &f->err), ERR_INPUT);
    OK(search_run(s, f->vault, f->db, f->a, (str){longest, SEARCH_TEXT_MAX}, &result, &f->err));
    static const char *const odd[] = {",", ";;;", "\xff\xfe\x80 dara", "99999999999999999999", "0/0/0000", "1/2/3/4", "-", "....", "31/31/1990", "%s%n", "'; --"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        OK(search_run(s, f->vault, f->db, f->a, str_from(odd[i]), &result, &f->err));
    OK(search_run(s, f->vault, f->db, f->a, (str){"da\0ra", 5}, &result, &f->err));
    char many[SEARCH_TEXT_MAX];
    for (size_t i = 0; i < sizeof many; i++)
        many[i] = i % 2 ? ' ' : (char)('1' + i / 2 % 9);
    OK(search_run(s, f->vault, f->db, f->a, (str){many, sizeof many}, &result, &f->err));
    search_close(s);
}

static void test_an_empty_index(void **state)
{
    struct fixture *f = *state;
    struct search *s = open_search(f); /* the folder does not exist */
    struct search_result result;
    OK(search_run(s, f->vault, f->db, f->a, STR("dara"), &result, &f->err));
    assert_int_equal(result.n, 0);
    struct search_writer *w; /* and an import that added nothing */
    OK(search_writer_new(f->dir, f->keys, f->names, &w, &f->err));
    OK(search_writer_finish(w, &f->err));
    search_writer_free(w);
    OK(search_run(s, f->vault, f->db, f->a, STR("dara"), &result, &f->err));
    assert_int_equal(search_count(s), 0);
    search_close(s);
}

static void test_segments_are_merged_and_noticed(void **state)
{
    struct fixture *f = *state;
    struct search *s = open_search(f);
    struct vault_id ids[N_PERSONS];
    import_all(f, 1, ids); /* an import each, while s stays open */
    struct search_result result;
    for (size_t i = 0; i < N_PERSONS; i++) {
        const struct person *p = &persons[i];
        assert_int_equal(place(f, s, p->full ? p->full : str_printf(f->a, "%s %s", p->given, p->family).p, &ids[i], &result), 1);
    }
    assert_int_equal(search_count(s), N_PERSONS);
    assert_int_equal(count_files(f, ".seg"), 4);
    assert_int_equal(count_files(f, ".new"), 0);
    search_close(s);
}

static void test_reset_forgets(void **state)
{
    struct fixture *f = *state;
    struct search_writer *w;
    OK(search_writer_new(f->dir, f->keys, f->names, &w, &f->err));
    struct identity first = identity_of(f->a, &persons[0]), second = identity_of(f->a, &persons[1]);
    add(f, w, &first);
    search_writer_reset(w);
    struct vault_id id = add(f, w, &second);
    struct search *s = open_search(f);
    assert_int_equal(search_count(s), 0); /* not before finish */
    OK(search_writer_finish(w, &f->err));
    search_writer_free(w);
    struct search_result result;
    assert_int_equal(place(f, s, "petrov", &id, &result), 1);
    assert_int_equal(search_count(s), 1);
    search_close(s);
}

static void test_forget(void **state)
{
    struct fixture *f = *state;
    struct vault_id ids[N_PERSONS], nobody = {{0}};
    import_all(f, 4, ids);
    OK(search_forget(f->dir, f->keys, f->names, &nobody, &f->err));
    struct search *s = open_search(f);
    struct search_result result;
    for (size_t gone = 0; gone < N_PERSONS; gone++) {
        OK(search_forget(f->dir, f->keys, f->names, &ids[gone], &f->err));
        OK(search_forget(f->dir, f->keys, f->names, &ids[gone], &f->err));
        for (size_t i = 0; i < N_PERSONS; i++) {
            const struct person *p = &persons[i];
            size_t at = place(f, s, p->full ? p->full : str_printf(f->a, "%s %s", p->given, p->family).p, &ids[i], &result);
            assert_int_equal(at, i > gone);
        }
        assert_int_equal(search_count(s), N_PERSONS - 1 - gone);
    }
    assert_int_equal(count_files(f, ".seg"), 0);
    search_close(s);
}

static void test_erased_records_are_not_hits(void **state)
{
    struct fixture *f = *state;
    struct vault_id ids[N_PERSONS];
    import_all(f, N_PERSONS, ids);
    OK(vault_erase(f->vault, f->db, VAULT_IDENTITY, &ids[0], &f->err));
    struct search *s = open_search(f);
    struct search_result result;
    assert_int_equal(place(f, s, "sok dara", &ids[0], &result), 0);
    assert_int_equal(place(f, s, "dara", &ids[5], &result), 1);
    search_close(s);
}

static void test_files_tell_nothing(void **state)
{
    struct fixture *f = *state;
    struct vault_id ids[N_PERSONS];
    import_all(f, N_PERSONS, ids);
    static const char *const planted[] = {"Dara", "dara", "DARA", "Sok", "sok", "Петров", "petrov", "PTRF", "N0123456", "12345678", "1990"};
    DIR *d = opendir(f->dir);
    for (struct dirent *e; (e = readdir(d));) {
        bytes all;
        struct stat st;
        const char *path = folder_path(f->a, f->dir, e->d_name);
        if (e->d_name[0] == '.')
            continue;
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        OK(file_read(f->a, path, 1 << 24, &all, &f->err));
        for (size_t i = 0; i < sizeof planted / sizeof *planted; i++)
            if (strlen(planted[i]) > 3) /* shorter ones are there by chance */
                assert_null(memmem(all.p, all.len, planted[i], strlen(planted[i])));
        for (size_t i = 0; i < N_PERSONS; i++)
            assert_null(memmem(all.p, all.len, ids[i].b, ID_LEN));
    }
    closedir(d);
}

static const char *only_segment(struct fixture *f)
{
    const char *found = NULL;
    DIR *d = opendir(f->dir);
    for (struct dirent *e; (e = readdir(d));)
        if (str_ends(str_from(e->d_name), STR(".seg")))
            found = folder_path(f->a, f->dir, e->d_name);
    closedir(d);
    assert_non_null(found);
    return found;
}

/* Opens and asks; ERR_CORRUPT is what damage has to give. */
static int ask_damaged(struct fixture *f)
{
    struct search *s;
    struct search_result result;
    int r = search_open(f->dir, f->keys, f->names, &s, &f->err);
    if (r < 0)
        return r;
    r = search_run(s, f->vault, f->db, f->a, STR("sok dara 1990 n0123456"), &result, &f->err);
    search_close(s);
    return r;
}

static void test_damage_is_noticed_and_healed(void **state)
{
    struct fixture *f = *state;
    struct vault_id ids[N_PERSONS];
    import_all(f, N_PERSONS, ids);
    static const long flips[] = {3, 20, 40, 4096, 4140, 6000};
    for (size_t i = 0; i < sizeof flips / sizeof *flips + 3; i++) {
        const char *path = only_segment(f);
        if (i < sizeof flips / sizeof *flips) {
            FILE *file = fopen(path, "r+b");
            assert_non_null(file);
            fseek(file, flips[i], SEEK_SET);
            int c = getc(file);
            fseek(file, flips[i], SEEK_SET);
            putc(c ^ 0x10, file);
            fclose(file);
        } else if (i == sizeof flips / sizeof *flips) {
            assert_int_equal(truncate(path, 4096 + 32), 0);
        } else if (i == sizeof flips / sizeof *flips + 1) {
            assert_int_equal(unlink(path), 0);
        } else {
            assert_int_equal(truncate(folder_path(f->a, f->dir, "segments"), 50), 0);
        }
        assert_int_equal(ask_damaged(f), ERR_CORRUPT);
        assert_non_null(strstr(f->err.text, "comity search"));
        OK(search_rebuild(f->dir, f->keys, f->names, f->vault, f->db, NULL, NULL, &f->err));
        assert_int_equal(ask_damaged(f), 0);
        struct search *s = open_search(f);
        assert_int_equal(search_count(s), N_PERSONS);
        search_close(s);
        assert_int_equal(count_files(f, ".seg"), 1);
    }
}

/* An import must go through although the index is broken; what it adds is found. */
static void test_import_over_a_damaged_index(void **state)
{
    struct fixture *f = *state;
    struct vault_id ids[N_PERSONS], id;
    import_all(f, N_PERSONS, ids);
    assert_int_equal(truncate(folder_path(f->a, f->dir, "segments"), 50), 0);
    struct search_writer *w;
    OK(search_writer_new(f->dir, f->keys, f->names, &w, &f->err));
    struct person somebody = {"Bopha", "Keo", NULL, "1995-02-02", NULL, NULL};
    struct identity who = identity_of(f->a, &somebody);
    id = add(f, w, &who);
    OK(search_writer_finish(w, &f->err));
    search_writer_free(w);
    struct search *s = open_search(f);
    struct search_result result;
    assert_int_equal(place(f, s, "keo bopha", &id, &result), 1);
    assert_int_equal(search_count(s), 1); /* the difference to vault_count tells that the rest is missing */
    search_close(s);
}

/* Segments against a naive model: many records, terms of all frequencies, three segments, merged without one record. */
#define MODEL_TERMS 600
#define MODEL_RECORDS 900

static bool has_term(size_t record, size_t term)
{
    return (record * 2654435761u ^ term * 40503u) % (term + 1) == 0; /* term 0: everywhere; high terms: rare */
}

static uint64_t model_term(size_t term)
{
    return (term + 1) * 0x9e3779b97f4a7c15u;
}

static void check_model(struct fixture *f, const struct segment *s, const uint8_t expected[MODEL_RECORDS], size_t n)
{
    struct stream *st = calloc(1, sizeof *st), *ids = calloc(1, sizeof *ids);
    for (size_t term = 0; term < MODEL_TERMS; term++) {
        struct postings p = {0};
        bool seen[MODEL_RECORDS] = {false};
        int found = segment_find(st, s, model_term(term), &p, &f->err);
        OK(found);
        uint32_t ordinal = (uint32_t)p.at;
        if (p.count > 1)
            stream_at(st, s, p.at);
        for (uint32_t i = 0; found && i < p.count; i++) {
            struct vault_id id;
            if (p.count > 1)
                OK(stream_ordinal(st, i ? (int64_t)ordinal : -1, &ordinal, &f->err));
            OK(segment_record(ids, s, ordinal, &id, &f->err));
            seen[get_u32be(id.b)] = true;
        }
        for (size_t record = 0; record < MODEL_RECORDS; record++)
            assert_int_equal(seen[record], expected[record] && has_term(record, term));
    }
    struct postings p;
    assert_int_equal(segment_find(st, s, 0, &p, &f->err), 0);
    assert_int_equal(segment_find(st, s, UINT64_MAX, &p, &f->err), 0);
    assert_int_equal(s->n_records, n);
    free(ids);
    free(st);
}

static void test_segments_against_a_model(void **state)
{
    struct fixture *f = *state;
    struct segment *from[3];
    bool existed;
    OK(file_mkdir(f->dir, &existed, &f->err));
    struct pair *pairs = calloc(MODEL_RECORDS * MODEL_TERMS, sizeof *pairs);
    uint8_t expected[MODEL_RECORDS], all[MODEL_RECORDS];
    memset(all, 1, sizeof all);
    for (size_t part = 0; part < 3; part++) {
        struct vault_id ids[MODEL_RECORDS / 3] = {0};
        size_t n_pairs = 0;
        memset(expected, 0, sizeof expected);
        for (size_t i = 0; i < MODEL_RECORDS / 3; i++) {
            size_t record = i * 3 + part;
            expected[record] = 1;
            put_u32be(ids[i].b, (uint32_t)record);
            for (size_t term = MODEL_TERMS; term-- > 0;)
                if (has_term(record, term))
                    pairs[n_pairs++] = (struct pair){model_term(term), (uint32_t)i};
        }
        uint8_t salt[SEGMENT_SALT_LEN];
        const char *path = folder_path(f->a, f->dir, str_printf(f->a, "part%zu", part).p);
        OK(segment_build(path, f->keys, ids, MODEL_RECORDS / 3, pairs, n_pairs, salt, &f->err));
        OK(segment_open(path, salt, f->keys, &from[part], &f->err));
        check_model(f, from[part], expected, MODEL_RECORDS / 3);
        salt[0] ^= 1;
        assert_int_equal(segment_open(path, salt, f->keys, &from[part], &f->err), ERR_CORRUPT); /* another segment's name */
    }
    for (size_t dropped = 0; dropped < 2; dropped++) {
        struct vault_id drop = {0};
        put_u32be(drop.b, 451);
        uint8_t salt[SEGMENT_SALT_LEN];
        uint64_t n;
        struct segment *merged;
        const char *path = folder_path(f->a, f->dir, "merged");
        OK(segment_merge(path, f->keys, from, 3, dropped ? &drop : NULL, salt, &n, &f->err));
        OK(segment_open(path, salt, f->keys, &merged, &f->err));
        all[451] = !dropped;
        assert_int_equal(n, MODEL_RECORDS - dropped);
        check_model(f, merged, all, MODEL_RECORDS - dropped);
        segment_close(merged);
    }
    for (size_t part = 0; part < 3; part++)
        segment_close(from[part]);
    free(pairs);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_finds_in_any_spelling),
        TEST(test_odd_queries),
        TEST(test_an_empty_index),
        TEST(test_segments_are_merged_and_noticed),
        TEST(test_reset_forgets),
        TEST(test_forget),
        TEST(test_erased_records_are_not_hits),
        TEST(test_files_tell_nothing),
        TEST(test_damage_is_noticed_and_healed),
        TEST(test_import_over_a_damaged_index),
        TEST(test_segments_against_a_model),
    };
    return cmocka_run_group_tests_name("match/search", tests, NULL, NULL);
}
