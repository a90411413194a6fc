/* crypto: libsodium behind one header: random bytes, hashes, MACs, sealing, signatures, secret memory.
 *
 * What: the primitives the rest is built from, with sizes in the types. OPRF is in oprf.h, the node's keys in keyring.h.
 * Why:  secrets exist only below this header; everyone else holds handles, ciphertext and public keys.
 *
 *     uint8_t digest[HASH_LEN];
 *     crypto_sha256(digest, (bytes){data, len});
 *
 * Not here: TLS (ground/http), age envelopes (age.h), any random number that is not the system's.
 * Thread-safe after crypto_open. Comparisons of secrets go through crypto_equal only.
 */
#ifndef COMITY_CRYPTO_H
#define COMITY_CRYPTO_H

#include "ground/base/base.h"

#define HASH_LEN 32       /* SHA-256 and keyed BLAKE2b-256 */
#define HASH512_LEN 64    /* SHA-512 */
#define KEY_LEN 32        /* symmetric keys */
#define SIGN_PUBLIC_LEN 32
#define SIGNATURE_LEN 64  /* Ed25519, RFC 8032 */
#define SEAL_NONCE_LEN 24 /* XChaCha20-Poly1305 */
#define SEAL_TAG_LEN 16
#define SEAL_OVERHEAD (SEAL_NONCE_LEN + SEAL_TAG_LEN)

/* Once per process, before anything else. ERR_CRYPTO if libsodium cannot start. */
MUST_USE int crypto_open(struct err *err);

void crypto_random(void *out, size_t len);            /* the system's generator */
/* A stream that only the key determines (ChaCha20, RFC 8439, nonce "LibsodiumDRG"), up to 2^38 bytes: for filling.
 * Use a key once. */
void crypto_fill(uint8_t *out, size_t len, const uint8_t key[static KEY_LEN]);
void crypto_wipe(void *p, size_t len);
bool crypto_equal(const void *a, const void *b, size_t len); /* constant-time */

void crypto_sha256(uint8_t out[static HASH_LEN], bytes data);
void crypto_sha512(uint8_t out[static HASH512_LEN], bytes data);
void crypto_sha256_parts(uint8_t out[static HASH_LEN], const bytes parts[], size_t n); /* of the concatenation */
/* The same of what comes in pieces: begin, add any number of times, end once. */
struct crypto_sha256_stream { uint64_t state[14]; };
void crypto_sha256_begin(struct crypto_sha256_stream *s);
void crypto_sha256_add(struct crypto_sha256_stream *s, bytes data);
void crypto_sha256_end(struct crypto_sha256_stream *s, uint8_t out[static HASH_LEN]);
/* The same beside the caller, on a thread of its own: for gigabytes that are enciphered meanwhile. add copies; one caller at a time. end waits,
 * wipes and frees, also without a digest (out NULL); s NULL is allowed. */
struct crypto_sha256_aside;
struct crypto_sha256_aside *crypto_sha256_aside_new(void);
void crypto_sha256_aside_add(struct crypto_sha256_aside *s, bytes data);
void crypto_sha256_aside_end(struct crypto_sha256_aside *s, uint8_t *out);
/* keyed BLAKE2b, 1..64 bytes out; the key is not secret-memory bound here: for published seeds and tests.
 * MACs under the node's own keys are keyring_mac. */
void crypto_blake2b(uint8_t *out, size_t out_len, bytes key, bytes data);

/* SipHash-2-4, for tables whose keys come from outside: without key nobody can choose inputs that collide. Not a MAC. */
#define SHORT_HASH_KEY_LEN 16
uint64_t crypto_short_hash(const uint8_t key[static SHORT_HASH_KEY_LEN], bytes data);

/* XChaCha20-Poly1305: out = nonce || ciphertext || tag, len + SEAL_OVERHEAD bytes. ad is authenticated, not stored. */
void crypto_seal(uint8_t *out, const uint8_t key[static KEY_LEN], bytes plain, bytes ad);
/* sealed.len - SEAL_OVERHEAD bytes out; false if the tag does not hold or sealed is too short. */
bool crypto_unseal(uint8_t *out, const uint8_t key[static KEY_LEN], bytes sealed, bytes ad);

/* Strict Ed25519 verification (RFC 8032 with the checks libsodium makes: canonical S, no small-order keys). */
bool crypto_verify(const uint8_t signature[static SIGNATURE_LEN], bytes message, const uint8_t public_key[static SIGN_PUBLIC_LEN]);

/* HKDF-SHA256, RFC 5869; out_len <= 255 * 32. */
void crypto_hkdf(uint8_t *out, size_t out_len, bytes salt, bytes key, bytes info);

/* Locked memory that is not in core dumps; ends the process when the system refuses. Freed memory is wiped. */
void *secret_alloc(size_t size) __attribute__((returns_nonnull));
void secret_free(void *p);

#endif
