/* The header of an age file: who can open it. */
#include "ground/crypto/age_internal.h"

#include <sodium.h>
#include <string.h>

#define VERSION_LINE "age-encryption.org/v1"
#define X25519_INFO "age-encryption.org/v1/X25519"
#define BODY_COLUMNS 64
#define BODY_BYTES (BODY_COLUMNS / 4 * 3)
#define SHARE_TEXT_LEN 43 /* 32 bytes in base64 without padding */

bool age_ascii(str text)
{
    uint8_t all = 0;
    for (size_t i = 0; i < text.len; i++)
        all |= (uint8_t)text.p[i];
    return all < 0x80;
}

/* Base64 without padding, canonical: one text for every value. */
static bool base64_raw(str text, uint8_t *out, size_t max, size_t *len)
{
    const char *end;
    return age_ascii(text) && sodium_base642bin(out, max, text.p, text.len, NULL, len, &end, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
           end == text.p + text.len;
}

static void add_base64(struct buf *b, const uint8_t *p, size_t len)
{
    char text[sodium_base64_ENCODED_LEN(BODY_BYTES, sodium_base64_VARIANT_ORIGINAL_NO_PADDING)];
    sodium_bin2base64(text, sizeof text, p, len, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    buf_add(b, str_from(text));
}

void age_header_mac(const uint8_t file_key[static AGE_FILE_KEY_LEN], bytes covered, uint8_t mac[static HASH_LEN])
{
    uint8_t key[HASH_LEN];
    crypto_hkdf(key, sizeof key, (bytes){NULL, 0}, (bytes){file_key, AGE_FILE_KEY_LEN}, str_bytes(STR("header")));
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, sizeof key);
    crypto_auth_hmacsha256_update(&state, covered.p, covered.len);
    crypto_auth_hmacsha256_final(&state, mac);
    crypto_wipe(&state, sizeof state);
    crypto_wipe(key, sizeof key);
}

/* --- X25519 --- */

static void wrap_key(const uint8_t shared[AGE_KEY_LEN], const uint8_t share[AGE_KEY_LEN], const uint8_t recipient[AGE_KEY_LEN],
                     uint8_t key[KEY_LEN])
{
    uint8_t salt[2 * AGE_KEY_LEN];
    memcpy(salt, share, AGE_KEY_LEN);
    memcpy(salt + AGE_KEY_LEN, recipient, AGE_KEY_LEN);
    crypto_hkdf(key, KEY_LEN, (bytes){salt, sizeof salt}, (bytes){shared, AGE_KEY_LEN}, str_bytes(STR(X25519_INFO)));
}

static const uint8_t zero_nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES]; /* each wrap key is used once */

void age_recipient_of(const uint8_t identity[static AGE_KEY_LEN], uint8_t recipient[static AGE_KEY_LEN])
{
    crypto_scalarmult_base(recipient, identity);
}

int age_wrap(const uint8_t recipient[static AGE_KEY_LEN], const uint8_t file_key[static AGE_FILE_KEY_LEN], struct age_stanza *out,
             struct err *err)
{
    uint8_t ephemeral[AGE_KEY_LEN], shared[AGE_KEY_LEN], key[KEY_LEN];
    int result = 0;
    crypto_random(ephemeral, sizeof ephemeral);
    crypto_scalarmult_base(out->share, ephemeral);
    /* libsodium refuses a result of zero, which is what points of small order give */
    if (crypto_scalarmult(shared, ephemeral, recipient) != 0) {
        result = err_set(err, ERR_CRYPTO, "a recipient's key is a point of small order: anybody could open what is sealed to it");
        goto out;
    }
    wrap_key(shared, out->share, recipient, key);
    crypto_aead_chacha20poly1305_ietf_encrypt(out->wrapped, NULL, file_key, AGE_FILE_KEY_LEN, NULL, 0, NULL, zero_nonce, key);
out:
    crypto_wipe(ephemeral, sizeof ephemeral);
    crypto_wipe(shared, sizeof shared);
    crypto_wipe(key, sizeof key);
    return result;
}

int age_unwrap(const uint8_t identity[static AGE_KEY_LEN], const uint8_t recipient[static AGE_KEY_LEN], const struct age_stanza *stanza,
               uint8_t file_key[static AGE_FILE_KEY_LEN], struct err *err)
{
    uint8_t shared[AGE_KEY_LEN], key[KEY_LEN];
    int result = 0;
    if (crypto_scalarmult(shared, identity, stanza->share) != 0) {
        result = err_set(err, ERR_CRYPTO, "a recipient stanza holds a point of small order: the file was made to be opened by others");
        goto out;
    }
    wrap_key(shared, stanza->share, recipient, key);
    if (crypto_aead_chacha20poly1305_ietf_decrypt(file_key, NULL, NULL, stanza->wrapped, AGE_WRAPPED_LEN, NULL, 0, zero_nonce, key) != 0)
        result = err_set(err, ERR_NOT_FOUND, "this file is sealed to another key");
out:
    crypto_wipe(shared, sizeof shared);
    crypto_wipe(key, sizeof key);
    return result;
}

int age_unwrap_any(const uint8_t identity[static AGE_KEY_LEN], const struct age_header *header, uint8_t file_key[static AGE_FILE_KEY_LEN],
                   struct err *err)
{
    uint8_t recipient[AGE_KEY_LEN];
    age_recipient_of(identity, recipient);
    int result = err_set(err, ERR_NOT_FOUND, "this file is sealed to another key");
    for (size_t i = 0; i < header->n && result == ERR_NOT_FOUND; i++)
        result = age_unwrap(identity, recipient, &header->stanzas[i], file_key, err);
    return result;
}

/* --- writing --- */

str age_header_write(struct arena *a, const struct age_stanza stanzas[], size_t n, const uint8_t file_key[static AGE_FILE_KEY_LEN])
{
    struct buf b = buf_new(a);
    uint8_t mac[HASH_LEN];
    buf_add(&b, STR(VERSION_LINE "\n"));
    for (size_t i = 0; i < n; i++) {
        buf_add(&b, STR("-> X25519 "));
        add_base64(&b, stanzas[i].share, AGE_KEY_LEN);
        buf_byte(&b, '\n');
        add_base64(&b, stanzas[i].wrapped, AGE_WRAPPED_LEN); /* 43 columns: the short line that ends a body */
        buf_byte(&b, '\n');
    }
    buf_add(&b, STR("---"));
    age_header_mac(file_key, buf_bytes(&b), mac);
    buf_byte(&b, ' ');
    add_base64(&b, mac, sizeof mac);
    buf_byte(&b, '\n');
    return buf_str(&b);
}

/* --- reading --- */

struct lines {
    str data;
    size_t at, line; /* line: for errors, from 1 */
};

static int refuse(const struct lines *r, struct err *err, const char *what)
{
    return err_set(err, ERR_INPUT, "age header, line %zu: %s", r->line, what);
}

static int next_line(struct lines *r, str *line, struct err *err)
{
    r->line++;
    size_t max = r->data.len < AGE_HEADER_MAX ? r->data.len : AGE_HEADER_MAX;
    const char *end = r->at < max ? memchr(r->data.p + r->at, '\n', max - r->at) : NULL;
    if (!end)
        return refuse(r, err, "it does not end within the file");
    *line = str_slice(r->data, r->at, (size_t)(end - r->data.p));
    r->at = (size_t)(end - r->data.p) + 1;
    return 0;
}

#define ARGUMENTS_KEPT 2

/* "-> TYPE ARGUMENT...": the arguments are counted, the first two kept. */
static int read_arguments(const struct lines *r, str line, str kept[ARGUMENTS_KEPT], size_t *n, struct err *err)
{
    if (!str_starts(line, STR("-> ")))
        return refuse(r, err, "neither a recipient stanza nor the end of the header");
    *n = 0;
    for (size_t start = 3; start <= line.len; (*n)++) {
        size_t end = start;
        while (end < line.len && line.p[end] != ' ')
            if (line.p[end] < 0x21 || line.p[end++] > 0x7e)
                return refuse(r, err, "a recipient stanza holds a character that is not printable ASCII");
        if (end == start)
            return refuse(r, err, "a recipient stanza has an empty argument");
        if (*n < ARGUMENTS_KEPT)
            kept[*n] = str_slice(line, start, end);
        start = end + 1;
    }
    return *n ? 0 : refuse(r, err, "a recipient stanza without a type");
}

/* Full lines and one short one. The first AGE_WRAPPED_LEN bytes go to body; *len counts all. */
static int read_body(struct lines *r, uint8_t body[AGE_WRAPPED_LEN], size_t *len, struct err *err)
{
    uint8_t part[BODY_BYTES];
    size_t part_len;
    str line;
    *len = 0;
    do {
        int result = next_line(r, &line, err);
        if (result < 0)
            return result;
        if (line.len > BODY_COLUMNS || !base64_raw(line, part, sizeof part, &part_len))
            return refuse(r, err, "a stanza's body is not canonical base64 in lines of 64");
        if (*len == 0 && part_len >= AGE_WRAPPED_LEN)
            memcpy(body, part, AGE_WRAPPED_LEN);
        *len += part_len;
    } while (line.len == BODY_COLUMNS);
    return 0;
}

static int read_x25519(const struct lines *r, const str argument[ARGUMENTS_KEPT], size_t n, const uint8_t *body, size_t body_len,
                       struct age_stanza *out, struct err *err)
{
    size_t len;
    if (n != 2 || argument[1].len != SHARE_TEXT_LEN || !base64_raw(argument[1], out->share, AGE_KEY_LEN, &len) || len != AGE_KEY_LEN)
        return refuse(r, err, "an X25519 stanza needs one share of 32 bytes in canonical base64");
    if (body_len != AGE_WRAPPED_LEN)
        return refuse(r, err, "an X25519 stanza's body must be 32 bytes");
    memcpy(out->wrapped, body, AGE_WRAPPED_LEN);
    return 0;
}

int age_header_parse(struct arena *a, bytes data, struct age_header *out, struct err *err)
{
    struct lines r = {.data = {(const char *)data.p, data.len}};
    struct age_stanza *stanzas = NULL;
    size_t cap = 0, scrypt = 0;
    str line;
    *out = (struct age_header){0};
    if (age_is_armored(data))
        return err_set(err, ERR_INPUT, "this age file is armored: decode it first (age_dearmor, or base64 -d between its first and last line)");
    int result = next_line(&r, &line, err);
    if (result < 0)
        return result;
    if (!str_eq(line, STR(VERSION_LINE)))
        return refuse(&r, err, "not an age file of version 1");
    for (;;) {
        str argument[ARGUMENTS_KEPT] = {0};
        uint8_t body[AGE_WRAPPED_LEN] = {0};
        size_t n = 0, body_len, line_at = r.at;
        if ((result = next_line(&r, &line, err)) < 0)
            return result;
        if (str_starts(line, STR("---"))) {
            out->covered = (bytes){data.p, line_at + 3};
            break;
        }
        if ((result = read_arguments(&r, line, argument, &n, err)) < 0 || (result = read_body(&r, body, &body_len, err)) < 0)
            return result;
        scrypt += str_eq(argument[0], STR("scrypt"));
        if (!str_eq(argument[0], STR("X25519"))) {
            out->n_other++;
            continue;
        }
        if (out->n == cap) {
            struct age_stanza *more = arena_array(a, struct age_stanza, cap ? 2 * cap : 4);
            if (cap)
                memcpy(more, stanzas, cap * sizeof *more);
            stanzas = more;
            cap = cap ? 2 * cap : 4;
        }
        if ((result = read_x25519(&r, argument, n, body, body_len, &stanzas[out->n++], err)) < 0)
            return result;
    }
    size_t mac_len;
    if (line.len != 4 + SHARE_TEXT_LEN || line.p[3] != ' ' || !base64_raw(str_slice(line, 4, line.len), out->mac, HASH_LEN, &mac_len) ||
        mac_len != HASH_LEN)
        return refuse(&r, err, "the last line must be three dashes and a MAC of 32 bytes in canonical base64");
    if (out->n + out->n_other == 0)
        return refuse(&r, err, "no recipient");
    if (scrypt && out->n + out->n_other > 1)
        return refuse(&r, err, "a passphrase stands beside other recipients");
    out->stanzas = stanzas;
    out->len = r.at;
    return 0;
}
