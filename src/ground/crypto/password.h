/* password: what people sign in with: passwords (Argon2id) and six digits that change every half minute (TOTP).
 *
 *     char hash[PASSWORD_HASH_LEN];
 *     password_hash(STR("three words together"), hash, err);        // kept sealed
 *     password_holds(hash, given)                                    // constant-time, about 50 ms
 *     uint32_t code = totp_code(secret, totp_step(now_ms));          // 0..999999
 *
 * Not here: counting attempts, using a code once (trust/people).
 */
#ifndef COMITY_CRYPTO_PASSWORD_H
#define COMITY_CRYPTO_PASSWORD_H

#include "ground/base/base.h"

#define PASSWORD_HASH_LEN 128 /* with its NUL */
#define TOTP_SECRET_LEN 20    /* RFC 4226 section 4, R6: 160 bits */

/* Argon2id (RFC 9106) with a fresh salt, 64 MiB, in libsodium's text form. ERR_IO when there is not enough memory. */
MUST_USE int password_hash(str password, char out[static PASSWORD_HASH_LEN], struct err *err);
bool password_holds(const char hash[static PASSWORD_HASH_LEN], str password);
/* As much work as password_holds, for a name that nobody has. */
void password_waste(str password);

/* RFC 6238 with HMAC-SHA-1, 30 s and six digits: what every code app can do. */
uint64_t totp_step(int64_t now_ms);
uint32_t totp_code(const uint8_t secret[static TOTP_SECRET_LEN], uint64_t step);

#endif
