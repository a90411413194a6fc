/* vault: what is sealed stays sealed, on both engines; what is erased is gone from the files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/db/test_db_open.h"
#include "trust/vault/vault.h"

struct fixture {
    struct arena *a;
    const char *url, *key_path;
    char folder[32];
    struct db *db;
    struct keyring *keys;
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
    memcpy(f->folder, "/tmp/comity-vault-XXXXXX", 25);
    if (!mkdtemp(f->folder))
        return -1;
    f->key_path = str_printf(f->a, "%s/keys", f->folder).p;
    f->url = test_db_url(f->a);
    OK(crypto_open(&f->err));
    OK(keyring_create(f->key_path, &f->err));
    OK(keyring_open(f->key_path, &f->keys, &f->err));
    f->vault = vault_open(f->keys);
    OK(db_open(f->url, &f->db, &f->err));
    OK(db_migrate(f->db, &vault_schema, &f->err));
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    db_close(f->db);
    vault_close(f->vault);
    keyring_close(f->keys);
    unlink(f->key_path);
    rmdir(f->folder);
    arena_free(f->a);
    free(f);
    return 0;
}

static struct vault_id put(struct fixture *f, enum vault_kind kind, str content)
{
    struct vault_id id;
    bool added = false;
    OK(vault_put(f->vault, f->db, kind, str_bytes(content), NULL, &id, &added, &f->err));
    assert_true(added);
    return id;
}

static void test_put_and_get(void **state)
{
    struct fixture *f = *state;
    char big[5000];
    memset(big, 'x', sizeof big);
    static const size_t lengths[] = {0, 1, 59, 60, 61, 64, 124, 5000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        str content = {big, lengths[i]};
        struct vault_id id = put(f, VAULT_IDENTITY, content);
        bytes back;
        OK(vault_get(f->vault, f->db, VAULT_IDENTITY, &id, f->a, &back, &f->err));
        assert_true(str_eq(bytes_str(back), content));
        assert_int_equal(vault_get(f->vault, f->db, VAULT_QUESTION, &id, f->a, &back, &f->err), ERR_NOT_FOUND);
    }
    struct vault_id nobody = {{0}};
    bytes back;
    assert_int_equal(vault_get(f->vault, f->db, VAULT_IDENTITY, &nobody, f->a, &back, &f->err), ERR_NOT_FOUND);
}

static void test_lengths_are_padded(void **state)
{
    struct fixture *f = *state;
    put(f, VAULT_IDENTITY, STR("Li"));
    put(f, VAULT_IDENTITY, STR("a name of nearly sixty bytes, and not a byte more than that"));
    struct db_stmt *q;
    OK(db_prepare(f->db, "select sealed from vault_record", &q, &f->err));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(db_step(q, &f->err), 1);
        assert_int_equal(db_col_blob(q, 0).len, 64 + SEAL_OVERHEAD);
    }
    db_reset(q);
}

static void test_same_fingerprint_is_stored_once(void **state)
{
    struct fixture *f = *state;
    bytes content = str_bytes(STR("one person"));
    uint8_t fingerprint[VAULT_FINGERPRINT_LEN], other[VAULT_FINGERPRINT_LEN];
    OK(vault_fingerprint(f->vault, VAULT_IDENTITY, content, fingerprint, &f->err));
    OK(vault_fingerprint(f->vault, VAULT_QUESTION, content, other, &f->err));
    assert_memory_not_equal(fingerprint, other, VAULT_FINGERPRINT_LEN);
    struct vault_id first, second, third;
    bool added;
    OK(vault_put(f->vault, f->db, VAULT_IDENTITY, content, fingerprint, &first, &added, &f->err));
    assert_true(added);
    OK(vault_put(f->vault, f->db, VAULT_IDENTITY, content, fingerprint, &second, &added, &f->err));
    assert_false(added);
    assert_memory_equal(&first, &second, ID_LEN);
    OK(vault_put(f->vault, f->db, VAULT_QUESTION, content, fingerprint, &third, &added, &f->err));
    assert_true(added); /* another kind */
    int64_t n;
    OK(vault_count(f->vault, f->db, VAULT_IDENTITY, &n, &f->err));
    assert_int_equal(n, 1);
    OK(vault_erase(f->vault, f->db, VAULT_IDENTITY, &first, &f->err));
    assert_int_equal(vault_erase(f->vault, f->db, VAULT_IDENTITY, &first, &f->err), ERR_NOT_FOUND);
    OK(vault_put(f->vault, f->db, VAULT_IDENTITY, content, fingerprint, &second, &added, &f->err));
    assert_true(added);
    assert_memory_not_equal(&first, &second, ID_LEN); /* nothing ties the new record to the erased one */
}

struct walk {
    struct fixture *f;
    struct vault_id last;
    int n, stop_at;
    int64_t sum;
};

static int visit(const struct vault_id *id, bytes content, void *arg, struct err *err)
{
    struct walk *w = arg;
    assert_true(w->n == 0 || memcmp(w->last.b, id->b, ID_LEN) < 0);
    w->last = *id;
    w->n++;
    w->sum += get_u32be(content.p);
    bytes again; /* the database may be used in the middle of the walk */
    struct arena *a = arena_new();
    int r = vault_get(w->f->vault, w->f->db, VAULT_IDENTITY, id, a, &again, err);
    assert_true(r < 0 || str_eq(bytes_str(again), bytes_str(content)));
    arena_free(a);
    return r < 0 ? r : w->n == w->stop_at ? ERR_DENIED : 0;
}

static int put_many(struct db *db, void *arg, struct err *err)
{
    struct fixture *f = arg;
    int r = 0;
    for (uint32_t i = 0; i < 1300 && r == 0; i++) {
        struct vault_id id;
        uint8_t content[4];
        put_u32be(content, i);
        r = vault_put(f->vault, db, i < 1024 ? VAULT_IDENTITY : VAULT_ACT_DETAIL, (bytes){content, 4}, NULL, &id, NULL, err);
    }
    return r;
}

static void test_walk(void **state)
{
    struct fixture *f = *state;
    struct walk w = {.f = f};
    OK(vault_each(f->vault, f->db, VAULT_IDENTITY, visit, &w, &f->err));
    assert_int_equal(w.n, 0);
    OK(db_txn(f->db, put_many, f, &f->err));
    OK(vault_each(f->vault, f->db, VAULT_IDENTITY, visit, &w, &f->err)); /* 1024 records: two full pages and an empty one */
    assert_int_equal(w.n, 1024);
    assert_int_equal(w.sum, 1023 * 1024 / 2);
    w = (struct walk){.f = f, .stop_at = 7};
    assert_int_equal(vault_each(f->vault, f->db, VAULT_IDENTITY, visit, &w, &f->err), ERR_DENIED);
    assert_int_equal(w.n, 7);
    int64_t n;
    OK(vault_count(f->vault, f->db, VAULT_ACT_DETAIL, &n, &f->err));
    assert_int_equal(n, 1300 - 1024);
}

static int count_down(const struct vault_id *id, bytes content, void *arg, struct err *err)
{
    (void)id, (void)err;
    *(int64_t *)arg -= get_u32be(content.p);
    return 0;
}

static int collect(const struct vault_id *id, bytes content, void *arg, struct err *err)
{
    struct vault_id **next = arg;
    (void)content, (void)err;
    *(*next)++ = *id;
    return 0;
}

static void test_many_at_once(void **state)
{
    struct fixture *f = *state;
    static struct vault_id ids[1100], *end;
    int64_t sum;
    OK(db_txn(f->db, put_many, f, &f->err));
    end = ids;
    OK(vault_each(f->vault, f->db, VAULT_IDENTITY, collect, &end, &f->err));
    assert_int_equal(end - ids, 1024);
    sum = 1023 * 1024 / 2;
    OK(vault_get_many(f->vault, f->db, VAULT_IDENTITY, ids, 1100, count_down, &sum, &f->err)); /* 76 of them are nobody */
    assert_int_equal(sum, 0);
    OK(vault_get_many(f->vault, f->db, VAULT_QUESTION, ids, 1100, count_down, &sum, &f->err));
    OK(vault_get_many(f->vault, f->db, VAULT_IDENTITY, ids, 0, count_down, &sum, &f->err));
    assert_int_equal(sum, 0);
    assert_int_equal(vault_get_many(f->vault, f->db, VAULT_IDENTITY, ids, 100, visit, &(struct walk){.f = f, .stop_at = 1}, &f->err), ERR_DENIED);
}

static int walk_nothing(const struct vault_id *id, bytes content, void *arg, struct err *err)
{
    (void)id, (void)content, (void)arg, (void)err;
    return 0;
}

/* What someone with a pen on the database can do: swap contents, keys, kinds, and flip bits. */
static void test_changed_rows_are_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const changes[] = {
        "update vault_record set sealed = (select sealed from vault_record o where o.id <> vault_record.id and o.kind = 1)",
        "update vault_record set wrapped = (select wrapped from vault_record o where o.id <> vault_record.id and o.kind = 1)",
        ("update vault_record set wrapped = (select wrapped from vault_record o where o.id <> vault_record.id and o.kind = 1),"
         " sealed = (select sealed from vault_record o where o.id <> vault_record.id and o.kind = 1)"),
        "update vault_record set sealed = fingerprint",
        "update vault_record set wrapped = fingerprint",
        "update vault_record set kind = 3",
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        OK(db_exec(f->db, "delete from vault_record", &f->err));
        struct vault_id id[2];
        for (int j = 0; j < 2; j++) {
            uint8_t fingerprint[VAULT_FINGERPRINT_LEN];
            bytes content = str_bytes(j ? STR("first person") : STR("second person"));
            OK(vault_fingerprint(f->vault, VAULT_IDENTITY, content, fingerprint, &f->err));
            OK(vault_put(f->vault, f->db, VAULT_IDENTITY, content, fingerprint, &id[j], NULL, &f->err));
        }
        OK(db_exec(f->db, changes[i], &f->err));
        enum vault_kind kind = i == 5 ? VAULT_QUESTION : VAULT_IDENTITY;
        int refused = 0;
        for (int j = 0; j < 2; j++) { /* SQLite updates row by row: the second row may get its own content back */
            bytes content;
            int r = vault_get(f->vault, f->db, kind, &id[j], f->a, &content, &f->err);
            assert_true(r == ERR_CORRUPT || (r == 0 && str_eq(bytes_str(content), j ? STR("first person") : STR("second person"))));
            refused += r == ERR_CORRUPT;
            assert_null(strstr(f->err.text, "person"));
        }
        assert_true(refused > 0);
        assert_int_equal(vault_each(f->vault, f->db, kind, walk_nothing, NULL, &f->err), ERR_CORRUPT);
    }
}

static bool on_disk(struct fixture *f, const void *what, size_t len)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    bool found = false;
    for (int i = 0; i < 3; i++) {
        bytes all;
        const char *path = str_printf(f->a, "%s%s", f->url + strlen("sqlite:"), endings[i]).p;
        if (file_read(f->a, path, 1 << 28, &all, &f->err) == 0 && memmem(all.p, all.len, what, len))
            found = true;
    }
    return found;
}

#define PERSONS 400

static void test_planted_text_is_nowhere(void **state)
{
    struct fixture *f = *state;
    if (strcmp(db_engine(f->db), "sqlite") != 0)
        skip(); /* the files belong to the server */
    static struct vault_id id[PERSONS];
    for (int i = 0; i < PERSONS; i++) {
        char text[300];
        int len = snprintf(text, sizeof text, "%*sPLANTED-SOKHA-%d", i % 200, "", i);
        id[i] = put(f, i % 3 ? VAULT_IDENTITY : VAULT_ACT_DETAIL, (str){text, (size_t)len});
    }
    assert_false(on_disk(f, "PLANTED", 7));
    struct db_stmt *q;
    bytes sealed[4], wrapped[4];
    OK(db_prepare(f->db, "select sealed, wrapped from vault_record where id = $1", &q, &f->err));
    for (int i = 0; i < 4; i++) {
        db_bind_blob(q, 1, (bytes){id[i * 90 + 5].b, ID_LEN});
        assert_int_equal(db_step(q, &f->err), 1);
        sealed[i] = bytes_dup(f->a, db_col_blob(q, 0));
        wrapped[i] = bytes_dup(f->a, db_col_blob(q, 1));
        db_reset(q);
        assert_true(on_disk(f, sealed[i].p, 64));
    }
    for (int i = 0; i < 4; i++)
        OK(vault_erase(f->vault, f->db, (i * 90 + 5) % 3 ? VAULT_IDENTITY : VAULT_ACT_DETAIL, &id[i * 90 + 5], &f->err));
    OK(db_scrub(f->db, &f->err));
    assert_false(on_disk(f, "PLANTED", 7));
    for (int i = 0; i < 4; i++) {
        for (size_t at = 0; at + 32 <= sealed[i].len; at += 16) /* not even a piece of it */
            assert_false(on_disk(f, sealed[i].p + at, 32));
        assert_false(on_disk(f, wrapped[i].p, 32));
        assert_false(on_disk(f, id[i * 90 + 5].b, ID_LEN));
    }
    db_close(f->db);
    assert_false(on_disk(f, "PLANTED", 7));
    OK(db_open(f->url, &f->db, &f->err));
    int64_t n;
    OK(vault_count(f->vault, f->db, VAULT_IDENTITY, &n, &f->err));
    assert_true(n > 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_put_and_get),
        TEST(test_lengths_are_padded),
        TEST(test_same_fingerprint_is_stored_once),
        TEST(test_walk),
        TEST(test_many_at_once),
        TEST(test_changed_rows_are_refused),
        TEST(test_planted_text_is_nowhere),
    };
    return cmocka_run_group_tests_name("trust/vault", tests, NULL, NULL);
}
