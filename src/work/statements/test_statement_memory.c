/* A long recording needs no more memory than a short one: to be sealed, to be copied, to be checked. Counted are the bytes that this program has from the
 * system at a time (the linker puts the functions below in front of the C library's), so no timing and no cache decides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "work/statements/test_statement_house.h"

#define PIECE 20000   /* bytes of a chunk, all of them media header: nothing in it begins a cluster */
#define SHORT (3 * RECORDING_PAGE + 10) /* an arena that is emptied for each page has its size after a few */
#define LONG (3 * SHORT)
#define SLACK (32 * 1024) /* less than two chunks */

static int64_t live, peak;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void __wrap_free(void *p);

static void *had(void *p)
{
    live += p ? (int64_t)malloc_usable_size(p) : 0;
    peak = live > peak ? live : peak;
    return p;
}

void *__wrap_malloc(size_t size)
{
    return had(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return had(__real_calloc(n, size));
}

void *__wrap_realloc(void *p, size_t size)
{
    live -= p ? (int64_t)malloc_usable_size(p) : 0;
    return had(__real_realloc(p, size));
}

void __wrap_free(void *p)
{
    live -= p ? (int64_t)malloc_usable_size(p) : 0;
    __real_free(p);
}

static int64_t begin_count(void)
{
    peak = live;
    return live;
}

/* n chunks, each of a session of its own when each_anew, with a mark each. */
static void make_recording(struct fixture *f, int n, bool each_anew)
{
    static uint8_t media[PIECE];
    char words[RECORDING_WORDS_MAX / 2];
    int64_t have;
    memset(words, 'w', sizeof words);
    OK(recording_begin(&f->w, f->file, f->interview, STR("video/webm"), f->id, &f->err));
    for (int i = 0; i < n; i++) {
        media[0] = (uint8_t)i;
        OK(recording_append(&f->w, f->id, &(struct recording_chunk){.sequence = i, .at_ms = i * 2000, .session = each_anew ? i : 0, .media = {media, sizeof media}},
                            &have, &f->err));
        OK(recording_mark(&f->w, f->id, &(struct recording_mark){.kind = MARK_NOTE, .at_ms = i * 2000 + 1, .text = {words, sizeof words}}, &f->err));
    }
}

static void copy_and_check(struct fixture *f, int64_t heads, int n)
{
    struct statement_copy *copy;
    uint8_t key[SIGN_PUBLIC_LEN];
    uint64_t size = 0;
    bytes piece;
    keyring_public(f->node->keys, KEYRING_AGENCY, key);
    struct statement_check *check = statement_check_new(key, NULL, NULL);
    OK(statement_copy_open(f->node, f->id, NULL, NULL, NOW + 1, &copy, &f->err));
    do {
        OK(statement_copy_next(copy, &piece, &f->err));
        OK(statement_check_add(check, piece, &f->err));
        size += piece.len;
    } while (piece.len);
    OK(statement_check_end(check, &f->err));
    assert_int_equal(statement_copy_size(copy), size);
    assert_int_equal(statement_copy_header(copy)->heads, heads);
    assert_int_equal(statement_copy_header(copy)->chunks, n);
    assert_int_equal(statement_copy_header(copy)->marks, n);
    statement_check_free(check);
    statement_copy_close(copy);
}

struct needs { int64_t seal, copy; };

static struct needs needs_of(struct fixture *f, int n, bool each_anew)
{
    struct needs needs;
    struct statement s;
    struct arena *a = arena_new();
    make_recording(f, n, each_anew);
    int64_t before = begin_count();
    OK(statement_seal(&f->w, f->id, STR("{\"language\":\"km\"}"), a, &s, &f->err));
    needs.seal = peak - before;
    before = begin_count();
    copy_and_check(f, each_anew ? n : 1, n);
    needs.copy = peak - before;
    printf("# %d chunks%s: sealing needs %lld bytes, a copy and its check %lld\n", n, each_anew ? ", each of a session of its own" : "", (long long)needs.seal,
           (long long)needs.copy);
    arena_free(a);
    return needs;
}

static void compare(struct fixture *f, bool each_anew)
{
    needs_of(f, 1, each_anew); /* what is made once: statements of the database, the purse of keys */
    const struct needs few = needs_of(f, SHORT, each_anew), many = needs_of(f, LONG, each_anew);
    assert_true(few.seal > PIECE && few.copy > 3 * PIECE); /* it counts at all */
    if (many.seal > few.seal + SLACK || many.copy > few.copy + SLACK)
        fail_msg("three times as long: sealing needs %lld bytes, not %lld; a copy %lld, not %lld", (long long)many.seal, (long long)few.seal,
                 (long long)many.copy, (long long)few.copy);
}

static void test_a_long_recording(void **state)
{
    compare(*state, false);
}

static void test_one_that_began_anew_again_and_again(void **state)
{
    compare(*state, true);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_long_recording, house_set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(test_one_that_began_anew_again_and_again, house_set_up, house_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
