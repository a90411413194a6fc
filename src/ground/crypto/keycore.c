#include "ground/crypto/keycore.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/p256.h"

struct match_key_slot {
    uint32_t epoch;
    struct oprf_key *key;
    struct match_key_slot *next;
};

struct key_core {
    uint8_t sign_secret[KEY_CORE_SIGNERS][crypto_sign_SECRETKEYBYTES];
    uint8_t sign_public[KEY_CORE_SIGNERS][SIGN_PUBLIC_LEN];
    uint8_t mac[KEY_CORE_MACS][KEY_LEN];
    uint8_t wrap[KEY_LEN];
    uint8_t letter[KEY_LEN]; /* seals letter keys */
    uint8_t pocket[KEY_LEN]; /* seed of all members' pocket keys */
    uint8_t match[KEY_LEN];  /* seed of all epochs' matching keys */
    uint8_t share[KEY_LEN], share_seal[KEY_LEN]; /* seed of this holder's part in threshold keys; seals its shares */
    struct match_keys {
        pthread_mutex_t lock;
        struct match_key_slot *first;
    } *cache; /* derived once an epoch */
};

static const bytes wrap_ad = {(const uint8_t *)"comity data key 1", 17};

static void derive(const uint8_t root[32], const char *label, uint8_t out[KEY_LEN])
{
    crypto_hkdf(out, KEY_LEN, str_bytes(STR("comity keyring 1")), (bytes){root, 32}, str_bytes(str_from(label)));
}

struct key_core *key_core_new(const uint8_t root[static 32])
{
    static const char *const signers[KEY_CORE_SIGNERS] = {[KEYRING_AGENCY] = "sign agency", [KEYRING_LOG] = "sign log",
                                                          [KEYRING_WITNESS] = "sign witness"};
    static const char *const macs[KEY_CORE_MACS] = {[KEYRING_MAC_INDEX] = "mac index", [KEYRING_MAC_FINGERPRINT] = "mac fingerprint",
                                                    [KEYRING_MAC_PSEUDONYM] = "mac pseudonym"};
    struct key_core *k = secret_alloc(sizeof *k);
    uint8_t *seed = secret_alloc(KEY_LEN);
    for (size_t i = 0; i < KEY_CORE_SIGNERS; i++) {
        derive(root, signers[i], seed);
        crypto_sign_seed_keypair(k->sign_public[i], k->sign_secret[i], seed);
    }
    for (size_t i = 0; i < KEY_CORE_MACS; i++)
        derive(root, macs[i], k->mac[i]);
    derive(root, "wrap", k->wrap);
    derive(root, "match", k->match);
    derive(root, "letter", k->letter);
    derive(root, "pocket", k->pocket);
    derive(root, "threshold share", k->share);
    derive(root, "threshold share seal", k->share_seal);
    secret_free(seed);
    k->cache = mem_calloc(1, sizeof *k->cache);
    pthread_mutex_init(&k->cache->lock, NULL);
    return k;
}

void key_core_free(struct key_core *k)
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

void key_core_public(const struct key_core *k, enum keyring_signer who, uint8_t out[static SIGN_PUBLIC_LEN])
{
    memcpy(out, k->sign_public[who], SIGN_PUBLIC_LEN);
}

void key_core_mac_key(const struct key_core *k, enum keyring_mac which, uint8_t out[static KEY_LEN])
{
    memcpy(out, k->mac[which], KEY_LEN);
}

void key_core_sign(const struct key_core *k, enum keyring_signer who, bytes message, uint8_t signature[static SIGNATURE_LEN])
{
    crypto_sign_detached(signature, NULL, message.p, message.len, k->sign_secret[who]);
}

void key_core_data_key(const struct key_core *k, uint8_t data_key[static KEY_LEN], uint8_t wrapped[static KEY_CORE_WRAPPED_LEN])
{
    crypto_random(data_key, KEY_LEN);
    crypto_seal(wrapped, k->wrap, (bytes){data_key, KEY_LEN}, wrap_ad);
}

bool key_core_unwrap(const struct key_core *k, const uint8_t wrapped[static KEY_CORE_WRAPPED_LEN], bytes ad, uint8_t data_key[static KEY_LEN])
{
    const bytes sealed = {wrapped, KEY_CORE_WRAPPED_LEN};
    return crypto_unseal(data_key, k->wrap, sealed, wrap_ad) || crypto_unseal(data_key, k->wrap, sealed, ad);
}

/* Matching */

static int match_key(const struct key_core *k, uint32_t epoch, const struct oprf_key **out, struct err *err)
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

int key_core_match_public(const struct key_core *k, uint32_t epoch, oprf_point *public_key, struct err *err)
{
    const struct oprf_key *key;
    int result = match_key(k, epoch, &key, err);
    if (result == 0)
        *public_key = *oprf_key_public(key);
    return result;
}

int key_core_match_evaluate(const struct key_core *k, uint32_t epoch, const oprf_point blinded[], size_t n, oprf_point evaluated[],
                           uint8_t proof[static OPRF_PROOF_LEN], struct err *err)
{
    const struct oprf_key *key;
    int result = match_key(k, epoch, &key, err);
    return result < 0 ? result : oprf_evaluate(key, NULL, blinded, n, evaluated, proof, NULL, err);
}

int key_core_match_plain(const struct key_core *k, uint32_t epoch, const bytes inputs[], size_t n, oprf_output outputs[], struct err *err)
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

void key_core_letter_make(const struct key_core *k, uint32_t period, uint8_t public_key[static KEYRING_LETTER_PUBLIC_LEN],
                          uint8_t sealed[static KEYRING_LETTER_SEALED_LEN])
{
    uint8_t secret[crypto_scalarmult_curve25519_SCALARBYTES], ad[LETTER_AD_LEN];
    crypto_random(secret, sizeof secret);
    crypto_scalarmult_curve25519_base(public_key, secret);
    letter_ad(ad, public_key, period);
    crypto_seal(sealed, k->letter, (bytes){secret, sizeof secret}, (bytes){ad, sizeof ad});
    crypto_wipe(secret, sizeof secret);
}

int key_core_letter_unwrap(const struct key_core *k, const uint8_t sealed[static KEYRING_LETTER_SEALED_LEN],
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

/* Pockets */

/* The secret is the first of a row of derived numbers that is below the order; *public_key belongs to it. */
static void pocket_pair(const struct key_core *k, const uint8_t member[static ID_LEN], uint8_t secret[static P256_SECRET_LEN],
                        uint8_t public_key[static KEYRING_POCKET_LEN])
{
    uint8_t info[ID_LEN + 1] = {0};
    memcpy(info, member, ID_LEN);
    do {
        crypto_hkdf(secret, P256_SECRET_LEN, str_bytes(STR("comity pocket key 1")), (bytes){k->pocket, KEY_LEN}, (bytes){info, sizeof info});
        info[ID_LEN]++;
    } while (!p256_public(secret, public_key));
}

void key_core_pocket_public(const struct key_core *k, const uint8_t member[static ID_LEN], uint8_t public_key[static KEYRING_POCKET_LEN])
{
    uint8_t secret[P256_SECRET_LEN];
    pocket_pair(k, member, secret, public_key);
    crypto_wipe(secret, sizeof secret);
}

int key_core_pocket_key(const struct key_core *k, const uint8_t member[static ID_LEN], const uint8_t point[static KEYRING_POCKET_LEN],
                        uint8_t key[static KEY_LEN], struct err *err)
{
    uint8_t secret[P256_SECRET_LEN], salt[2 * KEYRING_POCKET_LEN], shared[P256_SECRET_LEN] = {0};
    memcpy(salt, point, KEYRING_POCKET_LEN);
    pocket_pair(k, member, secret, salt + KEYRING_POCKET_LEN);
    bool good = p256_shared(secret, point, shared);
    if (good)
        crypto_hkdf(key, KEY_LEN, (bytes){salt, sizeof salt}, (bytes){shared, sizeof shared}, str_bytes(STR("comity pocket 1")));
    crypto_wipe(secret, sizeof secret);
    crypto_wipe(shared, sizeof shared);
    return good ? 0 : err_set(err, ERR_CRYPTO, "a point of what was kept on a device is none");
}

/* Shares of threshold keys */

#define SHARE_AD "comity threshold share 1"
#define SHARE_AD_LEN (sizeof SHARE_AD - 1 + ID_LEN + 3)

static void share_ad(uint8_t ad[static SHARE_AD_LEN], const struct setup *s, unsigned me)
{
    uint8_t *p = ad + sizeof SHARE_AD - 1;
    memcpy(ad, SHARE_AD, sizeof SHARE_AD - 1);
    memcpy(p, s->id, ID_LEN);
    p[ID_LEN] = s->needed;
    p[ID_LEN + 1] = s->holders;
    p[ID_LEN + 2] = (uint8_t)me;
}

const uint8_t *key_core_share_seed(const struct key_core *k)
{
    return k->share;
}

int key_core_share_take(const struct key_core *k, const struct setup *s, unsigned me, const struct setup_offer offers[], const struct setup_deal deals[],
                        uint8_t sealed[static KEYRING_SHARE_LEN], struct setup_word *word, struct err *err)
{
    oprf_scalar share;
    uint8_t ad[SHARE_AD_LEN];
    memset(sealed, 0, KEYRING_SHARE_LEN);
    int r = setup_take(s, k->share, me, offers, deals, &share, word, err);
    if (r == 0 && !word->complaints) {
        share_ad(ad, s, me);
        crypto_seal(sealed, k->share_seal, (bytes){share.b, OPRF_SCALAR_LEN}, (bytes){ad, sizeof ad});
    }
    crypto_wipe(&share, sizeof share);
    return r;
}

int key_core_share_answer(const struct key_core *k, const struct setup *s, unsigned me, const uint8_t sealed[static KEYRING_SHARE_LEN], bytes alpha,
                          bytes context, struct threshold_answer *out, struct err *err)
{
    oprf_scalar share;
    oprf_point public_key, input;
    uint8_t ad[SHARE_AD_LEN], random[THRESHOLD_RANDOM_LEN];
    share_ad(ad, s, me);
    int r = threshold_input(&input, alpha, err);
    if (r < 0)
        return r;
    if (!crypto_unseal(share.b, k->share_seal, (bytes){sealed, KEYRING_SHARE_LEN}, (bytes){ad, sizeof ad}))
        return err_set(err, ERR_CRYPTO, "a share of a threshold key does not open: it is another set-up's, was changed, or the key file is not this database's");
    crypto_random(random, sizeof random);
    if (crypto_scalarmult_ristretto255_base(public_key.b, share.b) != 0)
        r = err_set(err, ERR_CRYPTO, "the share of a threshold key is 0: make the keys anew");
    if (r == 0)
        r = threshold_evaluate(&share, &public_key, &input, context, random, out, err);
    crypto_wipe(&share, sizeof share);
    crypto_wipe(random, sizeof random);
    return r;
}
