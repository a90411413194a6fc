/* Tests of password.c: RFC 6238's own vectors, and hashes that hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ground/crypto/crypto.h"
#include "ground/crypto/password.h"

/* RFC 6238, appendix B, SHA-1; the RFC shows eight digits, of which these are the last six. */
static void test_totp(void **state)
{
    (void)state;
    static const struct { int64_t seconds; uint32_t code; } vectors[] = {
        {59, 287082}, {1111111109, 81804}, {1111111111, 50471}, {1234567890, 5924}, {2000000000, 279037}, {20000000000, 353130},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        assert_int_equal(totp_code((const uint8_t *)"12345678901234567890", totp_step(vectors[i].seconds * 1000)), vectors[i].code);
}

static void test_passwords(void **state)
{
    (void)state;
    struct err err = {0};
    char one[PASSWORD_HASH_LEN], two[PASSWORD_HASH_LEN];
    assert_int_equal(crypto_open(&err), 0);
    assert_int_equal(password_hash(STR("three words together"), one, &err), 0);
    assert_int_equal(password_hash(STR("three words together"), two, &err), 0);
    assert_string_not_equal(one, two);
    assert_true(password_holds(one, STR("three words together")));
    assert_false(password_holds(one, STR("three words togethe")));
    assert_false(password_holds(one, STR("")));
    one[40] ^= 1;
    assert_false(password_holds(one, STR("three words together")));
    password_waste(STR("anything"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_totp), cmocka_unit_test(test_passwords)};
    return cmocka_run_group_tests_name("crypto/password", tests, NULL, NULL);
}
