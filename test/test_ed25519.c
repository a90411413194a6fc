/* Ed25519: which edge cases crypto_verify takes is pinned by the 914 vectors of C2SP/CCTV, by their flags.
 *
 * Taken: a point with a component of low order, when that cancels out (which no check on the point alone could find). Refused: points of low
 * order, encodings that are not canonical (RFC 8032 section 5.1.3), and what holds only when multiplied by the cofactor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "ground/crypto/crypto.h"
#include "ground/json/json.h"

#define FILE_MAX (4 << 20)

static bool is_taken(struct arena *a, const struct json *vector)
{
    static const char *const refused[] = {"low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue", "reencoded_k"};
    const struct json *flags = json_find(vector, "flags");
    for (size_t i = 0; i < json_count(flags); i++) {
        str flag = json_write(a, json_at(flags, i), JSON_ONE_LINE); /* with its quotes */
        for (size_t k = 0; k < sizeof refused / sizeof refused[0]; k++)
            if (str_eq(str_slice(flag, 1, flag.len - 1), str_from(refused[k])))
                return false;
    }
    return true;
}

static void test_edge_cases(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    const char *data = getenv("COMITY_DATA"), *source = getenv("COMITY_SOURCE");
    const char *folder = data ? data : str_printf(a, "%s/../shared/data", source ? source : ".").p;
    bytes text;
    if (file_read(a, str_printf(a, "%s/vectors/tlog/c2sp/ed25519/ed25519vectors.json", folder).p, FILE_MAX, &text, &err) == ERR_NOT_FOUND) {
        arena_free(a);
        skip();
    }
    const struct json *all;
    assert_int_equal(json_parse(a, "vectors", text, FILE_MAX, &all, &err), 0);
    assert_int_equal(json_count(all), 914);
    size_t taken = 0;
    for (size_t i = 0; i < json_count(all); i++) {
        const struct json *v = json_at(all, i);
        uint8_t key[SIGN_PUBLIC_LEN], signature[SIGNATURE_LEN];
        str message;
        if (json_get_hex(v, "key", key, sizeof key, &err) < 0 || json_get_hex(v, "sig", signature, sizeof signature, &err) < 0 ||
            json_get_str(v, "msg", 200, &message, &err) < 0)
            fail_msg("%s", err.text);
        bool good = crypto_verify(signature, str_bytes(message), key);
        if (good != is_taken(a, v))
            fail_msg("vector %zu is %s", i, good ? "taken" : "refused");
        taken += good;
    }
    print_message("914 vectors: %zu taken, %zu refused, as their flags say\n", taken, 914 - taken);
    assert_true(taken > 0 && taken < 914);
    arena_free(a);
}

static int start(void **state)
{
    (void)state;
    struct err err = {0};
    return crypto_open(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_edge_cases)};
    return cmocka_run_group_tests_name("ed25519", tests, start, NULL);
}
