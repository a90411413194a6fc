/* keyring: the node's own long-lived keys, used through operations only: no function gives a secret out.
 *
 * What: the program's side of the key process (keyproc.h): requests over a few connections. Where DIR/keys lies bare, opening the
 *       ring starts a process for this program alone; where it is protected, `comity keys DIR unlock` has started one that stays.
 * Why:  no fault in what reads partners' bytes, files or pages reaches the keys. Every key is derived from the root by HKDF with a
 *       label, in that process, in locked memory.
 *
 *     struct keyring *k;
 *     if (keyring_open("node/keys", &k, &err) < 0) ...
 *     if (keyring_sign(k, KEYRING_LOG, message, signature, &err) < 0) ...
 *
 * Held here, in locked memory: MAC keys (they open nothing) and some data keys for the next records (each opens one record). They are
 * wiped when the process turns out to be gone. Not here: the file and its ways to be opened (keyfile.h).
 */
#ifndef COMITY_CRYPTO_KEYRING_H
#define COMITY_CRYPTO_KEYRING_H

#include "ground/crypto/oprf.h"

struct keyring;

enum keyring_signer { KEYRING_AGENCY, KEYRING_LOG, KEYRING_WITNESS };                 /* Ed25519 */
enum keyring_mac { KEYRING_MAC_INDEX, KEYRING_MAC_FINGERPRINT, KEYRING_MAC_PSEUDONYM }; /* keyed BLAKE2b */
#define KEYRING_WRAPPED_LEN (KEY_LEN + SEAL_OVERHEAD)

/* Creates the file, unprotected; ERR_EXISTS if it is there. */
MUST_USE int keyring_create(const char *path, struct err *err);
/* ERR_DENIED when the keys are locked: the sentence says what to do. */
MUST_USE int keyring_open(const char *path, struct keyring **out, struct err *err);
void keyring_close(struct keyring *k);
/* Are the keys within reach? When not, what is held here is wiped. For a server to ask twice a second. After an unlock the ring
 * works again. */
bool keyring_alive(const struct keyring *k);

/* --- the process that stays: DIR/keys.sock beside DIR/keys --- */

/* Starts it with an opened root (secret memory), which it takes over. ERR_EXISTS: it is there. idle_ms 0: stays until it is locked. */
MUST_USE int keyring_agent_start(const char *path, const uint8_t root[static 32], int64_t idle_ms, struct err *err);
/* Ends it and waits until it has wiped. ERR_NOT_FOUND: none is there. */
MUST_USE int keyring_agent_lock(const char *path, struct err *err);
bool keyring_agent_there(const char *path);

/* Every operation may be called from several threads, and fails with ERR_IO when the keys cannot be reached. */

MUST_USE int keyring_sign(const struct keyring *k, enum keyring_signer who, bytes message, uint8_t signature[static SIGNATURE_LEN],
                          struct err *err);
void keyring_public(const struct keyring *k, enum keyring_signer who, uint8_t public_key[static SIGN_PUBLIC_LEN]);

/* out_len 1..64 bytes of BLAKE2b under the named MAC key. */
MUST_USE int keyring_mac(const struct keyring *k, enum keyring_mac which, bytes data, uint8_t *out, size_t out_len, struct err *err);
/* the same over the concatenation of parts */
MUST_USE int keyring_mac_parts(const struct keyring *k, enum keyring_mac which, const bytes parts[], size_t n, uint8_t *out, size_t out_len,
                               struct err *err);

/* A record's content under a fresh data key that is wrapped with the key-encryption key; both with ad. wrapped is
 * KEYRING_WRAPPED_LEN bytes, sealed plain.len + SEAL_OVERHEAD. The data key never leaves crypto. */
MUST_USE int keyring_seal(const struct keyring *k, bytes plain, bytes ad, uint8_t wrapped[static KEYRING_WRAPPED_LEN], uint8_t *sealed,
                          struct err *err);
/* Many records at once, for whoever reads many: one conversation with the key process. The results lie in each item. */
struct keyring_sealed { bytes wrapped, sealed, ad; uint8_t *plain; int result; };
MUST_USE int keyring_unseal_many(const struct keyring *k, struct keyring_sealed items[], size_t n, struct err *err);
/* ERR_CRYPTO if either tag does not hold. plain is sealed.len - SEAL_OVERHEAD bytes. */
MUST_USE int keyring_unseal(const struct keyring *k, bytes wrapped, bytes sealed, bytes ad, uint8_t *plain, struct err *err);

/* The matching key of an epoch (VOPRF, oprf.h), derived from root and epoch number. ERR_CRYPTO names the point that is not one. */
MUST_USE int keyring_match_public(const struct keyring *k, uint32_t epoch, oprf_point *public_key, struct err *err);
MUST_USE int keyring_match_evaluate(const struct keyring *k, uint32_t epoch, const oprf_point blinded[], size_t n, oprf_point evaluated[],
                                    uint8_t proof[static OPRF_PROOF_LEN], struct err *err);
MUST_USE int keyring_match_evaluate_plain(const struct keyring *k, uint32_t epoch, const bytes inputs[], size_t n, oprf_output outputs[],
                                          struct err *err);

/* Letter keys: the X25519 identities that age envelopes are sealed to, one for each period. Random, not derived from the root,
 * and kept by the caller, sealed: once every copy of the sealed form is deleted nobody opens a letter of that period any more. */
#define KEYRING_LETTER_PUBLIC_LEN 32
#define KEYRING_LETTER_SEALED_LEN (32 + SEAL_OVERHEAD)
#define KEYRING_LETTER_BODY_LEN 32 /* of an X25519 stanza: the file key and its tag */
#define KEYRING_FILE_KEY_LEN 16
MUST_USE int keyring_letter_make(const struct keyring *k, uint32_t period, uint8_t public_key[static KEYRING_LETTER_PUBLIC_LEN],
                                 uint8_t sealed[static KEYRING_LETTER_SEALED_LEN], struct err *err);
/* The X25519 stanza of age v1 (ephemeral share and body) to the file key. ERR_CRYPTO when it is not for this key;
 * ERR_CORRUPT when sealed is not this ring's secret of that public key and period. */
MUST_USE int keyring_letter_unwrap(const struct keyring *k, const uint8_t sealed[static KEYRING_LETTER_SEALED_LEN],
                                   const uint8_t public_key[static KEYRING_LETTER_PUBLIC_LEN], uint32_t period, const uint8_t share[static 32],
                                   const uint8_t body[static KEYRING_LETTER_BODY_LEN], uint8_t file_key[static KEYRING_FILE_KEY_LEN],
                                   struct err *err);

/* Pocket keys: what a member's browser seals to when it has no line (pocket.h), derived from root and member. point is what it made for one
 * piece, the key opens that piece. ERR_CRYPTO: no point of the curve. */
#define KEYRING_POCKET_LEN 65
MUST_USE int keyring_pocket_public(const struct keyring *k, const uint8_t member[static ID_LEN], uint8_t public_key[static KEYRING_POCKET_LEN], struct err *err);
MUST_USE int keyring_pocket_key(const struct keyring *k, const uint8_t member[static ID_LEN], const uint8_t point[static KEYRING_POCKET_LEN],
                                uint8_t key[static KEY_LEN], struct err *err);

#endif
