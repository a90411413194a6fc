/* pocket: what a browser sealed while the line was gone, so that the device it lies on cannot read it again.
 *
 * What: opens what WebCrypto sealed to a member's pocket key, whose secret half is in the key process only.
 * Why:  a telephone that is lost or seized holds what was typed without a line, and reveals how many pieces, not what they say.
 *
 *     uint8_t public_key[KEYRING_POCKET_LEN];
 *     keyring_pocket_public(keys, member, public_key, &err);          // into the page
 *     r = pocket_open(keys, member, sealed, arena, &content, &err);   // what came back
 *
 * Sealed is   u8 version (1) | an ephemeral point of P-256 (65 bytes) | AES-256-GCM of the padded content, with its tag of 16 bytes
 * under      HKDF-SHA256(key = x of the shared point, salt = ephemeral point || public key, info = "comity pocket 1"), nonce of zeros:
 * a key seals once. Padded is u32 length, the content, zeros up to a multiple of 1024. A public key is derived for each member, so what one
 * sealed nobody sends in another's name. Not here: what the content means (face/web), and that it counts once (work/cases/kept.h).
 */
#ifndef COMITY_CRYPTO_POCKET_H
#define COMITY_CRYPTO_POCKET_H

#include "ground/crypto/keyring.h"

#define POCKET_PAD 1024
#define POCKET_TAG_LEN 16
#define POCKET_OVERHEAD (1 + KEYRING_POCKET_LEN + POCKET_TAG_LEN)

/* Content from arena. ERR_CRYPTO: it was not sealed to this member here, or it was changed. ERR_INPUT: nothing that could be. */
MUST_USE int pocket_open(const struct keyring *k, const uint8_t member[static ID_LEN], bytes sealed, struct arena *a, bytes *content, struct err *err);

/* The steps of it, pure. */
struct pocket_parts { const uint8_t *point; bytes closed; /* with its tag */ };
bool pocket_split(bytes sealed, struct pocket_parts *out);
bool pocket_unseal(const struct pocket_parts *parts, const uint8_t key[static KEY_LEN], struct arena *a, bytes *content);

#endif
