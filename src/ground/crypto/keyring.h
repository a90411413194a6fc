/* keyring: the node's own long-lived keys, used through operations only: no function gives a secret out.
 *
 * What: one file DIR/keys (mode 0600) with a 32-byte root; every key is derived from it by HKDF with a label, in secret
 *       memory, when the keyring is opened.
 * Why:  shaped as requests and answers, so that the ring can move into a process of its own without a caller changing.
 *
 *     struct keyring *k;
 *     if (keyring_open("node/keys", &k, &err) < 0) ...
 *     keyring_sign(k, KEYRING_LOG, message, signature);
 *
 * Not yet: passphrase, shares, own process (they come with the key process). Until then the file is the secret.
 */
#ifndef COMITY_CRYPTO_KEYRING_H
#define COMITY_CRYPTO_KEYRING_H

#include "ground/crypto/oprf.h"

struct keyring;

enum keyring_signer { KEYRING_AGENCY, KEYRING_LOG };             /* Ed25519 */
enum keyring_mac { KEYRING_MAC_INDEX, KEYRING_MAC_FINGERPRINT, KEYRING_MAC_PSEUDONYM }; /* keyed BLAKE2b */
#define KEYRING_WRAPPED_LEN (KEY_LEN + SEAL_OVERHEAD)

/* Creates the file; ERR_EXISTS if it is there. */
MUST_USE int keyring_create(const char *path, struct err *err);
MUST_USE int keyring_open(const char *path, struct keyring **out, struct err *err);
void keyring_close(struct keyring *k);

void keyring_sign(const struct keyring *k, enum keyring_signer who, bytes message, uint8_t signature[static SIGNATURE_LEN]);
void keyring_public(const struct keyring *k, enum keyring_signer who, uint8_t public_key[static SIGN_PUBLIC_LEN]);

/* out_len 1..64 bytes of BLAKE2b under the named MAC key. */
void keyring_mac(const struct keyring *k, enum keyring_mac which, bytes data, uint8_t *out, size_t out_len);
/* the same over the concatenation of parts */
void keyring_mac_parts(const struct keyring *k, enum keyring_mac which, const bytes parts[], size_t n, uint8_t *out, size_t out_len);

/* A record's content under a fresh data key that is wrapped with the key-encryption key; both with ad. wrapped is
 * KEYRING_WRAPPED_LEN bytes, sealed plain.len + SEAL_OVERHEAD. The data key never leaves crypto. */
void keyring_seal(const struct keyring *k, bytes plain, bytes ad, uint8_t wrapped[static KEYRING_WRAPPED_LEN], uint8_t *sealed);
/* false if either tag does not hold. plain is sealed.len - SEAL_OVERHEAD bytes. */
bool keyring_unseal(const struct keyring *k, bytes wrapped, bytes sealed, bytes ad, uint8_t *plain);

/* The matching key of an epoch (VOPRF), derived from root and epoch number; cached. Borrowed from the ring. */
MUST_USE int keyring_match_key(struct keyring *k, uint32_t epoch, const struct oprf_key **out, struct err *err);

#endif
