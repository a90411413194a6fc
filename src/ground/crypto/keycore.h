/* keycore: the node's keys themselves, and every computation with them. Lives in the key process only (keyproc.h); the rest of the
 * program talks to it through keyring.h, whose functions say what these do.
 *
 * Everything is derived from the root by HKDF with a label, into secret memory, once. Pure but for crypto_random. Thread-safe.
 */
#ifndef COMITY_CRYPTO_KEYCORE_H
#define COMITY_CRYPTO_KEYCORE_H

#include "ground/crypto/keyring_share.h"

struct key_core;

#define KEY_CORE_SIGNERS 3
#define KEY_CORE_MACS 3
#define KEY_CORE_WRAPPED_LEN KEYRING_WRAPPED_LEN

struct key_core *key_core_new(const uint8_t root[static 32]);
void key_core_free(struct key_core *k); /* wipes; NULL allowed */

void key_core_public(const struct key_core *k, enum keyring_signer who, uint8_t out[static SIGN_PUBLIC_LEN]);
/* A MAC key is handed to the ring: it opens nothing, and a fingerprint for each imported row is no conversation. */
void key_core_mac_key(const struct key_core *k, enum keyring_mac which, uint8_t out[static KEY_LEN]);
void key_core_sign(const struct key_core *k, enum keyring_signer who, bytes message, uint8_t signature[static SIGNATURE_LEN]);

/* A fresh data key and its wrapping under the key-encryption key. */
void key_core_data_key(const struct key_core *k, uint8_t data_key[static KEY_LEN], uint8_t wrapped[static KEY_CORE_WRAPPED_LEN]);
/* false: it is not one of ours. ad: of rows that were wrapped with their own associated data (first version). */
bool key_core_unwrap(const struct key_core *k, const uint8_t wrapped[static KEY_CORE_WRAPPED_LEN], bytes ad, uint8_t data_key[static KEY_LEN]);

MUST_USE int key_core_match_public(const struct key_core *k, uint32_t epoch, oprf_point *public_key, struct err *err);
MUST_USE int key_core_match_evaluate(const struct key_core *k, uint32_t epoch, const oprf_point blinded[], size_t n, oprf_point evaluated[],
                                     uint8_t proof[static OPRF_PROOF_LEN], struct err *err);
MUST_USE int key_core_match_plain(const struct key_core *k, uint32_t epoch, const bytes inputs[], size_t n, oprf_output outputs[], struct err *err);

void key_core_letter_make(const struct key_core *k, uint32_t period, uint8_t public_key[static KEYRING_LETTER_PUBLIC_LEN],
                          uint8_t sealed[static KEYRING_LETTER_SEALED_LEN]);
MUST_USE int key_core_letter_unwrap(const struct key_core *k, const uint8_t sealed[static KEYRING_LETTER_SEALED_LEN],
                                    const uint8_t public_key[static KEYRING_LETTER_PUBLIC_LEN], uint32_t period,
                                    const uint8_t share[static 32], const uint8_t body[static KEYRING_LETTER_BODY_LEN],
                                    uint8_t file_key[static KEYRING_FILE_KEY_LEN], struct err *err);

void key_core_pocket_public(const struct key_core *k, const uint8_t member[static ID_LEN], uint8_t public_key[static KEYRING_POCKET_LEN]);
MUST_USE int key_core_pocket_key(const struct key_core *k, const uint8_t member[static ID_LEN], const uint8_t point[static KEYRING_POCKET_LEN],
                                 uint8_t key[static KEY_LEN], struct err *err);

/* What the holder's part in every set-up follows from. */
const uint8_t *key_core_share_seed(const struct key_core *k);
MUST_USE int key_core_share_take(const struct key_core *k, const struct setup *s, unsigned me, const struct setup_offer offers[],
                                 const struct setup_deal deals[], uint8_t sealed[static KEYRING_SHARE_LEN], struct setup_word *word, struct err *err);
MUST_USE int key_core_share_answer(const struct key_core *k, const struct setup *s, unsigned me, const uint8_t sealed[static KEYRING_SHARE_LEN], bytes alpha,
                                   bytes context, struct threshold_answer *out, struct err *err);

#endif
