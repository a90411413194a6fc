/* age_internal: what the files of age share. Section names are those of the C2SP specification age.md. */
#ifndef COMITY_CRYPTO_AGE_INTERNAL_H
#define COMITY_CRYPTO_AGE_INTERNAL_H

#include "ground/crypto/age.h"

/* libsodium 1.0.18 takes some bytes above 0x7f for base64 characters: texts are looked through before it sees them. */
bool age_ascii(str text);

/* "Header": the MAC over everything up to and including the three dashes. */
void age_header_mac(const uint8_t file_key[static AGE_FILE_KEY_LEN], bytes covered, uint8_t mac[static HASH_LEN]);
/* "The X25519 recipient type": one stanza for a recipient. ERR_CRYPTO when the recipient is of small order. */
MUST_USE int age_wrap(const uint8_t recipient[static AGE_KEY_LEN], const uint8_t file_key[static AGE_FILE_KEY_LEN],
                      struct age_stanza *out, struct err *err);
/* The whole header with its MAC line. From arena. */
str age_header_write(struct arena *a, const struct age_stanza stanzas[], size_t n, const uint8_t file_key[static AGE_FILE_KEY_LEN]);

#endif
