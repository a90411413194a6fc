#include "ground/crypto/pocket.h"

#include <nettle/gcm.h>

#define VERSION 1

_Static_assert(POCKET_TAG_LEN == GCM_DIGEST_SIZE, "the tag of AES-GCM");

bool pocket_split(bytes sealed, struct pocket_parts *out)
{
    struct reader in = reader_new(sealed);
    uint8_t version = reader_u8(&in);
    out->point = reader_take(&in, KEYRING_POCKET_LEN).p;
    out->closed = in.ok ? (bytes){in.p, (size_t)(in.end - in.p)} : (bytes){0};
    return in.ok && version == VERSION && out->closed.len >= POCKET_PAD + POCKET_TAG_LEN && (out->closed.len - POCKET_TAG_LEN) % POCKET_PAD == 0;
}

bool pocket_unseal(const struct pocket_parts *parts, const uint8_t key[static KEY_LEN], struct arena *a, bytes *content)
{
    static const uint8_t nonce[GCM_IV_SIZE];
    struct gcm_aes256_ctx gcm;
    uint8_t tag[GCM_DIGEST_SIZE];
    size_t len = parts->closed.len - POCKET_TAG_LEN;
    uint8_t *plain = arena_alloc(a, len);
    gcm_aes256_set_key(&gcm, key);
    gcm_aes256_set_iv(&gcm, sizeof nonce, nonce);
    gcm_aes256_decrypt(&gcm, len, plain, parts->closed.p);
    gcm_aes256_digest(&gcm, sizeof tag, tag);
    crypto_wipe(&gcm, sizeof gcm);
    if (!crypto_equal(tag, parts->closed.p + len, sizeof tag) || get_u32be(plain) > len - 4) {
        crypto_wipe(plain, len);
        return false;
    }
    *content = (bytes){plain + 4, get_u32be(plain)};
    return true;
}

int pocket_open(const struct keyring *k, const uint8_t member[static ID_LEN], bytes sealed, struct arena *a, bytes *content, struct err *err)
{
    struct pocket_parts parts;
    uint8_t key[KEY_LEN];
    if (!pocket_split(sealed, &parts))
        return err_set(err, ERR_INPUT, "this was not sealed by a page of this program");
    int r = keyring_pocket_key(k, member, parts.point, key, err);
    if (r == 0 && !pocket_unseal(&parts, key, a, content))
        r = err_set(err, ERR_CRYPTO, "what was kept on the device does not open: another member sealed it, or it was changed");
    crypto_wipe(key, sizeof key);
    return r;
}
