/* note and checkpoint: the signed note of the Go documentation, a real log's checkpoints, and what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "trust/log/checkpoint.h"

#define TESSERA_KEY "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
#define TESSERA_5                                                                                                     \
    "example.com/log/testdata\n5\ngy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ=\n"
#define TESSERA_5_SIGNATURE                                                                                           \
    "\xe2\x80\x94 example.com/log/testdata M9e0lmn5eDHyHP10zJObZdFAX2y1V8fdDKBi4IiHbDYf1TCUBwxZOhqwv2QZCqrdda2zTRTrmnwjwscN5RBTEmZUYAs=\n"

static struct arena *a;
static struct err err;

static int parse(const char *raw)
{
    struct note note;
    return note_parse(a, str_from(raw), &note, &err);
}

static int open_checkpoint(const char *raw, struct checkpoint *cp)
{
    struct note_verifier verifier;
    assert_int_equal(note_verifier_parse(STR(TESSERA_KEY), &verifier, &err), 0);
    return checkpoint_open(a, str_from(raw), &verifier, cp, &err);
}

static void test_checkpoint_of_a_real_log(void **state)
{
    (void)state;
    struct checkpoint cp;
    assert_int_equal(open_checkpoint(TESSERA_5 "\n" TESSERA_5_SIGNATURE, &cp), 0);
    assert_int_equal(cp.size, 5);
    assert_true(str_eq(cp.origin, STR("example.com/log/testdata")));
    assert_int_equal(cp.extension.len, 0);
    assert_true(str_eq(checkpoint_format(a, &cp), STR(TESSERA_5)));

    /* five words, as that log holds them */
    static const char *const words[] = {"one", "two", "three", "four", "five"};
    struct merkle_frontier f = {0};
    struct merkle_hash hash;
    for (int i = 0; i < 5; i++) {
        merkle_leaf(&hash, str_bytes(str_from(words[i])));
        assert_int_equal(merkle_frontier_add(&f, &hash, NULL, NULL, NULL), 0);
    }
    merkle_frontier_root(&f, &hash);
    assert_memory_equal(hash.b, cp.root.b, HASH_LEN);
}

static void test_other_signatures_are_ignored(void **state)
{
    (void)state;
    struct checkpoint cp;
    const char *stranger = "\xe2\x80\x94 witness.example AAAAAAECAwQF\n";
    /* the same name with another id, and the same id with another name, are other keys */
    const char *other_id = "\xe2\x80\x94 example.com/log/testdata AAAAAAECAwQF\n";
    const char *other_name = "\xe2\x80\x94 example.com/log/other M9e0lgECAwQF\n";
    str raw = str_printf(a, "%s\n%s%s%s%s", TESSERA_5, stranger, other_id, TESSERA_5_SIGNATURE, other_name);
    assert_int_equal(open_checkpoint(raw.p, &cp), 0);
    raw = str_printf(a, "%s\n%s%s", TESSERA_5, stranger, other_id);
    assert_int_equal(open_checkpoint(raw.p, &cp), ERR_CRYPTO); /* nobody known has signed */
    /* one that claims to be the known key and does not hold spoils the note */
    raw = str_printf(a, "%s\n%s\xe2\x80\x94 example.com/log/testdata M9e0lgECAwQF\n", TESSERA_5, TESSERA_5_SIGNATURE);
    assert_int_equal(open_checkpoint(raw.p, &cp), ERR_CRYPTO);
}

static void test_every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    const char *raw = TESSERA_5 "\n" TESSERA_5_SIGNATURE;
    size_t len = strlen(raw);
    struct checkpoint cp;
    for (size_t bit = 0; bit < len * 8; bit++) {
        char *changed = arena_alloc(a, len + 1);
        memcpy(changed, raw, len);
        changed[bit / 8] = (char)(changed[bit / 8] ^ (1 << bit % 8));
        struct note_verifier verifier;
        assert_int_equal(note_verifier_parse(STR(TESSERA_KEY), &verifier, &err), 0);
        assert_true(checkpoint_open(a, (str){changed, len}, &verifier, &cp, &err) < 0);
        if (bit % 512 == 0)
            arena_reset(a);
    }
}

static void test_malformed_notes(void **state)
{
    (void)state;
#define LINE "\xe2\x80\x94 n AAAAAAE=\n"
    assert_int_equal(parse("text\n\n" LINE), 0);
    assert_int_equal(parse("te\n\nxt\n\n" LINE), 0); /* the last empty line parts text and signatures */
    static const char *const bad[] = {
        "", "\n", "text\n", "text\n\n", "text\n" LINE, "text\n\n" LINE "\n", "text\n\n\xe2\x80\x94 n AAAAAAE=", /* no end */
        "text\n\n- n AAAAAAE=\n", "text\n\n\xe2\x80\x94 n\n", "text\n\n\xe2\x80\x94  AAAAAAE=\n", "text\n\n\xe2\x80\x94 n AAAA\n",
        "text\n\n\xe2\x80\x94 n AAAAAAE\n", "text\n\n\xe2\x80\x94 n+m AAAAAAE=\n", "text\n\n\xe2\x80\x94 n\xc2\xa0m AAAAAAE=\n",
        "text\n\n\xe2\x80\x94 n AAAAAAE= \n", "te\txt\n\n" LINE, "te\rxt\n\n" LINE, "te\xffxt\n\n" LINE, "text\n\n" LINE "x\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (parse(bad[i]) != ERR_INPUT)
            fail_msg("malformed note %zu was accepted", i);
    struct note note;
    assert_int_equal(note_parse(a, STR("te\0xt\n\n" LINE), &note, &err), ERR_INPUT);

    struct buf many = buf_new(a);
    buf_add(&many, STR("text\n\n"));
    for (int i = 0; i < NOTE_SIGNATURES_MAX; i++)
        buf_add(&many, STR(LINE));
    assert_int_equal(note_parse(a, buf_str(&many), &note, &err), 0);
    assert_int_equal(note.n, NOTE_SIGNATURES_MAX);
    buf_add(&many, STR(LINE));
    assert_int_equal(note_parse(a, buf_str(&many), &note, &err), ERR_INPUT);
#undef LINE
}

static void test_malformed_checkpoints(void **state)
{
    (void)state;
    struct checkpoint cp;
#define ROOT "gy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ=\n"
    assert_int_equal(checkpoint_parse(STR("o\n0\n" ROOT), &cp, &err), 0);
    assert_int_equal(checkpoint_parse(STR("o\n9223372036854775807\n" ROOT "extension\nanother\n"), &cp, &err), 0);
    assert_true(str_eq(cp.extension, STR("extension\nanother\n")));
    static const char *const bad[] = {
        "", "o\n", "\n1\n" ROOT, "o\n01\n" ROOT, "o\n-1\n" ROOT, "o\n+1\n" ROOT, "o\n\n" ROOT, "o\n-0\n" ROOT, "o\n1 \n" ROOT,
        "o\n9223372036854775808\n" ROOT, "o\n1\nAAAA\n", "o\n1\n", "o\n1\n\n", "o\n1\ngy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ=",
        "o\n1\n" ROOT "\n", "o\n1\n" ROOT "extension", "o\n1\n" ROOT "a\n\nb\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (checkpoint_parse(str_from(bad[i]), &cp, &err) != ERR_INPUT)
            fail_msg("malformed checkpoint %zu was accepted", i);
#undef ROOT
}

static void test_verifier_keys(void **state)
{
    (void)state;
    struct note_verifier v;
    assert_int_equal(note_verifier_parse(STR(TESSERA_KEY), &v, &err), 0);
    assert_true(str_eq(note_vkey(a, v.name, v.public_key), STR(TESSERA_KEY)));
    static const char *const bad[] = {
        "", "name", "name+", "name+33d7b496", "name+33d7b496+", "+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
        "example.com/log/testdata+33d7b497+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx", /* the id of another key */
        "example.com/log/testdatb+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
        "example.com/log/testdata+33d7b496+AuHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx", /* not Ed25519 */
        "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkks=",
        "example com+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (note_verifier_parse(str_from(bad[i]), &v, &err) != ERR_INPUT)
            fail_msg("malformed key %zu was accepted", i);
    assert_true(note_name_valid(STR("comity/north-shelter")));
    assert_false(note_name_valid(STR("comity/a\xe3\x80\x80" "b"))); /* ideographic space */
}

/* The key 00 01 .. 1f; the id was computed apart: SHA-256(name, 0x0A, 0x04, key). */
#define WITNESS_KEY "comity/practice/witness+3c0f5875+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
static void test_witness_keys(void **state)
{
    (void)state;
    struct note_verifier v;
    assert_int_equal(note_witness_parse(STR(WITNESS_KEY), &v, &err), 0);
    for (uint8_t i = 0; i < SIGN_PUBLIC_LEN; i++)
        assert_int_equal(v.public_key[i], i);
    assert_true(str_eq(note_witness_vkey(a, v.name, v.public_key), STR(WITNESS_KEY)));
    assert_int_equal(note_verifier_parse(STR(WITNESS_KEY), &v, &err), ERR_INPUT); /* neither kind passes for the other */
    assert_int_equal(note_witness_parse(STR(TESSERA_KEY), &v, &err), ERR_INPUT);
}

static void test_proof_text(void **state)
{
    (void)state;
    struct merkle_hash hashes[2] = {{{1}}, {{2}}};
    struct tlog_proof in = {.index = 3, .path = {hashes, 2}, .checkpoint = STR(TESSERA_5 "\n" TESSERA_5_SIGNATURE)}, out;
    str text = tlog_proof_format(a, &in);
    assert_true(str_starts(text, STR("c2sp.org/tlog-proof@v1\nindex 3\nAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")));
    assert_int_equal(tlog_proof_parse(a, text, &out, &err), 0);
    assert_int_equal(out.index, 3);
    assert_int_equal(out.path.n, 2);
    assert_memory_equal(out.path.hashes, hashes, sizeof hashes);
    assert_true(str_eq(out.checkpoint, in.checkpoint));
    in.extra = str_bytes(STR("more"));
    in.path.n = 0;
    assert_int_equal(tlog_proof_parse(a, tlog_proof_format(a, &in), &out, &err), 0);
    assert_true(str_eq(bytes_str(out.extra), STR("more")));
    assert_int_equal(out.path.n, 0);
    static const char *const bad[] = {
        "", "c2sp.org/tlog-proof@v2\nindex 0\n\nx", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex 01\n\nx",
        "c2sp.org/tlog-proof@v1\nindex\n\nx", "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx", "c2sp.org/tlog-proof@v1\nindex 0\nAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (tlog_proof_parse(a, str_from(bad[i]), &out, &err) >= 0 && out.checkpoint.len)
            fail_msg("malformed proof %zu was accepted", i);
}

static str data_file(const char *name)
{
    const char *data = getenv("COMITY_DATA"), *source = getenv("COMITY_SOURCE");
    str path = data ? str_printf(a, "%s/vectors/tlog/tessera-testlog/log/%s", data, name)
                    : str_printf(a, "%s/../shared/data/vectors/tlog/tessera-testlog/log/%s", source ? source : ".", name);
    bytes content = {0};
    return file_read(a, path.p, 1 << 20, &content, &err) < 0 ? (str){NULL, 0} : bytes_str(content);
}

static void test_tessera_log(void **state)
{
    (void)state;
    str entries = data_file("tile/entries/000.p/15");
    if (!entries.p) {
        print_message("# vectors/tlog/tessera-testlog is not there: skipped\n");
        skip();
    }
    struct merkle_frontier f = {0};
    struct merkle_hash hash;
    struct reader r = reader_new(str_bytes(entries));
    for (uint64_t size = 0;; size++) {
        struct checkpoint cp;
        str raw = data_file(str_printf(a, "checkpoint.%llu", (unsigned long long)size).p);
        assert_non_null(raw.p);
        if (open_checkpoint(raw.p, &cp) < 0)
            fail_msg("checkpoint %llu: %s", (unsigned long long)size, err.text);
        assert_int_equal(cp.size, size);
        merkle_frontier_root(&f, &hash);
        assert_memory_equal(hash.b, cp.root.b, HASH_LEN);
        if (reader_done(&r)) {
            assert_int_equal(size, 15);
            break;
        }
        merkle_leaf(&hash, reader_take(&r, reader_u16(&r)));
        assert_true(r.ok);
        assert_int_equal(merkle_frontier_add(&f, &hash, NULL, NULL, NULL), 0);
    }
}

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    return crypto_open(&err);
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checkpoint_of_a_real_log),
        cmocka_unit_test(test_other_signatures_are_ignored),
        cmocka_unit_test(test_every_flipped_bit_is_noticed),
        cmocka_unit_test(test_malformed_notes),
        cmocka_unit_test(test_malformed_checkpoints),
        cmocka_unit_test(test_verifier_keys),
        cmocka_unit_test(test_witness_keys),
        cmocka_unit_test(test_proof_text),
        cmocka_unit_test(test_tessera_log),
    };
    return cmocka_run_group_tests_name("trust/log/note", tests, set_up, tear_down);
}
