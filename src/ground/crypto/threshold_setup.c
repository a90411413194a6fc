/* Making the key together. */
#include "ground/crypto/threshold_setup.h"

#include <sodium.h>
#include <string.h>

#include "ground/crypto/threshold_internal.h"

#define TAG_LEN crypto_aead_xchacha20poly1305_ietf_ABYTES
_Static_assert(SETUP_SEALED_LEN == 32 + OPRF_SCALAR_LEN + TAG_LEN, "a public key, and a share under it");

#define LABEL_LEN (ID_LEN + 4)

/* Which set-up, and who of whom: before everything that is hashed or sealed. */
static bytes label(const struct setup *s, unsigned dealer, unsigned holder, uint8_t out[static LABEL_LEN])
{
    memcpy(out, s->id, ID_LEN);
    out[ID_LEN] = s->needed;
    out[ID_LEN + 1] = s->holders;
    out[ID_LEN + 2] = (uint8_t)dealer;
    out[ID_LEN + 3] = (uint8_t)holder;
    return oprf_bytes(out, LABEL_LEN);
}

int setup_valid(const struct setup *s, struct err *err)
{
    if (s->needed < 1 || s->needed > s->holders || s->holders > THRESHOLD_HOLDERS_MAX)
        return err_set(err, ERR_INPUT, "a set-up is of 1 to %d holders, and as many of them are needed at most", THRESHOLD_HOLDERS_MAX);
    return 0;
}

static int valid_for(const struct setup *s, unsigned me, struct err *err)
{
    int r = setup_valid(s, err);
    return r == 0 && (me < 1 || me > s->holders) ? err_set(err, ERR_INPUT, "there is no holder %u in this set-up", me) : r;
}

/* --- as bytes --- */

size_t setup_deal_len(const struct setup *s)
{
    return (size_t)s->needed * OPRF_POINT_LEN + sizeof(((struct setup_deal *)0)->proof) + (size_t)s->holders * SETUP_SEALED_LEN;
}

size_t setup_deal_write(const struct setup *s, const struct setup_deal *d, uint8_t out[static SETUP_DEAL_MAX])
{
    const size_t points = (size_t)s->needed * OPRF_POINT_LEN, sealed = (size_t)s->holders * SETUP_SEALED_LEN;
    memcpy(out, d->commitments, points);
    memcpy(out + points, &d->proof, sizeof d->proof);
    memcpy(out + points + sizeof d->proof, d->sealed, sealed);
    return points + sizeof d->proof + sealed;
}

int setup_deal_read(const struct setup *s, bytes b, struct setup_deal *out, struct err *err)
{
    struct reader r = reader_new(b);
    int result = setup_valid(s, err);
    if (result < 0)
        return result;
    bytes points = reader_take(&r, (size_t)s->needed * OPRF_POINT_LEN), proof = reader_take(&r, sizeof out->proof);
    bytes sealed = reader_take(&r, (size_t)s->holders * SETUP_SEALED_LEN);
    if (!reader_done(&r))
        return err_set(err, ERR_INPUT, "a deal of a set-up is of another length");
    memset(out, 0, sizeof *out);
    memcpy(out->commitments, points.p, points.len);
    memcpy(&out->proof, proof.p, proof.len);
    memcpy(out->sealed, sealed.p, sealed.len);
    return 0;
}

size_t setup_word_write(const struct setup *s, const struct setup_word *w, uint8_t out[static SETUP_WORD_MAX])
{
    const size_t len = (size_t)s->holders * HASH_LEN;
    memcpy(out, w->deals, len);
    out[len] = w->complaints;
    return len + 1;
}

int setup_word_read(const struct setup *s, bytes b, struct setup_word *out, struct err *err)
{
    struct reader r = reader_new(b);
    int result = setup_valid(s, err);
    if (result < 0)
        return result;
    bytes digests = reader_take(&r, (size_t)s->holders * HASH_LEN);
    memset(out, 0, sizeof *out);
    out->complaints = reader_u8(&r);
    if (!reader_done(&r) || out->complaints >> s->holders)
        return err_set(err, ERR_INPUT, "a word of a set-up is of another length, or complains of a holder that is none");
    memcpy(out->deals, digests.p, digests.len);
    return 0;
}

/* --- what follows from the seed --- */

static void derive_scalar(const struct setup *s, const uint8_t seed[SETUP_SEED_LEN], unsigned me, const char *what, unsigned number, oprf_scalar *out)
{
    uint8_t l[LABEL_LEN];
    const bytes parts[] = {oprf_bytes(seed, SETUP_SEED_LEN), label(s, me, number, l)};
    threshold_hash(out, what, parts, 2);
}

/* The secret behind the key that shares for this holder are sealed to. */
static void share_secret(const struct setup *s, const uint8_t seed[SETUP_SEED_LEN], unsigned me, uint8_t out[32])
{
    uint8_t l[LABEL_LEN];
    crypto_hkdf(out, 32, label(s, me, 0, l), oprf_bytes(seed, SETUP_SEED_LEN), str_bytes(STR("comity threshold share key 1")));
}

int setup_open(const struct setup *s, const uint8_t seed[static SETUP_SEED_LEN], unsigned me, unsigned holder, uint8_t opened[static 32], struct err *err)
{
    uint8_t l[LABEL_LEN];
    int r = valid_for(s, me, err);
    if (r == 0 && (r = valid_for(s, holder, err)) == 0)
        crypto_hkdf(opened, 32, label(s, me, holder, l), oprf_bytes(seed, SETUP_SEED_LEN), str_bytes(STR("comity threshold sealing 1")));
    return r;
}

/* The key of one sealed share. False: a public key of low order. */
static bool sealing_key(const uint8_t secret[32], const uint8_t other[32], const uint8_t ephemeral[32], const uint8_t share_key[32], bytes about, uint8_t key[KEY_LEN])
{
    uint8_t shared[32], salt[64];
    memcpy(salt, ephemeral, 32);
    memcpy(salt + 32, share_key, 32);
    bool good = crypto_scalarmult_curve25519(shared, secret, other) == 0;
    if (good) {
        const bytes parts[] = {str_bytes(STR("comity threshold share 1")), about};
        uint8_t info[HASH_LEN];
        crypto_sha256_parts(info, parts, 2);
        crypto_hkdf(key, KEY_LEN, oprf_bytes(salt, sizeof salt), oprf_bytes(shared, sizeof shared), oprf_bytes(info, sizeof info));
    }
    crypto_wipe(shared, sizeof shared);
    return good;
}

static const uint8_t zero_nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES]; /* each key seals one share */

static bool seal_share(const struct setup *s, unsigned dealer, unsigned holder, const uint8_t ephemeral_secret[32], const uint8_t share_key[32],
                       const oprf_scalar *share, uint8_t out[SETUP_SEALED_LEN])
{
    uint8_t key[KEY_LEN], l[LABEL_LEN];
    bytes about = label(s, dealer, holder, l);
    crypto_scalarmult_curve25519_base(out, ephemeral_secret);
    if (!sealing_key(ephemeral_secret, share_key, out, share_key, about, key))
        return false;
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + 32, NULL, share->b, OPRF_SCALAR_LEN, about.p, about.len, NULL, zero_nonce, key);
    crypto_wipe(key, sizeof key);
    return true;
}

/* secret and other are either half of the exchange. */
static bool unseal_share(const struct setup *s, unsigned dealer, unsigned holder, const uint8_t secret[32], const uint8_t other[32],
                         const uint8_t share_key[32], const uint8_t sealed[SETUP_SEALED_LEN], oprf_scalar *share)
{
    uint8_t key[KEY_LEN], l[LABEL_LEN];
    bytes about = label(s, dealer, holder, l);
    if (!sealing_key(secret, other, sealed, share_key, about, key))
        return false;
    bool good = crypto_aead_xchacha20poly1305_ietf_decrypt(share->b, NULL, NULL, sealed + 32, OPRF_SCALAR_LEN + TAG_LEN, about.p, about.len, zero_nonce, key) == 0;
    crypto_wipe(key, sizeof key);
    return good;
}

/* Does the share fit what the dealer is committed to? In constant time but for the commitments, which are public. */
static bool share_fits(const struct setup *s, const struct setup_deal *deal, unsigned holder, const oprf_scalar *share)
{
    oprf_point is, should;
    return oprf_scalar_canonical(share) && crypto_scalarmult_ristretto255_base(is.b, share->b) == 0 &&
           threshold_at(deal->commitments, s->needed, holder, &should) && crypto_equal(is.b, should.b, OPRF_POINT_LEN);
}

/* --- the messages --- */

static void proof_challenge(const struct setup *s, unsigned dealer, const struct setup_deal *d, oprf_scalar *out)
{
    uint8_t l[LABEL_LEN];
    const bytes parts[] = {label(s, dealer, 0, l), oprf_bytes(d->commitments[0].b, OPRF_POINT_LEN), oprf_bytes(d->proof.nonce.b, OPRF_POINT_LEN)};
    threshold_hash(out, "Possession", parts, 3);
}

/* Commitments and proof; nonce + challenge * secret is the response. */
static int make_deal(const struct setup *s, const uint8_t seed[SETUP_SEED_LEN], unsigned me, oprf_scalar polynomial[], struct setup_deal *out, struct err *err)
{
    oprf_scalar nonce, challenge;
    int bad = 0;
    memset(out, 0, sizeof *out);
    for (unsigned j = 0; j < s->needed; j++) {
        derive_scalar(s, seed, me, "Polynomial", j, &polynomial[j]);
        bad |= crypto_scalarmult_ristretto255_base(out->commitments[j].b, polynomial[j].b);
    }
    derive_scalar(s, seed, me, "PossessionNonce", 0, &nonce);
    bad |= crypto_scalarmult_ristretto255_base(out->proof.nonce.b, nonce.b);
    proof_challenge(s, me, out, &challenge);
    crypto_core_ristretto255_scalar_mul(out->proof.response.b, challenge.b, polynomial[0].b);
    crypto_core_ristretto255_scalar_add(out->proof.response.b, out->proof.response.b, nonce.b);
    crypto_wipe(&nonce, sizeof nonce);
    return bad ? err_set(err, ERR_CRYPTO, "no polynomial can be derived from this seed: take another set-up id") : 0;
}

/* What an offer commits to. */
static void deal_hash(const struct setup *s, unsigned dealer, const struct setup_deal *d, uint8_t out[HASH_LEN])
{
    uint8_t l[LABEL_LEN];
    const bytes parts[] = {str_bytes(STR("comity threshold offer 1")), label(s, dealer, 0, l), oprf_bytes(d->commitments, (size_t)s->needed * OPRF_POINT_LEN),
                           oprf_bytes(&d->proof, sizeof d->proof)};
    crypto_sha256_parts(out, parts, 4);
}

int setup_offer(const struct setup *s, const uint8_t seed[static SETUP_SEED_LEN], unsigned me, struct setup_offer *out, struct err *err)
{
    oprf_scalar polynomial[THRESHOLD_HOLDERS_MAX];
    struct setup_deal deal;
    uint8_t secret[32];
    int r = valid_for(s, me, err);
    if (r == 0)
        r = make_deal(s, seed, me, polynomial, &deal, err);
    if (r == 0) {
        deal_hash(s, me, &deal, out->deal);
        share_secret(s, seed, me, secret);
        crypto_scalarmult_curve25519_base(out->share_key, secret);
    }
    crypto_wipe(polynomial, sizeof polynomial);
    crypto_wipe(secret, sizeof secret);
    return r;
}

/* Horner, in constant time: the place is public, the coefficients are not. */
static void polynomial_at(const oprf_scalar polynomial[], size_t n, unsigned at, oprf_scalar *out)
{
    const oprf_scalar x = threshold_small(at);
    *out = polynomial[n - 1];
    for (size_t j = n - 1; j-- > 0;) {
        crypto_core_ristretto255_scalar_mul(out->b, out->b, x.b);
        crypto_core_ristretto255_scalar_add(out->b, out->b, polynomial[j].b);
    }
}

int setup_deal(const struct setup *s, const uint8_t seed[static SETUP_SEED_LEN], unsigned me, const struct setup_offer offers[], struct setup_deal *out,
               struct err *err)
{
    oprf_scalar polynomial[THRESHOLD_HOLDERS_MAX], share;
    uint8_t ephemeral[32];
    int r = valid_for(s, me, err);
    if (r == 0)
        r = make_deal(s, seed, me, polynomial, out, err);
    for (unsigned i = 1; r == 0 && i <= s->holders; i++) {
        polynomial_at(polynomial, s->needed, i, &share);
        r = setup_open(s, seed, me, i, ephemeral, err);
        if (r == 0 && !seal_share(s, me, i, ephemeral, offers[i - 1].share_key, &share, out->sealed[i - 1]))
            r = err_set(err, ERR_CRYPTO, "the key that holder %u offered is none: nothing can be sealed to it", i);
    }
    crypto_wipe(polynomial, sizeof polynomial);
    crypto_wipe(&share, sizeof share);
    crypto_wipe(ephemeral, sizeof ephemeral);
    return r;
}

/* Is the deal what was offered, and does its dealer know what is behind it? Public. */
static int check_deal(const struct setup *s, unsigned dealer, const struct setup_offer *offer, const struct setup_deal *d, struct err *err)
{
    uint8_t hash[HASH_LEN];
    oprf_scalar challenge, one = threshold_small(1);
    oprf_point left, right, place;
    struct ristretto_sum sum;
    deal_hash(s, dealer, d, hash);
    if (memcmp(hash, offer->deal, HASH_LEN) != 0)
        return err_set(err, ERR_CRYPTO, "holder %u dealt something else than it offered", dealer);
    proof_challenge(s, dealer, d, &challenge);
    const oprf_scalar scalars[] = {one, challenge};
    const oprf_point points[] = {d->proof.nonce, d->commitments[0]};
    ristretto_zero(&sum);
    if (!oprf_scalar_canonical(&d->proof.response) || ristretto_add_products(&sum, scalars, points, 2) < 2 ||
        crypto_scalarmult_ristretto255_base(left.b, d->proof.response.b) != 0)
        return err_set(err, ERR_CRYPTO, "holder %u dealt something that is not of the group", dealer);
    ristretto_encode(&sum, &right);
    if (memcmp(left.b, right.b, OPRF_POINT_LEN) != 0)
        return err_set(err, ERR_CRYPTO, "holder %u does not show that it knows its part of the key", dealer);
    if (!threshold_at(d->commitments, s->needed, 1, &place))
        return err_set(err, ERR_CRYPTO, "holder %u dealt something that is not of the group", dealer);
    return 0;
}

static void digest(const struct setup *s, unsigned dealer, const struct setup_offer *offer, const struct setup_deal *d, uint8_t out[HASH_LEN])
{
    uint8_t l[LABEL_LEN], whole[SETUP_DEAL_MAX];
    const bytes parts[] = {str_bytes(STR("comity threshold deal 1")), label(s, dealer, 0, l), oprf_bytes(offer, sizeof *offer),
                           oprf_bytes(whole, setup_deal_write(s, d, whole))};
    crypto_sha256_parts(out, parts, 4);
}

int setup_take(const struct setup *s, const uint8_t seed[static SETUP_SEED_LEN], unsigned me, const struct setup_offer offers[],
               const struct setup_deal deals[], oprf_scalar *share, struct setup_word *word, struct err *err)
{
    uint8_t secret[32];
    int r = valid_for(s, me, err);
    memset(word, 0, sizeof *word);
    *share = (oprf_scalar){{0}};
    for (unsigned i = 1; r == 0 && i <= s->holders; i++)
        r = check_deal(s, i, &offers[i - 1], &deals[i - 1], err);
    if (r < 0)
        return r;
    share_secret(s, seed, me, secret);
    for (unsigned i = 1; i <= s->holders; i++) {
        const struct setup_deal *d = &deals[i - 1];
        const uint8_t *sealed = d->sealed[me - 1];
        oprf_scalar part = {{0}};
        digest(s, i, &offers[i - 1], d, word->deals[i - 1]);
        if (unseal_share(s, i, me, secret, sealed, offers[me - 1].share_key, sealed, &part) && share_fits(s, d, me, &part))
            crypto_core_ristretto255_scalar_add(share->b, share->b, part.b);
        else
            word->complaints |= (uint8_t)(1u << (i - 1));
        crypto_wipe(&part, sizeof part);
    }
    crypto_wipe(secret, sizeof secret);
    if (word->complaints)
        crypto_wipe(share, sizeof *share);
    return 0;
}

int setup_finish(const struct setup *s, const struct setup_offer offers[], const struct setup_deal deals[], const struct setup_word words[],
                 struct threshold_keys *out, unsigned *dealer, unsigned *holder, struct err *err)
{
    int r = setup_valid(s, err);
    *dealer = *holder = 0;
    for (unsigned d = 1; r == 0 && d <= s->holders; d++) {
        uint8_t own[HASH_LEN];
        r = check_deal(s, d, &offers[d - 1], &deals[d - 1], err);
        digest(s, d, &offers[d - 1], &deals[d - 1], own);
        for (unsigned h = 1; r == 0 && h <= s->holders; h++) {
            *holder = h;
            if (memcmp(words[h - 1].deals[d - 1], own, HASH_LEN) != 0)
                r = err_set(err, ERR_CRYPTO, "holder %u says that holder %u dealt something else: compare the two messages, which it signed", h, d);
            else if (words[h - 1].complaints >> (d - 1) & 1)
                r = err_set(err, ERR_CRYPTO, "holder %u complains of the share that holder %u sealed for it: holder %u has to open it", h, d, d);
        }
        *dealer = d;
    }
    if (r < 0)
        return r;
    *dealer = *holder = 0;
    *out = (struct threshold_keys){.needed = s->needed, .holders = s->holders};
    const oprf_scalar one = threshold_small(1);
    for (unsigned j = 0; j < s->needed; j++) {
        struct ristretto_sum sum;
        ristretto_zero(&sum);
        for (unsigned d = 0; d < s->holders; d++)
            if (ristretto_add_products(&sum, &one, &deals[d].commitments[j], 1) < 1)
                return err_set(err, ERR_CRYPTO, "holder %u dealt something that is not of the group", d + 1);
        ristretto_encode(&sum, &out->commitments[j]);
    }
    return threshold_keys_derive(out, err);
}

unsigned setup_judge(const struct setup *s, const struct setup_offer offers[], const struct setup_deal deals[], unsigned dealer, unsigned holder,
                     const uint8_t opened[static 32])
{
    const struct setup_deal *d = &deals[dealer - 1];
    const uint8_t *sealed = d->sealed[holder - 1], *share_key = offers[holder - 1].share_key;
    uint8_t ephemeral[32];
    oprf_scalar share;
    crypto_scalarmult_curve25519_base(ephemeral, opened);
    bool fits = memcmp(ephemeral, sealed, sizeof ephemeral) == 0 && unseal_share(s, dealer, holder, opened, share_key, share_key, sealed, &share) &&
                share_fits(s, d, holder, &share);
    return fits ? holder : dealer;
}
