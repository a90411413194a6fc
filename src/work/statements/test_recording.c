/* recording: what was acknowledged is there, in order, sealed on the disk, and in the tree; nobody without a part in the file adds to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground/base/file.h"
#include "ground/db/test_db_open.h"
#include "trust/log/merkle.h"
#include "work/statements/recording_internal.h"

#define NOW INT64_C(1795467960123)

struct fixture {
    struct arena *a;
    const char *parent, *dir;
    struct node *node;
    struct names *names;
    struct actor lead, other;
    struct casework w;
    uint8_t file[ID_LEN], interview[ID_LEN], id[ID_LEN];
    struct err err;
};

#define OK(expression) \
    do { \
        f->err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

static struct actor member(struct fixture *f, uint8_t first)
{
    struct access_member m = {.id = {first}, .roles = ROLE_CASEWORKER, .state = MEMBER_ACTIVE};
    struct actor who = {.name = STR("a member"), .role = STR("member"), .member = {first}};
    OK(access_member_put(f->node->db, &m, &f->err));
    return who;
}

static int set_up(void **state)
{
    static const struct db_schema *const rooms[] = {&cases_schema, &statements_schema, NULL};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    char *parent = arena_alloc(a, 64);
    *state = f;
    f->a = a;
    snprintf(parent, 64, "/tmp/comity-recording-XXXXXX");
    f->parent = mkdtemp(parent);
    f->dir = str_printf(a, "%s/node", f->parent).p;
    struct node_settings settings = {.agency = {STR("Lotus House (practice)"), STR("KH"), STR("shelter")}, .db_url = test_db_url(a)};
    OK(crypto_open(&f->err));
    OK(node_create(f->dir, &settings, NOW, &f->err));
    OK(node_open(f->dir, rooms, &f->node, &f->err));
    OK(names_open(&f->names, &f->err));
    f->lead = member(f, 1);
    f->other = member(f, 2);
    f->w = (struct casework){.node = f->node, .names = f->names, .actor = &f->lead, .purpose = STR("protection"), .now_ms = NOW};
    struct casefile_change change = {.record = {.unit = FIELD_OF_FILE}};
    OK(casefile_new(&f->w, a, &change, 1, f->file, &f->err));
    OK(recording_begin(&f->w, f->file, f->interview, STR("video/webm"), f->id, &f->err));
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    node_close(f->node);
    names_close(f->names);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", f->parent);
    (void)!system(command);
    arena_free(f->a);
    return 0;
}

static bytes media_of(struct fixture *f, int i)
{
    uint8_t *p = arena_alloc(f->a, 3000);
    for (int k = 0; k < 3000; k++)
        p[k] = (uint8_t)(i * 31 + k);
    return (bytes){p, (size_t)(2000 + i)};
}

static int append(struct fixture *f, int i, int64_t *have)
{
    return recording_append(&f->w, f->id, &(struct recording_chunk){.sequence = i, .at_ms = i * 2000, .media = media_of(f, i)}, have, &f->err);
}

static const char *stored_path(struct fixture *f)
{
    return str_printf(f->a, "%s/recordings/%s", f->dir, hex_encode(f->a, (bytes){f->id, ID_LEN}).p).p;
}

static void assert_media(struct fixture *f, int n)
{
    struct recording_place *places;
    size_t found;
    int fd;
    OK(recording_places(f->node, f->id, 0, 100, f->a, &places, &found, &f->err));
    assert_int_equal(found, n);
    OK(recording_file(f->node, f->id, &fd, &f->err));
    for (int i = 0; i < n; i++) {
        bytes media, expected = media_of(f, i);
        OK(recording_media(f->node, f->id, fd, &places[i], f->a, &media, &f->err));
        assert_int_equal(media.len, expected.len);
        assert_memory_equal(media.p, expected.p, expected.len);
    }
    close(fd);
}

static void test_chunks_come_in_order_and_once(void **state)
{
    struct fixture *f = *state;
    int64_t have;
    OK(append(f, 0, &have));
    assert_int_equal(have, 1);
    assert_int_equal(append(f, 2, &have), ERR_RETRY); /* one is missing: it says which */
    assert_int_equal(have, 1);
    OK(append(f, 1, &have));
    OK(append(f, 1, &have)); /* the answer was lost: the same again changes nothing */
    assert_int_equal(have, 2);
    struct recording_chunk other = {.sequence = 1, .at_ms = 2000, .media = media_of(f, 9)};
    assert_int_equal(recording_append(&f->w, f->id, &other, &have, &f->err), ERR_EXISTS);
    OK(append(f, 2, &have));
    assert_media(f, 3);
}

static void test_what_is_no_chunk_is_refused(void **state)
{
    struct fixture *f = *state;
    int64_t have;
    uint8_t unknown[ID_LEN] = {9};
    assert_int_equal(recording_append(&f->w, f->id, &(struct recording_chunk){.media = {NULL, 0}}, &have, &f->err), ERR_INPUT);
    assert_int_equal(recording_append(&f->w, f->id, &(struct recording_chunk){.sequence = -1, .media = media_of(f, 0)}, &have, &f->err), ERR_INPUT);
    assert_int_equal(recording_append(&f->w, unknown, &(struct recording_chunk){.media = media_of(f, 0)}, &have, &f->err), ERR_NOT_FOUND);
    assert_false(file_exists(str_printf(f->a, "%s/recordings/%s", f->dir, hex_encode(f->a, (bytes){unknown, ID_LEN}).p).p));
    assert_int_equal(recording_mark(&f->w, f->id, &(struct recording_mark){.kind = MARK_ASKED}, &f->err), ERR_INPUT); /* of which question? */
    assert_int_equal(recording_mark(&f->w, f->id, &(struct recording_mark){.kind = MARK_ENTERS}, &f->err), ERR_INPUT); /* who? */
    assert_int_equal(recording_mark(&f->w, f->id, &(struct recording_mark){.kind = 99}, &f->err), ERR_INPUT);
}

static void test_only_who_works_on_it_adds(void **state)
{
    struct fixture *f = *state;
    struct recording_mark mark = {.kind = MARK_BREAK};
    int64_t have;
    OK(append(f, 0, &have));
    f->w.actor = &f->other;
    assert_int_equal(append(f, 1, &have), ERR_DENIED);
    assert_int_not_equal(recording_mark(&f->w, f->id, &mark, &f->err), 0);
    f->w.actor = &f->lead;
    struct access_member gone = {.id = {1}, .roles = ROLE_CASEWORKER, .state = MEMBER_SUSPENDED};
    OK(access_member_put(f->node->db, &gone, &f->err));
    assert_int_not_equal(append(f, 1, &have), 0); /* what was taken away counts at once */
    assert_media(f, 1);
}

/* A program that died between writing and the row left bytes that were never acknowledged. */
static void test_a_torn_end_is_written_over(void **state)
{
    struct fixture *f = *state;
    int64_t have;
    OK(append(f, 0, &have));
    FILE *file = fopen(stored_path(f), "ab");
    assert_non_null(file);
    assert_int_equal(fwrite("half a part that nobody was told of", 1, 35, file), 35);
    fclose(file);
    OK(append(f, 1, &have));
    assert_media(f, 2);
}

static void test_nothing_lies_in_the_clear(void **state)
{
    struct fixture *f = *state;
    static const char said[] = "a sentence that she said, long enough to be found";
    int64_t have;
    bytes stored;
    OK(recording_append(&f->w, f->id, &(struct recording_chunk){.media = {(const uint8_t *)said, sizeof said}}, &have, &f->err));
    OK(file_read(f->a, stored_path(f), 1 << 20, &stored, &f->err));
    assert_null(memmem(stored.p, stored.len, "sentence", 8));
}

static void test_a_changed_or_moved_chunk_is_found(void **state)
{
    struct fixture *f = *state;
    struct recording_place *places;
    size_t n;
    int64_t have;
    bytes media;
    int fd;
    OK(append(f, 0, &have));
    OK(append(f, 1, &have));
    OK(recording_places(f->node, f->id, 0, 100, f->a, &places, &n, &f->err));
    OK(recording_file(f->node, f->id, &fd, &f->err));
    places[0].sequence = 1; /* the bytes of one in the place of another */
    assert_int_equal(recording_media(f->node, f->id, fd, &places[0], f->a, &media, &f->err), ERR_CORRUPT);
    close(fd);
    FILE *file = fopen(stored_path(f), "r+b");
    fseek(file, 100, SEEK_SET);
    fputc(fgetc(file) ^ 1, file);
    fclose(file);
    places[0].sequence = 0;
    OK(recording_file(f->node, f->id, &fd, &f->err));
    assert_int_equal(recording_media(f->node, f->id, fd, &places[0], f->a, &media, &f->err), ERR_CORRUPT);
    OK(recording_media(f->node, f->id, fd, &places[1], f->a, &media, &f->err)); /* the others are read all the same */
    close(fd);
}

static void test_marks(void **state)
{
    struct fixture *f = *state;
    struct recording_mark *marks;
    size_t n;
    OK(recording_mark(&f->w, f->id, &(struct recording_mark){.kind = MARK_ENTERS, .at_ms = 5, .text = STR("the interpreter")}, &f->err));
    OK(recording_mark(&f->w, f->id, &(struct recording_mark){.kind = MARK_ANSWERED, .at_ms = 1872000, .has_question = true, .question = {7}}, &f->err));
    OK(recording_marks(f->node, f->id, f->a, &marks, &n, &f->err));
    assert_int_equal(n, 2);
    assert_true(str_eq(marks[0].text, STR("the interpreter")));
    assert_int_equal(marks[1].at_ms, 1872000);
    assert_true(marks[1].has_question && marks[1].question[0] == 7);
    assert_string_equal(statement_mark_text(f->a, &marks[1]).p,
                        "{\"at_ms\":1872000,\"kind\":\"answered\",\"question\":\"07000000000000000000000000000000\"}");
}

/* The root, computed here in the plainest way. */
static void root_by_hand(struct fixture *f, str about, int chunks, uint8_t root[static HASH_LEN])
{
    struct recording_row row;
    struct recording_mark *marks;
    size_t n;
    uint8_t seed[RECORDING_SEED_LEN], salt[STATEMENT_SALT_LEN];
    struct merkle_hash level[64];
    size_t count = 0;
    OK(recording_store_get(f->node->db, f->id, f->a, &row, &f->err));
    OK(recording_seed(f->node, &row, f->a, seed, &f->err));
    OK(recording_marks(f->node, f->id, f->a, &marks, &n, &f->err));
    for (int i = 0; i < 1 + (int)n + chunks; i++) {
        const enum statement_leaf kind = i == 0 ? LEAF_ABOUT : i <= (int)n ? LEAF_MARK : LEAF_CHUNK;
        const int64_t number = i == 0 ? 0 : i <= (int)n ? i - 1 : i - 1 - (int)n;
        const bytes content = i == 0 ? str_bytes(about) : i <= (int)n ? str_bytes(statement_mark_text(f->a, &marks[i - 1])) : media_of(f, (int)number);
        struct buf b = buf_new(f->a);
        statement_salt(salt, seed, kind, number);
        buf_byte(&b, 0);
        buf_add_bytes(&b, salt, sizeof salt);
        buf_byte(&b, (char)kind);
        buf_add_bytes(&b, content.p, content.len);
        crypto_sha256(level[count++].b, buf_bytes(&b));
    }
    while (count > 1) { /* RFC 6962: the largest power of two to the left; for a level at a time, an odd one goes up as it is */
        size_t up = 0;
        for (size_t i = 0; i < count; i += 2) {
            if (i + 1 < count)
                merkle_node(&level[up], &level[i], &level[i + 1]);
            else
                level[up] = level[i];
            up++;
        }
        count = up;
    }
    memcpy(root, level[0].b, HASH_LEN);
}

static void test_the_seal(void **state)
{
    struct fixture *f = *state;
    const str about = STR("{\"language\":\"km\"}");
    struct statement s, again;
    struct recording rec;
    uint8_t root[HASH_LEN];
    int64_t have;
    bytes leaf;
    assert_int_equal(statement_seal(&f->w, f->id, about, f->a, &s, &f->err), ERR_INPUT); /* nothing was recorded */
    for (int i = 0; i < 5; i++)
        OK(append(f, i, &have));
    OK(recording_mark(&f->w, f->id, &(struct recording_mark){.kind = MARK_BREAK, .at_ms = 4000}, &f->err));
    OK(statement_seal(&f->w, f->id, about, f->a, &s, &f->err));
    root_by_hand(f, about, 5, root);
    assert_memory_equal(s.root, root, HASH_LEN);
    assert_int_equal(s.leaves, 7);
    assert_int_equal(s.length_ms, 8000);
    OK(log_leaf_get(f->node->log, f->node->db, s.leaf_index, f->a, &leaf, &f->err));
    assert_non_null(memmem(leaf.p, leaf.len, "statement", 9));
    OK(recording_find(f->node, f->id, f->a, &rec, &f->err));
    assert_true(rec.state == RECORDING_SEALED && rec.has_root);
    assert_memory_equal(rec.root, root, HASH_LEN);
    assert_int_equal(append(f, 5, &have), ERR_DENIED); /* what is sealed stays as it is */
    assert_int_equal(recording_mark(&f->w, f->id, &(struct recording_mark){.kind = MARK_NOTE, .text = STR("late")}, &f->err), ERR_DENIED);
    assert_int_equal(statement_seal(&f->w, f->id, about, f->a, &again, &f->err), ERR_DENIED);
    assert_media(f, 5);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_chunks_come_in_order_and_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_chunk_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_who_works_on_it_adds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_torn_end_is_written_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_lies_in_the_clear, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_changed_or_moved_chunk_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_marks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_seal, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
