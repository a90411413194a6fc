/* statement copies: whole, in part, redacted, each proves itself; no bit of one can change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "work/statements/statement_copy.h"
#include "work/statements/test_statement_house.h"

static const str about = {"{\"language\":\"km\",\"protocol\":\"free account first\"}", 49};

/* Six parts of two seconds; marks at 1, 5 and 9 s. The parts' media are small, so that every bit can be tried. */
static void record_and_seal(struct fixture *f, struct statement *s)
{
    int64_t have;
    for (int i = 0; i < 6; i++) {
        const str media = str_printf(f->a, "head\x1f\x43\xb6\x75 what was said in part %d", i);
        OK(recording_append(&f->w, f->id, &(struct recording_chunk){.sequence = i, .at_ms = i * 2000, .media = str_bytes(media)}, &have, &f->err));
    }
    for (int i = 0; i < 3; i++)
        OK(recording_mark(&f->w, f->id, &(struct recording_mark){.kind = MARK_NOTE, .at_ms = 1000 + 4000 * i, .text = str_printf(f->a, "note %d", i)}, &f->err));
    OK(statement_seal(&f->w, f->id, about, f->a, s, &f->err));
}

static bytes copy_of(struct fixture *f, const struct statement_cut *cut)
{
    struct statement_copy *c;
    struct buf b = buf_new(f->a);
    bytes piece;
    OK(statement_copy_open(f->node, f->id, cut, NULL, NOW + 1, &c, &f->err));
    do {
        OK(statement_copy_next(c, &piece, &f->err));
        buf_add_bytes(&b, piece.p, piece.len);
    } while (piece.len);
    assert_int_equal(statement_copy_size(c), buf_bytes(&b).len);
    statement_copy_close(c);
    return buf_bytes(&b);
}

struct heard { struct arena *a; struct buf text; int chunks, marks, heads; };

static int hear(void *arg, const struct statement_header *h, const struct statement_piece *p, struct err *err)
{
    struct heard *heard = arg;
    (void)h;
    (void)err;
    heard->chunks += p->kind == LEAF_CHUNK;
    heard->marks += p->kind == LEAF_MARK;
    heard->heads += p->kind == LEAF_HEAD;
    buf_addf(&heard->text, "[%d %lld %lld %.*s]", p->kind, (long long)p->number, (long long)p->at_ms, (int)p->content.len, (const char *)p->content.p);
    return 0;
}

static void agency_key(struct fixture *f, uint8_t key[static SIGN_PUBLIC_LEN])
{
    keyring_public(f->node->keys, KEYRING_AGENCY, key);
}

/* In pieces of some size, since nothing promises whole frames. */
static int check(struct fixture *f, bytes copy, size_t piece, struct heard *heard)
{
    uint8_t key[SIGN_PUBLIC_LEN];
    agency_key(f, key);
    if (heard)
        *heard = (struct heard){.a = f->a, .text = buf_new(f->a)};
    struct statement_check *c = statement_check_new(key, heard ? hear : NULL, heard);
    int r = 0;
    for (size_t at = 0; r == 0 && at < copy.len; at += piece)
        r = statement_check_add(c, (bytes){copy.p + at, copy.len - at < piece ? copy.len - at : piece}, &f->err);
    if (r == 0)
        r = statement_check_end(c, &f->err);
    statement_check_free(c);
    return r;
}

static void test_the_whole(void **state)
{
    struct fixture *f = *state;
    struct statement s;
    struct heard heard;
    record_and_seal(f, &s);
    bytes copy = copy_of(f, NULL);
    for (size_t piece = 1; piece < 5000; piece = piece * 7 + 1)
        OK(check(f, copy, piece, &heard));
    assert_true(heard.chunks == 6 && heard.marks == 3 && heard.heads == 1);
    assert_non_null(memmem(copy.p, copy.len, "what was said in part 5", 23));
    assert_non_null(strstr(buf_str(&heard.text).p, "[4 5 10000 head"));
    assert_non_null(strstr(buf_str(&heard.text).p, "[5 0 0 head]")); /* what stands in front of the first cluster */
    uint8_t wrong[SIGN_PUBLIC_LEN] = {1};
    struct statement_check *c = statement_check_new(wrong, NULL, NULL);
    assert_int_equal(statement_check_add(c, copy, &f->err), ERR_CRYPTO);
    statement_check_free(c);
}

static void test_an_excerpt_tells_nothing_else(void **state)
{
    struct fixture *f = *state;
    struct statement s;
    struct heard heard;
    record_and_seal(f, &s);
    bytes copy = copy_of(f, &(struct statement_cut){.from_ms = 4500, .until_ms = 7000});
    OK(check(f, copy, 512, &heard));
    assert_int_equal(heard.chunks, 2); /* those of 4 to 6 and 6 to 8 seconds */
    assert_int_equal(heard.marks, 1);
    for (int i = 0; i < 6; i++) {
        const str said = str_printf(f->a, "part %d", i);
        assert_int_equal(memmem(copy.p, copy.len, said.p, said.len) != NULL, i == 2 || i == 3);
    }
}

static void test_a_redaction_leaves_the_original(void **state)
{
    struct fixture *f = *state;
    struct statement s;
    struct heard heard;
    static const int64_t spans[][2] = {{0, 3000}, {9500, 9600}};
    record_and_seal(f, &s);
    bytes before = copy_of(f, NULL);
    assert_int_equal(statement_copy_open(f->node, f->id, &(struct statement_cut){.left_out = spans, .n_left_out = 2}, NULL, NOW, &(struct statement_copy *){NULL},
                                         &f->err), ERR_INPUT); /* a reason is needed */
    bytes copy = copy_of(f, &(struct statement_cut){.left_out = spans, .n_left_out = 2, .why = STR("names a child")});
    OK(check(f, copy, 512, &heard));
    assert_int_equal(heard.chunks, 3);
    assert_null(memmem(copy.p, copy.len, "part 0", 6));
    assert_null(memmem(copy.p, copy.len, "note 0", 6));
    assert_null(memmem(copy.p, copy.len, "part 4", 6));
    assert_non_null(memmem(copy.p, copy.len, "part 2", 6));
    assert_non_null(memmem(copy.p, copy.len, "names a child", 13));
    bytes after = copy_of(f, NULL);
    assert_int_equal(before.len, after.len);
    OK(check(f, after, 512, NULL));
}

static void test_no_bit_can_change(void **state)
{
    struct fixture *f = *state;
    struct statement s;
    record_and_seal(f, &s);
    bytes copy = copy_of(f, &(struct statement_cut){.from_ms = 4500, .until_ms = 7000});
    uint8_t *changed = (uint8_t *)bytes_dup(f->a, copy).p;
    struct arena *a = f->a;
    OK(check(f, copy, copy.len, NULL));
    for (size_t i = 0; i < copy.len; i++)
        for (int bit = 0; bit < 8; bit++) {
            changed[i] ^= (uint8_t)(1 << bit);
            if (check(f, (bytes){changed, copy.len}, copy.len, NULL) == 0)
                fail_msg("bit %d of byte %zu of %zu can change", bit, i, copy.len);
            changed[i] ^= (uint8_t)(1 << bit);
        }
    for (size_t len = 0; len < copy.len; len++)
        assert_int_not_equal(check(f, (bytes){copy.p, len}, copy.len, NULL), 0);
    f->a = a;
    uint8_t *longer = arena_alloc(f->a, copy.len + 1);
    memcpy(longer, copy.p, copy.len);
    longer[copy.len] = 'x';
    assert_int_not_equal(check(f, (bytes){longer, copy.len + 1}, copy.len + 1, NULL), 0);
}

/* Whoever carries it can hash a leaf and put the hash in its place: root and signatures would hold without the map. */
static void test_nobody_leaves_out_more_on_the_way(void **state)
{
    struct fixture *f = *state;
    struct statement s;
    record_and_seal(f, &s);
    bytes copy = copy_of(f, NULL);
    const uint8_t *frame = (const uint8_t *)memchr(memchr(copy.p, '\n', copy.len), '{', copy.len), *end;
    frame = (const uint8_t *)memchr(frame, '\n', copy.len - (size_t)(frame - copy.p)) + 1; /* the first frame: h kind salt length content */
    const uint32_t len = get_u32be(frame + 18);
    struct buf b = buf_new(f->a);
    uint8_t hash[HASH_LEN];
    end = frame + 22 + len;
    statement_leaf_hash(hash, frame + 2, LEAF_ABOUT, (bytes){frame + 22, len});
    buf_add_bytes(&b, copy.p, (size_t)(frame - copy.p));
    buf_byte(&b, 'x');
    buf_add_bytes(&b, hash, HASH_LEN);
    buf_add_bytes(&b, end, copy.len - (size_t)(end - copy.p));
    assert_int_equal(check(f, buf_bytes(&b), 512, NULL), ERR_CRYPTO);
    OK(check(f, copy, 512, NULL));
}

static void test_only_what_is_sealed_is_copied(void **state)
{
    struct fixture *f = *state;
    struct statement_copy *c = NULL;
    int64_t have;
    OK(house_append(f, 0, &have));
    assert_int_equal(statement_copy_open(f->node, f->id, NULL, NULL, NOW, &c, &f->err), ERR_DENIED);
    assert_null(c);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_whole, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_an_excerpt_tells_nothing_else, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_a_redaction_leaves_the_original, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_no_bit_can_change, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_leaves_out_more_on_the_way, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_only_what_is_sealed_is_copied, house_set_up, house_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
