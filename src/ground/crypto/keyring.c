#include "ground/crypto/keyring.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* DIR/keys: magic, version (big-endian), root, SHA-256 of all that. The checksum finds damage, not forgery. */
#define MAGIC "comity keys\n"
#define MAGIC_LEN (sizeof MAGIC - 1)
#define VERSION 1
#define ROOT_LEN 32
#define ROOT_AT (MAGIC_LEN + 4)
#define CHECKED_LEN (ROOT_AT + ROOT_LEN)
#define FILE_LEN (CHECKED_LEN + HASH_LEN)

#define N_SIGNERS 3
#define N_MACS 3

struct match_key_slot {
    uint32_t epoch;
    struct oprf_key *key;
    struct match_key_slot *next;
};

struct keyring {
    uint8_t sign_secret[N_SIGNERS][crypto_sign_SECRETKEYBYTES];
    uint8_t sign_public[N_SIGNERS][SIGN_PUBLIC_LEN];
    uint8_t mac[N_MACS][KEY_LEN];
    uint8_t wrap[KEY_LEN];
    uint8_t letter[KEY_LEN]; /* seals letter keys */
    uint8_t match[KEY_LEN]; /* seed of all epochs' matching keys */
    struct match_keys {
        pthread_mutex_t lock;
        struct match_key_slot *first;
    } *cache; /* derived once an epoch */
};

static void derive(const uint8_t root[ROOT_LEN], const char *label, uint8_t out[KEY_LEN])
{
    crypto_hkdf(out, KEY_LEN, str_bytes(STR("comity keyring 1")), (bytes){root, ROOT_LEN}, str_bytes(str_from(label)));
}

static int write_fully(int fd, const uint8_t *p, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        p += n;
        len -= (size_t)n;
    }
    return fsync(fd);
}

static int sync_folder_of(const char *path, struct err *err)
{
    char folder[4096] = ".";
    const char *slash = strrchr(path, '/');
    if (slash) {
        size_t len = slash == path ? 1 : (size_t)(slash - path);
        if (len >= sizeof folder)
            return err_set(err, ERR_INPUT, "the path of the key file is too long");
        memcpy(folder, path, len);
        folder[len] = 0;
    }
    return file_sync_dir(folder, err);
}

int keyring_create(const char *path, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE_PRIVATE);
    if (fd < 0)
        return err_errno(err, errno == EEXIST ? ERR_EXISTS : ERR_IO, errno, "%s: the key file cannot be created", path);
    uint8_t *file = secret_alloc(FILE_LEN);
    memcpy(file, MAGIC, MAGIC_LEN);
    put_u32be(file + MAGIC_LEN, VERSION);
    crypto_random(file + ROOT_AT, ROOT_LEN);
    crypto_sha256(file + CHECKED_LEN, (bytes){file, CHECKED_LEN});
    int result = 0;
    if (write_fully(fd, file, FILE_LEN) < 0)
        result = err_errno(err, ERR_IO, errno, "%s: the key file cannot be written", path);
    secret_free(file);
    if (close(fd) < 0 && result == 0)
        result = err_errno(err, ERR_IO, errno, "%s: the key file cannot be written", path);
    if (result == 0)
        result = sync_folder_of(path, err);
    if (result < 0)
        unlink(path); /* nothing uses a root that was never durable */
    return result;
}

/* The whole file into file (FILE_LEN bytes of secret memory). */
static int read_file(const char *path, uint8_t *file, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s: the key file cannot be opened", path);
    int result = 0;
    struct stat st;
    size_t len = 0;
    if (fstat(fd, &st) < 0)
        result = err_errno(err, ERR_IO, errno, "%s: the key file cannot be examined", path);
    else if (!S_ISREG(st.st_mode))
        result = err_set(err, ERR_CORRUPT, "%s: the key file is not a regular file", path);
    else if (st.st_mode & (S_IRWXG | S_IRWXO))
        result = err_set(err, ERR_DENIED, "%s: others may read the key file (mode %03o): run chmod 600 on it", path, (unsigned)st.st_mode & 0777U);
    else if (st.st_size != (off_t)FILE_LEN)
        result = err_set(err, ERR_CORRUPT, "%s: the key file is %lld bytes, not %zu: restore it from the backup", path,
                         (long long)st.st_size, (size_t)FILE_LEN);
    while (result == 0 && len < FILE_LEN) {
        ssize_t n = read(fd, file + len, FILE_LEN - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            result = err_errno(err, ERR_IO, errno, "%s: the key file cannot be read", path);
        else if (n == 0)
            result = err_set(err, ERR_CORRUPT, "%s: the key file ends too early: restore it from the backup", path);
        else
            len += (size_t)n;
    }
    close(fd);
    return result;
}

static int check_file(const char *path, const uint8_t *file, struct err *err)
{
    uint8_t sum[HASH_LEN];
    if (memcmp(file, MAGIC, MAGIC_LEN) != 0)
        return err_set(err, ERR_CORRUPT, "%s: this is not a key file: restore it from the backup", path);
    if (get_u32be(file + MAGIC_LEN) != VERSION)
        return err_set(err, ERR_CORRUPT, "%s: key file version %u, but this program knows only version %d: use a newer program", path,
                       get_u32be(file + MAGIC_LEN), VERSION);
    crypto_sha256(sum, (bytes){file, CHECKED_LEN});
    if (!crypto_equal(sum, file + CHECKED_LEN, HASH_LEN))
        return err_set(err, ERR_CORRUPT, "%s: the key file is damaged: restore it from the backup", path);
    return 0;
}

int keyring_open(const char *path, struct keyring **out, struct err *err)
{
    static const char *const signers[N_SIGNERS] = {[KEYRING_AGENCY] = "sign agency", [KEYRING_LOG] = "sign log",
                                                   [KEYRING_WITNESS] = "sign witness"};
    static const char *const macs[N_MACS] = {[KEYRING_MAC_INDEX] = "mac index", [KEYRING_MAC_FINGERPRINT] = "mac fingerprint",
                                             [KEYRING_MAC_PSEUDONYM] = "mac pseudonym"};
    uint8_t *file = secret_alloc(FILE_LEN), *seed = secret_alloc(KEY_LEN);
    int result = read_file(path, file, err);
    if (result == 0)
        result = check_file(path, file, err);
    if (result < 0)
        goto out;
    const uint8_t *root = file + ROOT_AT;
    struct keyring *k = secret_alloc(sizeof *k);
    for (size_t i = 0; i < N_SIGNERS; i++) {
        derive(root, signers[i], seed);
        crypto_sign_seed_keypair(k->sign_public[i], k->sign_secret[i], seed);
    }
    for (size_t i = 0; i < N_MACS; i++)
        derive(root, macs[i], k->mac[i]);
    derive(root, "wrap", k->wrap);
    derive(root, "match", k->match);
    derive(root, "letter", k->letter);
    k->cache = mem_calloc(1, sizeof *k->cache);
    pthread_mutex_init(&k->cache->lock, NULL);
    *out = k;
out:
    secret_free(seed);
    secret_free(file);
    return result;
}

void keyring_close(struct keyring *k)
{
    if (!k)
        return;
    for (struct match_key_slot *s = k->cache->first, *next; s; s = next) {
        next = s->next;
        oprf_key_free(s->key);
        free(s);
    }
    pthread_mutex_destroy(&k->cache->lock);
    free(k->cache);
    secret_free(k);
}

int keyring_sign(const struct keyring *k, enum keyring_signer who, bytes message, uint8_t signature[static SIGNATURE_LEN], struct err *err)
{
    (void)err;
    crypto_sign_detached(signature, NULL, message.p, message.len, k->sign_secret[who]);
    return 0;
}

void keyring_public(const struct keyring *k, enum keyring_signer who, uint8_t public_key[static SIGN_PUBLIC_LEN])
{
    memcpy(public_key, k->sign_public[who], SIGN_PUBLIC_LEN);
}

int keyring_mac(const struct keyring *k, enum keyring_mac which, bytes data, uint8_t *out, size_t out_len, struct err *err)
{
    return keyring_mac_parts(k, which, &data, 1, out, out_len, err);
}

int keyring_mac_parts(const struct keyring *k, enum keyring_mac which, const bytes parts[], size_t n, uint8_t *out, size_t out_len,
                      struct err *err)
{
    (void)err;
    assert(out_len >= 1 && out_len <= crypto_generichash_blake2b_BYTES_MAX);
    crypto_generichash_blake2b_state state;
    crypto_generichash_blake2b_init(&state, k->mac[which], KEY_LEN, out_len);
    for (size_t i = 0; i < n; i++)
        crypto_generichash_blake2b_update(&state, parts[i].p, parts[i].len);
    crypto_generichash_blake2b_final(&state, out, out_len);
    crypto_wipe(&state, sizeof state); /* its first block was the key */
    return 0;
}

int keyring_seal(const struct keyring *k, bytes plain, bytes ad, uint8_t wrapped[static KEYRING_WRAPPED_LEN], uint8_t *sealed, struct err *err)
{
    (void)err;
    uint8_t data_key[KEY_LEN]; /* on the stack, wiped: a locked page for every record would cost more than the sealing */
    crypto_random(data_key, sizeof data_key);
    crypto_seal(wrapped, k->wrap, (bytes){data_key, sizeof data_key}, ad);
    crypto_seal(sealed, data_key, plain, ad);
    crypto_wipe(data_key, sizeof data_key);
    return 0;
}

int keyring_unseal(const struct keyring *k, bytes wrapped, bytes sealed, bytes ad, uint8_t *plain, struct err *err)
{
    uint8_t data_key[KEY_LEN];
    bool ok = wrapped.len == KEYRING_WRAPPED_LEN && crypto_unseal(data_key, k->wrap, wrapped, ad) &&
              crypto_unseal(plain, data_key, sealed, ad);
    crypto_wipe(data_key, sizeof data_key);
    return ok ? 0 : err_set(err, ERR_CRYPTO, "a seal does not hold: it was changed, moved, or made with other keys");
}

/* Matching */

static int match_key(const struct keyring *k, uint32_t epoch, const struct oprf_key **out, struct err *err)
{
    int result = 0;
    pthread_mutex_lock(&k->cache->lock);
    struct match_key_slot *slot = k->cache->first;
    while (slot && slot->epoch != epoch)
        slot = slot->next;
    if (!slot) {
        uint8_t info[9 + 4] = "epoch key";
        put_u32be(info + 9, epoch);
        struct oprf_key *key;
        if ((result = oprf_key_derive(OPRF_MODE_VOPRF, k->match, (bytes){info, sizeof info}, &key, err)) < 0)
            goto out;
        slot = mem_alloc(sizeof *slot);
        *slot = (struct match_key_slot){.epoch = epoch, .key = key, .next = k->cache->first};
        k->cache->first = slot;
    }
    *out = slot->key;
out:
    pthread_mutex_unlock(&k->cache->lock);
    return result;
}

int keyring_match_public(const struct keyring *k, uint32_t epoch, oprf_point *public_key, struct err *err)
{
    const struct oprf_key *key;
    int result = match_key(k, epoch, &key, err);
    if (result == 0)
        *public_key = *oprf_key_public(key);
    return result;
}

int keyring_match_evaluate(const struct keyring *k, uint32_t epoch, const oprf_point blinded[], size_t n, oprf_point evaluated[],
                           uint8_t proof[static OPRF_PROOF_LEN], struct err *err)
{
    const struct oprf_key *key;
    int result = match_key(k, epoch, &key, err);
    return result < 0 ? result : oprf_evaluate(key, NULL, blinded, n, evaluated, proof, NULL, err);
}

int keyring_match_evaluate_plain(const struct keyring *k, uint32_t epoch, const bytes inputs[], size_t n, oprf_output outputs[], struct err *err)
{
    const struct oprf_key *key;
    int result = match_key(k, epoch, &key, err);
    return result < 0 ? result : oprf_evaluate_plain(key, NULL, inputs, n, outputs, err);
}

/* Letters */

#define LETTER_AD "comity letter key 1"
#define LETTER_AD_LEN (sizeof LETTER_AD - 1 + KEYRING_LETTER_PUBLIC_LEN + 4)

static void letter_ad(uint8_t ad[static LETTER_AD_LEN], const uint8_t public_key[static KEYRING_LETTER_PUBLIC_LEN], uint32_t period)
{
    uint8_t *p = ad + sizeof LETTER_AD - 1;
    memcpy(ad, LETTER_AD, sizeof LETTER_AD - 1);
    memcpy(p, public_key, KEYRING_LETTER_PUBLIC_LEN);
    put_u32be(p + KEYRING_LETTER_PUBLIC_LEN, period);
}

int keyring_letter_make(const struct keyring *k, uint32_t period, uint8_t public_key[static KEYRING_LETTER_PUBLIC_LEN],
                        uint8_t sealed[static KEYRING_LETTER_SEALED_LEN], struct err *err)
{
    (void)err;
    uint8_t secret[crypto_scalarmult_curve25519_SCALARBYTES], ad[LETTER_AD_LEN];
    crypto_random(secret, sizeof secret);
    crypto_scalarmult_curve25519_base(public_key, secret);
    letter_ad(ad, public_key, period);
    crypto_seal(sealed, k->letter, (bytes){secret, sizeof secret}, (bytes){ad, sizeof ad});
    crypto_wipe(secret, sizeof secret);
    return 0;
}

int keyring_letter_unwrap(const struct keyring *k, const uint8_t sealed[static KEYRING_LETTER_SEALED_LEN],
                          const uint8_t public_key[static KEYRING_LETTER_PUBLIC_LEN], uint32_t period, const uint8_t share[static 32],
                          const uint8_t body[static KEYRING_LETTER_BODY_LEN], uint8_t file_key[static KEYRING_FILE_KEY_LEN], struct err *err)
{
    static const uint8_t zero_nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
    uint8_t secret[crypto_scalarmult_curve25519_SCALARBYTES], shared[crypto_scalarmult_curve25519_BYTES], wrap_key[KEY_LEN];
    uint8_t ad[LETTER_AD_LEN], salt[64];
    int result = 0;
    letter_ad(ad, public_key, period);
    if (!crypto_unseal(secret, k->letter, (bytes){sealed, KEYRING_LETTER_SEALED_LEN}, (bytes){ad, sizeof ad})) {
        result = err_set(err, ERR_CORRUPT, "a letter key does not open: it was changed, or the key file is not this database's");
        goto out;
    }
    /* age v1, the X25519 recipient: a shared secret of zeros is refused, the wrap key is
     * HKDF-SHA256(ikm = shared secret, salt = share || recipient, info = "age-encryption.org/v1/X25519") */
    memcpy(salt, share, 32);
    memcpy(salt + 32, public_key, 32);
    if (crypto_scalarmult_curve25519(shared, secret, share) != 0) {
        result = err_set(err, ERR_CRYPTO, "the letter's ephemeral share is of low order");
        goto out;
    }
    crypto_hkdf(wrap_key, sizeof wrap_key, (bytes){salt, sizeof salt}, (bytes){shared, sizeof shared},
                str_bytes(STR("age-encryption.org/v1/X25519")));
    if (crypto_aead_chacha20poly1305_ietf_decrypt(file_key, NULL, NULL, body, KEYRING_LETTER_BODY_LEN, NULL, 0, zero_nonce, wrap_key) != 0)
        result = err_set(err, ERR_CRYPTO, "the letter is not sealed to this key");
out:
    crypto_wipe(secret, sizeof secret);
    crypto_wipe(shared, sizeof shared);
    crypto_wipe(wrap_key, sizeof wrap_key);
    return result;
}
