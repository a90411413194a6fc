/* bench_letters: what a letter of 4 KiB costs to seal, open, sign and verify, and what a stream reaches. The peer for sealing is what it consists
 * of: the curve operations (the physical limit: two to seal, one to open) and the cipher, each measured in the same run. */
#include <stdio.h>
#include <stdlib.h>

#include "ground/crypto/age.h"
#include "ground/crypto/keycore.h"

#define ROUNDS 15
#define TIMES 500
#define LETTER_LEN 4096
#define STREAM_LEN (64 << 20)

static struct err err;

static void check(int result)
{
    if (result < 0) {
        fprintf(stderr, "bench_letters: %s\n", err.text);
        exit(1);
    }
}

struct bed {
    struct arena *a;
    uint8_t identity[AGE_KEY_LEN], recipient[1][AGE_KEY_LEN], file_key[AGE_FILE_KEY_LEN];
    uint8_t plain[LETTER_LEN], sealed[LETTER_LEN + SEAL_OVERHEAD];
    bytes file;
    struct age_header header;
    struct keyring *keys;
    struct key_core *core;
    uint8_t public_key[SIGN_PUBLIC_LEN], signature[SIGNATURE_LEN];
};

static void seal(struct bed *b)
{
    bytes out;
    check(age_seal_bytes(b->a, (const uint8_t(*)[AGE_KEY_LEN])b->recipient, 1, (bytes){b->plain, LETTER_LEN}, &out, &err));
}

static void open_letter(struct bed *b)
{
    bytes plain;
    check(age_header_parse(b->a, b->file, &b->header, &err));
    check(age_unwrap(b->identity, b->recipient[0], &b->header.stanzas[0], b->file_key, &err));
    check(age_open_bytes(b->a, b->file_key, &b->header, (bytes){b->file.p + b->header.len, b->file.len - b->header.len}, &plain, &err));
}

static void curve_base(struct bed *b)
{
    uint8_t point[AGE_KEY_LEN];
    age_recipient_of(b->identity, point);
}

static void cipher(struct bed *b)
{
    crypto_seal(b->sealed, b->identity, (bytes){b->plain, LETTER_LEN}, (bytes){NULL, 0});
}

static void sign(struct bed *b)
{
    key_core_sign(b->core, KEYRING_AGENCY, (bytes){b->plain, LETTER_LEN}, b->signature);
}

/* The same as the program does it: asked of the process that has the keys. */
static void ask_to_sign(struct bed *b)
{
    check(keyring_sign(b->keys, KEYRING_AGENCY, (bytes){b->plain, LETTER_LEN}, b->signature, &err));
}

static void verify(struct bed *b)
{
    if (!crypto_verify(b->signature, (bytes){b->plain, LETTER_LEN}, b->public_key))
        exit(1);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median_us(struct bed *b, void (*fn)(struct bed *b))
{
    double v[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
        int64_t start = clock_monotonic_ns();
        for (int i = 0; i < TIMES; i++) {
            fn(b);
            arena_reset(b->a);
        }
        v[r] = (double)(clock_monotonic_ns() - start) / TIMES / 1e3;
    }
    qsort(v, ROUNDS, sizeof v[0], by_size);
    return v[ROUNDS / 2];
}

static int nowhere(void *to, bytes data, struct err *e)
{
    (void)e;
    *(size_t *)to += data.len;
    return 0;
}

static double stream_mb_per_s(struct bed *b)
{
    size_t sealed = 0;
    struct age_seal *s;
    static const uint8_t part[1 << 20];
    int64_t start = clock_monotonic_ns();
    check(age_seal_new((const uint8_t(*)[AGE_KEY_LEN])b->recipient, 1, (struct age_sink){nowhere, &sealed}, &s, &err));
    for (size_t at = 0; at < STREAM_LEN; at += sizeof part)
        check(age_seal_update(s, (bytes){part, sizeof part}, &err));
    check(age_seal_end(s, &err));
    age_seal_free(s);
    return (double)sealed / 1e6 / ((double)(clock_monotonic_ns() - start) / 1e9);
}

int main(void)
{
    check(crypto_open(&err));
    struct bed b = {.a = arena_new()};
    char folder[] = "/tmp/comity-bench-letters-XXXXXX";
    if (!mkdtemp(folder))
        return 1;
    struct arena *lasting = arena_new();
    const char *path = str_printf(lasting, "%s/keys", folder).p;
    check(keyring_create(path, &err));
    check(keyring_open(path, &b.keys, &err));
    /* another root: what it costs is the same */
    b.core = key_core_new(b.plain);
    keyring_public(b.keys, KEYRING_AGENCY, b.public_key);
    crypto_random(b.identity, sizeof b.identity);
    crypto_random(b.plain, sizeof b.plain);
    age_recipient_of(b.identity, b.recipient[0]);
    check(age_seal_bytes(lasting, (const uint8_t(*)[AGE_KEY_LEN])b.recipient, 1, (bytes){b.plain, LETTER_LEN}, &b.file, &err));
    double base = median_us(&b, curve_base), bulk = median_us(&b, cipher);
    static const struct { const char *what; void (*fn)(struct bed *b); double reach; } figures[] = {
        {"seal a letter of 4 KiB (age)", seal, 64}, {"open it", open_letter, 36}, {"sign 4 KiB", sign, 18},
        {"sign 4 KiB, asked of the key process", ask_to_sign, 0}, {"verify 4 KiB", verify, 52},
    };
    printf("one X25519 base multiplication %.1f us, 4 KiB of XChaCha20-Poly1305 %.1f us\n", base, bulk);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        double us = median_us(&b, figures[i].fn);
        printf("%-32s %8.1f us\n", figures[i].what, us);
        printf("figure\t%s\t%.1f us\tX25519 base %.1f us, cipher %.1f us\t%.2f\t", figures[i].what, us, base, bulk, us / (base + bulk));
        printf(figures[i].reach > 0 ? "%.0f us\n" : "\n", figures[i].reach);
    }
    printf("figure\tseal a stream of 64 MiB\t%.0f MB/s\t\t\t\n", stream_mb_per_s(&b));
    keyring_close(b.keys);
    key_core_free(b.core);
    if (remove(path) < 0 || remove(folder) < 0)
        return 1;
    arena_free(lasting);
    arena_free(b.a);
    return 0;
}
