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
#include "trust/log/merkle.h"
#include "work/statements/test_statement_house.h"

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
        bytes media, expected = house_media(f, i);
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
    OK(house_append(f, 0, &have));
    assert_int_equal(have, 1);
    assert_int_equal(house_append(f, 2, &have), ERR_RETRY); /* one is missing: it says which */
    assert_int_equal(have, 1);
    OK(house_append(f, 1, &have));
    OK(house_append(f, 1, &have)); /* the answer was lost: the same again changes nothing */
    assert_int_equal(have, 2);
    struct recording_chunk other = {.sequence = 1, .at_ms = 2000, .media = house_media(f, 9)};
    assert_int_equal(recording_append(&f->w, f->id, &other, &have, &f->err), ERR_EXISTS);
    OK(house_append(f, 2, &have));
    assert_media(f, 3);
}

static void test_what_is_no_chunk_is_refused(void **state)
{
    struct fixture *f = *state;
    int64_t have;
    uint8_t unknown[ID_LEN] = {9};
    assert_int_equal(recording_append(&f->w, f->id, &(struct recording_chunk){.media = {NULL, 0}}, &have, &f->err), ERR_INPUT);
    assert_int_equal(recording_append(&f->w, f->id, &(struct recording_chunk){.sequence = -1, .media = house_media(f, 0)}, &have, &f->err), ERR_INPUT);
    assert_int_equal(recording_append(&f->w, unknown, &(struct recording_chunk){.media = house_media(f, 0)}, &have, &f->err), ERR_NOT_FOUND);
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
    OK(house_append(f, 0, &have));
    f->w.actor = &f->other;
    assert_int_equal(house_append(f, 1, &have), ERR_DENIED);
    assert_int_not_equal(recording_mark(&f->w, f->id, &mark, &f->err), 0);
    f->w.actor = &f->lead;
    struct access_member gone = {.id = {1}, .roles = ROLE_CASEWORKER, .state = MEMBER_SUSPENDED};
    OK(access_member_put(f->node->db, &gone, &f->err));
    assert_int_not_equal(house_append(f, 1, &have), 0); /* what was taken away counts at once */
    assert_media(f, 1);
}

/* A program that died between writing and the row left bytes that were never acknowledged. */
static void test_a_torn_end_is_written_over(void **state)
{
    struct fixture *f = *state;
    int64_t have;
    OK(house_append(f, 0, &have));
    FILE *file = fopen(stored_path(f), "ab");
    assert_non_null(file);
    assert_int_equal(fwrite("half a part that nobody was told of", 1, 35, file), 35);
    fclose(file);
    OK(house_append(f, 1, &have));
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
    OK(house_append(f, 0, &have));
    OK(house_append(f, 1, &have));
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

static void one_leaf(struct fixture *f, struct merkle_hash *out, const uint8_t *seed, enum statement_leaf kind, int64_t number, bytes content)
{
    struct buf b = buf_new(f->a);
    uint8_t salt[STATEMENT_SALT_LEN];
    statement_salt(salt, seed, kind, number);
    buf_byte(&b, 0);
    buf_add_bytes(&b, salt, sizeof salt);
    buf_byte(&b, (char)kind);
    buf_add_bytes(&b, content.p, content.len);
    crypto_sha256(out->b, buf_bytes(&b));
}

/* The root, computed here in the plainest way. */
static void root_by_hand(struct fixture *f, str about, int chunks, uint8_t root[static HASH_LEN])
{
    struct recording_row row;
    struct recording_mark *marks;
    size_t n, count = 0;
    uint8_t seed[RECORDING_SEED_LEN];
    struct merkle_hash level[64];
    OK(recording_store_get(f->node->db, f->id, f->a, &row, &f->err));
    OK(recording_seed(f->node, &row, f->a, seed, &f->err));
    OK(recording_marks(f->node, f->id, f->a, &marks, &n, &f->err));
    one_leaf(f, &level[count++], seed, LEAF_ABOUT, 0, str_bytes(about));
    one_leaf(f, &level[count++], seed, LEAF_HEAD, 0, house_media(f, 0)); /* no cluster in it: all of the first chunk */
    for (size_t i = 0; i < n; i++)
        one_leaf(f, &level[count++], seed, LEAF_MARK, (int64_t)i, str_bytes(statement_mark_text(f->a, &marks[i])));
    for (int i = 0; i < chunks; i++) {
        struct buf b = buf_new(f->a);
        buf_u64(&b, (uint64_t)i * 2000);
        buf_u64(&b, 0);
        buf_add_bytes(&b, house_media(f, i).p, house_media(f, i).len);
        one_leaf(f, &level[count++], seed, LEAF_CHUNK, i, buf_bytes(&b));
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
        OK(house_append(f, i, &have));
    OK(recording_mark(&f->w, f->id, &(struct recording_mark){.kind = MARK_BREAK, .at_ms = 4000}, &f->err));
    OK(statement_seal(&f->w, f->id, about, f->a, &s, &f->err));
    root_by_hand(f, about, 5, root);
    assert_memory_equal(s.root, root, HASH_LEN);
    assert_int_equal(s.leaves, 8);
    assert_int_equal(s.length_ms, 8000);
    OK(log_leaf_get(f->node->log, f->node->db, s.leaf_index, f->a, &leaf, &f->err));
    assert_non_null(memmem(leaf.p, leaf.len, "statement", 9));
    OK(recording_find(f->node, f->id, f->a, &rec, &f->err));
    assert_true(rec.state == RECORDING_SEALED && rec.has_root);
    assert_memory_equal(rec.root, root, HASH_LEN);
    assert_int_equal(house_append(f, 5, &have), ERR_DENIED); /* what is sealed stays as it is */
    assert_int_equal(recording_mark(&f->w, f->id, &(struct recording_mark){.kind = MARK_NOTE, .text = STR("late")}, &f->err), ERR_DENIED);
    assert_int_equal(statement_seal(&f->w, f->id, about, f->a, &again, &f->err), ERR_DENIED);
    assert_media(f, 5);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_chunks_come_in_order_and_once, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_chunk_is_refused, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_only_who_works_on_it_adds, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_a_torn_end_is_written_over, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_lies_in_the_clear, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_a_changed_or_moved_chunk_is_found, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_marks, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_the_seal, house_set_up, house_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
