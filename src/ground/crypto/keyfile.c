#include "ground/crypto/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "comity keys\n"
#define MAGIC_LEN (sizeof MAGIC - 1)
#define SEALED_LEN (KEYFILE_ROOT_LEN + SEAL_OVERHEAD)
#define BARE_LEN (MAGIC_LEN + 4 + KEYFILE_ROOT_LEN + HASH_LEN)
#define SEALED_FILE_LEN (MAGIC_LEN + 4 + 4 + 16 + 8 + 8 + SEALED_LEN + SHARE_SET_LEN + SEALED_LEN + HASH_LEN)
#define FILE_MAX SEALED_FILE_LEN
#define WAY_PASSPHRASE 1U
#define WAY_SHARES 2U
/* what a file may ask of this machine: four times what we write */
#define OPS_MAX (4 * crypto_pwhash_argon2id_OPSLIMIT_MODERATE)
#define MEMORY_MAX (4ULL * crypto_pwhash_argon2id_MEMLIMIT_MODERATE)

static const bytes passphrase_ad = {(const uint8_t *)"comity keys by passphrase 2", 27}, shares_ad = {(const uint8_t *)"comity keys by shares 2", 23};

/* --- bytes --- */

/* Into file (FILE_MAX bytes of secret memory); returns how many. */
static size_t encode(const struct keyfile *f, const uint8_t *root, uint8_t *file)
{
    bool bare = !f->passphrase && !f->shares;
    uint8_t *p = file;
    memcpy(p, MAGIC, MAGIC_LEN);
    put_u32be(p + MAGIC_LEN, bare ? 1 : 2);
    p += MAGIC_LEN + 4;
    if (bare) {
        memcpy(p, root, KEYFILE_ROOT_LEN);
        p += KEYFILE_ROOT_LEN;
    } else {
        put_u32be(p, (f->passphrase ? WAY_PASSPHRASE : 0) | (f->shares ? WAY_SHARES : 0));
        memcpy(p + 4, f->salt, 16);
        put_u64be(p + 20, f->ops);
        put_u64be(p + 28, f->memory);
        memcpy(p + 36, f->by_passphrase, SEALED_LEN);
        memcpy(p + 36 + SEALED_LEN, f->set, SHARE_SET_LEN);
        memcpy(p + 36 + SEALED_LEN + SHARE_SET_LEN, f->by_shares, SEALED_LEN);
        p += 36 + 2 * SEALED_LEN + SHARE_SET_LEN;
    }
    crypto_sha256(p, (bytes){file, (size_t)(p - file)}); /* finds damage, not forgery */
    return (size_t)(p - file) + HASH_LEN;
}

static int decode(const char *path, const uint8_t *file, size_t len, struct keyfile *f, uint8_t *root, struct err *err)
{
    uint8_t sum[HASH_LEN];
    const uint8_t *p = file + MAGIC_LEN + 4;
    *f = (struct keyfile){0};
    if (len < MAGIC_LEN + 4 || memcmp(file, MAGIC, MAGIC_LEN) != 0)
        return err_set(err, ERR_CORRUPT, "%s: this is not a key file: restore it from the backup", path);
    uint32_t version = get_u32be(file + MAGIC_LEN);
    if (version != 1 && version != 2)
        return err_set(err, ERR_CORRUPT, "%s: key file version %u, but this program knows only versions 1 and 2: use a newer program", path, version);
    if (len != (version == 1 ? BARE_LEN : SEALED_FILE_LEN))
        return err_set(err, ERR_CORRUPT, "%s: the key file is %zu bytes, not %zu: restore it from the backup", path, len,
                       (size_t)(version == 1 ? BARE_LEN : SEALED_FILE_LEN));
    crypto_sha256(sum, (bytes){file, len - HASH_LEN});
    if (!crypto_equal(sum, file + len - HASH_LEN, HASH_LEN))
        return err_set(err, ERR_CORRUPT, "%s: the key file is damaged: restore it from the backup", path);
    if (version == 1) {
        memcpy(root, p, KEYFILE_ROOT_LEN);
        return 0;
    }
    uint32_t ways = get_u32be(p);
    f->passphrase = ways & WAY_PASSPHRASE;
    f->shares = ways & WAY_SHARES;
    memcpy(f->salt, p + 4, 16);
    f->ops = get_u64be(p + 20);
    f->memory = get_u64be(p + 28);
    memcpy(f->by_passphrase, p + 36, SEALED_LEN);
    memcpy(f->set, p + 36 + SEALED_LEN, SHARE_SET_LEN);
    memcpy(f->by_shares, p + 36 + SEALED_LEN + SHARE_SET_LEN, SEALED_LEN);
    if ((!f->passphrase && !f->shares) || ways > (WAY_PASSPHRASE | WAY_SHARES) || f->ops > OPS_MAX || f->memory > MEMORY_MAX)
        return err_set(err, ERR_CORRUPT, "%s: the key file says nothing this program understands: use a newer program", path);
    return 0;
}

/* --- the file --- */

static int read_all(int fd, const char *path, uint8_t *file, size_t *len, struct err *err)
{
    for (*len = 0; *len <= FILE_MAX;) {
        ssize_t n = read(fd, file + *len, FILE_MAX + 1 - *len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, ERR_IO, errno, "%s: the key file cannot be read", path);
        if (n == 0)
            break;
        *len += (size_t)n;
    }
    return 0;
}

int keyfile_read(const char *path, struct keyfile *out, uint8_t root[static KEYFILE_ROOT_LEN], struct err *err)
{
    struct stat st;
    size_t len = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), r = 0;
    if (fd < 0)
        return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s: the key file cannot be opened", path);
    uint8_t *file = secret_alloc(FILE_MAX + 1);
    if (fstat(fd, &st) < 0)
        r = err_errno(err, ERR_IO, errno, "%s: the key file cannot be examined", path);
    else if (!S_ISREG(st.st_mode))
        r = err_set(err, ERR_CORRUPT, "%s: the key file is not a regular file", path);
    else if (st.st_mode & (S_IRWXG | S_IRWXO))
        r = err_set(err, ERR_DENIED, "%s: others may read the key file (mode %03o): run chmod 600 on it", path, (unsigned)st.st_mode & 0777U);
    if (r == 0 && (r = read_all(fd, path, file, &len, err)) == 0)
        r = decode(path, file, len, out, root, err);
    secret_free(file);
    close(fd);
    return r;
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

/* At path, which must not be there. Gone again after an error: nothing uses a root that was never durable. */
static int write_new(const char *path, const struct keyfile *f, const uint8_t *root, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE_PRIVATE), r = 0;
    if (fd < 0)
        return err_errno(err, errno == EEXIST ? ERR_EXISTS : ERR_IO, errno, "%s: the key file cannot be created", path);
    uint8_t *file = secret_alloc(FILE_MAX);
    if (write_fully(fd, file, encode(f, root, file)) < 0)
        r = err_errno(err, ERR_IO, errno, "%s: the key file cannot be written", path);
    secret_free(file);
    if (close(fd) < 0 && r == 0)
        r = err_errno(err, ERR_IO, errno, "%s: the key file cannot be written", path);
    if (r < 0)
        unlink(path);
    return r;
}

int keyfile_create(const char *path, struct err *err)
{
    const struct keyfile bare = {0};
    uint8_t *root = secret_alloc(KEYFILE_ROOT_LEN);
    crypto_random(root, KEYFILE_ROOT_LEN);
    int r = write_new(path, &bare, root, err);
    secret_free(root);
    if (r == 0 && (r = sync_folder_of(path, err)) < 0)
        unlink(path);
    return r;
}

int keyfile_write(const char *path, const struct keyfile *file, const uint8_t root[static KEYFILE_ROOT_LEN], struct err *err)
{
    char fresh[4096];
    int len = snprintf(fresh, sizeof fresh, "%s.new", path);
    if (len < 0 || (size_t)len >= sizeof fresh)
        return err_set(err, ERR_INPUT, "the path of the key file is too long");
    unlink(fresh); /* of an attempt that was cut short */
    int r = write_new(fresh, file, root, err);
    if (r == 0 && rename(fresh, path) < 0)
        r = err_errno(err, ERR_IO, errno, "%s: the key file cannot be replaced", path);
    return r < 0 ? r : sync_folder_of(path, err);
}

/* --- ways to open it --- */

static int passphrase_key(const struct keyfile *f, str passphrase, uint8_t key[static KEY_LEN], struct err *err)
{
    if (crypto_pwhash(key, KEY_LEN, passphrase.p, passphrase.len, f->salt, f->ops, (size_t)f->memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(err, ERR_IO, "there is not enough memory to try the passphrase: it takes %llu MiB", (unsigned long long)(f->memory >> 20));
    return 0;
}

int keyfile_set_passphrase(struct keyfile *file, str passphrase, const uint8_t root[static KEYFILE_ROOT_LEN], struct err *err)
{
    if (passphrase.len < KEYFILE_PASSPHRASE_MIN || passphrase.len > KEYFILE_PASSPHRASE_MAX)
        return err_set(err, ERR_USAGE, "a passphrase has %d bytes at least and %d at most: four or five words that nobody knows are good",
                       KEYFILE_PASSPHRASE_MIN, KEYFILE_PASSPHRASE_MAX);
    file->ops = crypto_pwhash_argon2id_OPSLIMIT_MODERATE;
    file->memory = crypto_pwhash_argon2id_MEMLIMIT_MODERATE;
    crypto_random(file->salt, sizeof file->salt);
    uint8_t *key = secret_alloc(KEY_LEN);
    int r = passphrase_key(file, passphrase, key, err);
    if (r == 0) {
        crypto_seal(file->by_passphrase, key, (bytes){root, KEYFILE_ROOT_LEN}, passphrase_ad);
        file->passphrase = true;
    }
    secret_free(key);
    return r;
}

int keyfile_open_passphrase(const struct keyfile *file, str passphrase, uint8_t root[static KEYFILE_ROOT_LEN], struct err *err)
{
    if (!file->passphrase)
        return err_set(err, ERR_DENIED, "these keys have no passphrase: two of the three shares open them");
    uint8_t *key = secret_alloc(KEY_LEN);
    int r = passphrase_key(file, passphrase, key, err);
    if (r == 0 && !crypto_unseal(root, key, (bytes){file->by_passphrase, SEALED_LEN}, passphrase_ad))
        r = err_set(err, ERR_DENIED, "that is not the passphrase");
    secret_free(key);
    return r;
}

/* A secret of 32 random bytes needs no slow hash. */
static void shares_key(const uint8_t secret[static SHARE_SECRET_LEN], uint8_t key[static KEY_LEN])
{
    crypto_hkdf(key, KEY_LEN, str_bytes(STR("comity keys by shares 2")), (bytes){secret, SHARE_SECRET_LEN}, (bytes){NULL, 0});
}

void keyfile_set_shares(struct keyfile *file, const uint8_t root[static KEYFILE_ROOT_LEN], struct share out[static SHARE_N])
{
    uint8_t *secret = secret_alloc(SHARE_SECRET_LEN), *key = secret_alloc(KEY_LEN), *random = secret_alloc(SHARE_RANDOM_LEN);
    crypto_random(secret, SHARE_SECRET_LEN);
    crypto_random(random, SHARE_RANDOM_LEN);
    share_split(secret, random, out);
    shares_key(secret, key);
    crypto_seal(file->by_shares, key, (bytes){root, KEYFILE_ROOT_LEN}, shares_ad);
    memcpy(file->set, random, SHARE_SET_LEN);
    file->shares = true;
    secret_free(random);
    secret_free(key);
    secret_free(secret);
}

int keyfile_open_shares(const struct keyfile *file, const struct share *x, const struct share *y, uint8_t root[static KEYFILE_ROOT_LEN],
                        struct err *err)
{
    if (!file->shares)
        return err_set(err, ERR_DENIED, "these keys have no shares: the passphrase opens them");
    uint8_t *secret = secret_alloc(SHARE_SECRET_LEN), *key = secret_alloc(KEY_LEN);
    int r = share_join(x, y, secret, err);
    if (r == 0) {
        shares_key(secret, key);
        if (!crypto_unseal(root, key, (bytes){file->by_shares, SEALED_LEN}, shares_ad))
            r = err_set(err, ERR_DENIED, "these shares are not of this node's keys, or of an older split");
    }
    secret_free(key);
    secret_free(secret);
    return r;
}
