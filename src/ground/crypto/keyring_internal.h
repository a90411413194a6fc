/* keyring_internal: what the files of the key ring share. */
#ifndef COMITY_CRYPTO_KEYRING_INTERNAL_H
#define COMITY_CRYPTO_KEYRING_INTERNAL_H

#include <sys/uio.h>

#include "ground/crypto/keyproto.h"

/* One question to the key process, and its answer of exactly len bytes. parts[0] begins with the operation's byte; at most 8 of them. */
MUST_USE int keyring_ask(const struct keyring *k, const struct iovec parts[], size_t n, uint8_t *out, size_t len, struct err *err);

#endif
