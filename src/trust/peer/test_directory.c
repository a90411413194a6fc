/* directory: suspension, keys that come by themselves, keys that a person must confirm, keys that were lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ground/db/test_db_open.h"
#include "trust/peer/directory.h"
#include "trust/peer/test_house.h"

#define DAY_MS (24LL * 3600 * 1000)

struct fixture { struct house here, there; struct partner p; }; /* p: there, as here knows it */

static void reload(struct fixture *f)
{
    struct err err = {0};
    if (partner_by_id(f->here.node->db, f->here.a, f->p.id, &f->p, &err) < 0)
        fail_msg("%s", err.text);
}

static int set_up(void **state)
{
    static struct fixture f;
    house_open(&f.here, STR("Lotus House (practice)"), STR("KH"), STR("shelter"));
    house_open(&f.there, STR("Border Unit 7 (practice)"), STR("TH"), STR("police"));
    house_pair(&f.here, &f.there, 50);
    f.p = f.here.other;
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    house_close(&f->here);
    house_close(&f->there);
    return 0;
}

/* There's card as it is now, and changed as a test says. */
static str card_of(struct fixture *f, uint8_t letter, int64_t until_ms, int64_t now_ms, const uint8_t *pin, struct wire_card *out)
{
    struct err err = {0};
    struct pair_letter_key key = {.until_ms = until_ms};
    memset(key.public_key, letter, sizeof key.public_key);
    assert_int_equal(pair_card(f->there.node, STR(""), &key, now_ms, f->here.a, out, &err), 0);
    if (pin) {
        memcpy(out->tls_pin, pin, HASH_LEN);
        assert_int_equal(keyring_sign(f->there.node->keys, KEYRING_AGENCY, wire_card_canonical(f->here.a, out), out->signature, &err), 0);
    }
    return wire_card_write(f->here.a, out);
}

static enum directory_keys take(struct fixture *f, str card)
{
    struct err err = {0};
    enum directory_keys outcome;
    if (directory_keys_take(f->here.node, &f->p, str_bytes(card), clock_now_ms(), f->here.a, &outcome, &err) < 0)
        fail_msg("%s", err.text);
    reload(f);
    return outcome;
}

static void test_suspend_and_resume(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct partner p;
    int64_t now = clock_now_ms(), leaves = house_log_size(&f->here);
    assert_int_equal(partner_by_pin(f->here.node->db, f->here.a, f->p.tls_pin, &p, &err), 0);
    assert_int_equal(directory_suspend(f->here.node, &test_operator, &f->p, true, STR(""), now, &err), ERR_DENIED); /* why? */
    assert_int_equal(directory_suspend(f->here.node, &test_operator, &f->p, true, STR("their office was searched"), now, &err), 0);
    assert_true(house_log_size(&f->here) == leaves + 2); /* the refusal too */
    assert_int_equal(partner_by_pin(f->here.node->db, f->here.a, f->p.tls_pin, &p, &err), ERR_DENIED);
    reload(f);
    assert_true(f->p.status == PARTNER_SUSPENDED && f->p.status_ms == now);
    assert_int_equal(directory_suspend(f->here.node, &test_operator, &f->p, true, STR("again"), now, &err), ERR_EXISTS);
    house_accept(&f->here, &f->there, STR("127.0.0.1:7443"), NULL, 50); /* an invitation does not end it */
    reload(f);
    assert_true(f->p.status == PARTNER_SUSPENDED);
    assert_int_equal(directory_suspend(f->here.node, &test_operator, &f->p, false, STR("cleared up"), now + 1, &err), 0);
    assert_int_equal(partner_by_pin(f->here.node->db, f->here.a, f->p.tls_pin, &p, &err), 0);
}

static void test_letter_key_comes_by_itself(void **state)
{
    struct fixture *f = *state;
    struct wire_card card;
    int64_t now = clock_now_ms();
    assert_int_equal(take(f, card_of(f, 7, now + 30 * DAY_MS, now, NULL, &card)), DIRECTORY_KEYS_REFRESHED);
    assert_true(f->p.letter_key[0] == 7 && f->p.letter_key_until_ms == now + 30 * DAY_MS);
    int64_t leaves = house_log_size(&f->here);
    assert_int_equal(take(f, card_of(f, 7, now + 30 * DAY_MS, now + 5, NULL, &card)), DIRECTORY_KEYS_SAME);
    assert_true(house_log_size(&f->here) == leaves);
    assert_int_equal(take(f, card_of(f, 6, now + 20 * DAY_MS, now - DAY_MS, NULL, &card)), DIRECTORY_KEYS_SAME); /* of last month */
    assert_int_equal(f->p.letter_key[0], 7);
    assert_true(str_eq(f->p.address, STR("127.0.0.1:7443"))); /* how it is reached did not change */
}

static void test_lasting_key_waits_for_a_person(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct wire_card card, found;
    struct partner p;
    uint8_t pin[HASH_LEN] = {1, 2, 3}, other[HASH_LEN] = {9};
    int64_t now = clock_now_ms();
    str text = card_of(f, 7, now + DAY_MS, now, pin, &card);
    assert_int_equal(directory_announced(f->here.node->db, &f->p, f->here.a, &found, &err), 0);
    assert_int_equal(take(f, text), DIRECTORY_KEYS_ANNOUNCED);
    assert_true(f->p.tls_pin[0] != 1 || f->p.tls_pin[1] != 2);
    assert_true(f->p.letter_key_until_ms == 0); /* nothing of it was taken */
    assert_int_equal(partner_by_pin(f->here.node->db, f->here.a, pin, &p, &err), ERR_DENIED);
    int64_t leaves = house_log_size(&f->here);
    assert_int_equal(take(f, text), DIRECTORY_KEYS_ANNOUNCED);
    assert_int_equal(take(f, card_of(f, 7, now + DAY_MS, now - 10, other, &card)), DIRECTORY_KEYS_ANNOUNCED); /* older: not instead */
    assert_true(house_log_size(&f->here) == leaves);
    assert_int_equal(directory_announced(f->here.node->db, &f->p, f->here.a, &found, &err), 1);
    assert_memory_equal(found.tls_pin, pin, HASH_LEN);
    assert_int_equal(directory_confirm(f->here.node, &test_operator, &f->p, &found, STR("called their duty officer"), now, &err), 0);
    reload(f);
    assert_memory_equal(f->p.tls_pin, pin, HASH_LEN);
    assert_int_equal(partner_by_pin(f->here.node->db, f->here.a, pin, &p, &err), 0);
    assert_int_equal(directory_announced(f->here.node->db, &f->p, f->here.a, &found, &err), 0);
    assert_true(f->p.letter_key[0] == 7);
}

static void test_only_its_own_card(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct wire_card card;
    enum directory_keys outcome;
    int64_t now = clock_now_ms();
    assert_int_equal(pair_card(f->here.node, STR(""), NULL, now, f->here.a, &card, &err), 0);
    str ours = wire_card_write(f->here.a, &card);
    assert_int_equal(directory_keys_take(f->here.node, &f->p, str_bytes(ours), now, f->here.a, &outcome, &err), ERR_CRYPTO);
    assert_int_equal(directory_confirm(f->here.node, &test_operator, &f->p, &card, STR("r"), now, &err), ERR_CRYPTO);
    str text = card_of(f, 7, now + DAY_MS, now, NULL, &card);
    card.letter_key[0] ^= 1; /* changed behind the signature */
    text = wire_card_write(f->here.a, &card);
    assert_int_equal(directory_keys_take(f->here.node, &f->p, str_bytes(text), now, f->here.a, &outcome, &err), ERR_CRYPTO);
    assert_int_equal(directory_keys_take(f->here.node, &f->p, str_bytes(STR("{}")), now, f->here.a, &outcome, &err), ERR_INPUT);
}

static void test_revoked_from_a_leaf_on(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct partner p;
    int64_t now = clock_now_ms();
    assert_int_equal(directory_key_stands(&f->p, 1000000, &err), 0);
    assert_int_equal(directory_revoke(f->here.node, &test_operator, &f->p, 40, STR("their server was stolen"), now, &err), 0);
    reload(f);
    assert_int_equal(directory_key_stands(&f->p, 39, &err), 0);
    assert_int_equal(directory_key_stands(&f->p, 40, &err), ERR_CRYPTO);
    assert_int_equal(partner_by_pin(f->here.node->db, f->here.a, f->p.tls_pin, &p, &err), ERR_DENIED);
    assert_int_equal(directory_suspend(f->here.node, &test_operator, &f->p, false, STR("no"), now, &err), ERR_DENIED);
    assert_int_equal(directory_revoke(f->here.node, &test_operator, &f->p, 60, STR("later"), now, &err), ERR_EXISTS);
    assert_int_equal(directory_revoke(f->here.node, &test_operator, &f->p, 12, STR("earlier, it turned out"), now, &err), 0);
    reload(f);
    assert_int_equal(directory_key_stands(&f->p, 12, &err), ERR_CRYPTO);
    assert_int_equal(directory_revoke(f->here.node, &test_operator, &f->p, -1, STR("r"), now, &err), ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_suspend_and_resume, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_letter_key_comes_by_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lasting_key_waits_for_a_person, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_its_own_card, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_revoked_from_a_leaf_on, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
