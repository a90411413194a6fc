#include "ground/crypto/password.h"

#include <nettle/hmac.h>
#include <sodium.h>
#include <string.h>

#define STEP_MS 30000
#define OPS crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE
#define MEMORY crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE

_Static_assert(PASSWORD_HASH_LEN == crypto_pwhash_STRBYTES, "the text form of a hash");

int password_hash(str password, char out[static PASSWORD_HASH_LEN], struct err *err)
{
    memset(out, 0, PASSWORD_HASH_LEN);
    if (crypto_pwhash_str_alg(out, password.p, password.len, OPS, MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(err, ERR_IO, "there is not enough memory to keep a password: it takes 64 MiB for a moment");
    return 0;
}

bool password_holds(const char hash[static PASSWORD_HASH_LEN], str password)
{
    return memchr(hash, 0, PASSWORD_HASH_LEN) && crypto_pwhash_str_verify(hash, password.p, password.len) == 0;
}

void password_waste(str password)
{
    static const unsigned char salt[crypto_pwhash_SALTBYTES];
    unsigned char key[32];
    (void)!crypto_pwhash(key, sizeof key, password.p, password.len, salt, OPS, MEMORY, crypto_pwhash_ALG_ARGON2ID13);
    sodium_memzero(key, sizeof key);
}

uint64_t totp_step(int64_t now_ms)
{
    return (uint64_t)(now_ms / STEP_MS);
}

uint32_t totp_code(const uint8_t secret[static TOTP_SECRET_LEN], uint64_t step)
{
    struct hmac_sha1_ctx hmac;
    uint8_t counter[8], mac[SHA1_DIGEST_SIZE];
    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)(step >> (56 - 8 * i));
    hmac_sha1_set_key(&hmac, TOTP_SECRET_LEN, secret);
    hmac_sha1_update(&hmac, sizeof counter, counter);
    hmac_sha1_digest(&hmac, sizeof mac, mac);
    const uint8_t *at = mac + (mac[sizeof mac - 1] & 15); /* RFC 4226 section 5.3 */
    uint32_t code = ((uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]) % 1000000;
    sodium_memzero(&hmac, sizeof hmac);
    sodium_memzero(mac, sizeof mac);
    return code;
}
