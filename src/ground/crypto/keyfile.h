/* keyfile: DIR/keys, the node's root secret on the disk.
 *
 * What: 32 random bytes from which every key of the node is derived, bare, or sealed so that a passphrase opens it, or any two of
 *       three shares, or either.
 * Why:  what lies on the disk of a protected node opens nothing: a seized machine gives up ciphertext.
 *
 *     version 1   magic, version, root, SHA-256 of all before                               (unprotected)
 *     version 2   magic, version, which ways there are, salt, Argon2id costs, root sealed under the passphrase's key,
 *                 set, root sealed under the shares' secret, SHA-256 of all before          (parts of a way that is not there are zeros)
 *
 * Written anew as a whole, durably, and renamed into place. A disk may keep the bytes of a file that was replaced (flash does): protect
 * before there is anything to protect, or destroy the medium. Not here: keys and their use (keycore.h).
 */
#ifndef COMITY_CRYPTO_KEYFILE_H
#define COMITY_CRYPTO_KEYFILE_H

#include "ground/crypto/shares.h"

#define KEYFILE_ROOT_LEN 32
#define KEYFILE_PASSPHRASE_MIN 10
#define KEYFILE_PASSPHRASE_MAX 1024

struct keyfile {
    bool passphrase, shares; /* ways to open it; neither: the root lies bare */
    uint8_t salt[16];
    uint64_t ops, memory;    /* Argon2id; memory in bytes */
    uint8_t by_passphrase[KEYFILE_ROOT_LEN + SEAL_OVERHEAD];
    uint8_t set[SHARE_SET_LEN];
    uint8_t by_shares[KEYFILE_ROOT_LEN + SEAL_OVERHEAD];
};

/* A fresh root, unprotected. ERR_EXISTS if the file is there. */
MUST_USE int keyfile_create(const char *path, struct err *err);
/* Reads and checks it. root (secret memory) is filled when it lies bare. ERR_NOT_FOUND, ERR_DENIED when others may read the file,
 * ERR_CORRUPT. Never the content in an error. */
MUST_USE int keyfile_read(const char *path, struct keyfile *out, uint8_t root[static KEYFILE_ROOT_LEN], struct err *err);
/* Replaces the file. root is written only when neither way is set. */
MUST_USE int keyfile_write(const char *path, const struct keyfile *file, const uint8_t root[static KEYFILE_ROOT_LEN], struct err *err);

/* Sets a way to open it, in memory only. Argon2id with 256 MiB and 3 passes takes most of a second: on purpose. ERR_USAGE: too short. */
MUST_USE int keyfile_set_passphrase(struct keyfile *file, str passphrase, const uint8_t root[static KEYFILE_ROOT_LEN], struct err *err);
/* Three shares of a fresh secret; the shares of before open nothing any more. */
void keyfile_set_shares(struct keyfile *file, const uint8_t root[static KEYFILE_ROOT_LEN], struct share out[static SHARE_N]);

/* ERR_DENIED: the wrong one, or this way is not set. */
MUST_USE int keyfile_open_passphrase(const struct keyfile *file, str passphrase, uint8_t root[static KEYFILE_ROOT_LEN], struct err *err);
MUST_USE int keyfile_open_shares(const struct keyfile *file, const struct share *x, const struct share *y,
                                 uint8_t root[static KEYFILE_ROOT_LEN], struct err *err);

#endif
