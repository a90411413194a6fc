/* keyring_share: this holder's share of a threshold key (threshold.h), made and kept in the key process.
 *
 * What: the messages of the set-up (threshold_setup.h), and answering with the share. The share is sealed to this ring, set-up and number, and kept
 *       by the caller, as letter keys are.
 * Why:  whoever takes over the program can have the share answer while the keys are unlocked, and never has it. Shares that other holders deal are
 *       sealed to the key process too, so they are nowhere in the clear.
 *
 *     keyring_share_offer(k, &setup, me, &offer, err);     // then deal, take, and setup_finish
 *     keyring_share_answer(k, &setup, me, sealed, alpha, context, &answer, err);
 *
 * me is this holder's number, from 1.
 */
#ifndef COMITY_CRYPTO_KEYRING_SHARE_H
#define COMITY_CRYPTO_KEYRING_SHARE_H

#include "ground/crypto/keyring.h"
#include "ground/crypto/threshold_setup.h"

#define KEYRING_SHARE_LEN (OPRF_SCALAR_LEN + SEAL_OVERHEAD)
MUST_USE int keyring_share_offer(const struct keyring *k, const struct setup *s, unsigned me, struct setup_offer *out, struct err *err);
MUST_USE int keyring_share_deal(const struct keyring *k, const struct setup *s, unsigned me, const struct setup_offer offers[], struct setup_deal *out,
                                struct err *err);
/* word->complaints: then there is no share, and sealed is zeros. */
MUST_USE int keyring_share_take(const struct keyring *k, const struct setup *s, unsigned me, const struct setup_offer offers[],
                                const struct setup_deal deals[], uint8_t sealed[static KEYRING_SHARE_LEN], struct setup_word *word, struct err *err);
/* When it is complained of: what it sealed for that holder, opened. */
MUST_USE int keyring_share_open(const struct keyring *k, const struct setup *s, unsigned me, unsigned holder, uint8_t opened[static 32], struct err *err);
/* ERR_CRYPTO: sealed is not this ring's share of that set-up and holder. */
MUST_USE int keyring_share_answer(const struct keyring *k, const struct setup *s, unsigned me, const uint8_t sealed[static KEYRING_SHARE_LEN], bytes alpha,
                                  bytes context, struct threshold_answer *out, struct err *err);

#endif
