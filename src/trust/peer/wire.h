/* wire: what nodes say to each other, as bytes: invitation, statement, question, answer.
 *
 * What: four structs; for each the canonical bytes that are signed, the JSON that travels, and the strict parser back.
 * Why:  pure functions without I/O, so that every byte a partner can send is fuzzed and every check stands in one place.
 *
 *     bytes to_sign = wire_question_canonical(a, &q);
 *     keyring_sign(keys, KEYRING_AGENCY, to_sign, q.signature, err);
 *     str body = wire_question_write(a, &q);
 *     wire_question_read(a, body, &q2, err);                    // form only
 *     wire_verify("question", wire_question_canonical(a, &q2), q2.signature, partner.agency_key, err);
 *
 * Signatures are Ed25519 over a canonical binary form (a label, then each field with its length in front), never over JSON
 * text: how a sender spaces its JSON does not matter, and no two messages share bytes. docs/exchange-protocol.md has the form.
 * A reader ignores members it does not know: a later version may add some, but what counts is what is signed.
 */
#ifndef COMITY_PEER_WIRE_H
#define COMITY_PEER_WIRE_H

#include "ground/crypto/oprf.h"
#include "trust/match/keys.h"

#define WIRE_VERSION 1
#define WIRE_CARD_VERSION 2 /* of invitations */
#define WIRE_LETTER_KEY_LEN 32
#define WIRE_CARD_MAX 8192
#define WIRE_STATEMENT_MAX 65536
#define WIRE_QUESTION_MAX 8192
#define WIRE_ANSWER_MAX 8192
#define WIRE_TEXT_MAX 255
#define WIRE_PURPOSE_MAX 32
#define WIRE_MAPS_MAX 256      /* a base and its supplements */
#define WIRE_ID_LEN 16         /* agencies and questions */

/* An invitation: who I am and how to reach me. Signed with the agency key it contains: nobody else's key can be slipped
 * into it, but whose it is only the voice comparison of the fingerprint tells. */
struct wire_card {
    str agency, country, kind, address; /* address may be empty */
    uint8_t agency_key[SIGN_PUBLIC_LEN];
    str log_key;
    str witness_key; /* verifier key of its cosignatures (C2SP signed-note, type 0x04) */
    uint8_t tls_pin[HASH_LEN];
    uint8_t letter_key[WIRE_LETTER_KEY_LEN]; /* X25519 recipient of sealed letters; all zero: none yet */
    int64_t letter_key_until_ms;             /* 0 exactly when there is none */
    int64_t created_ms;
    uint8_t signature[SIGNATURE_LEN];
};

struct wire_map {
    uint32_t number; /* 0: base, else supplement, ascending */
    uint64_t size;
    uint8_t digest[HASH_LEN]; /* SHA-256 of the file */
};

/* What a holder says to one partner about its current epoch. */
struct wire_statement {
    uint8_t from[WIRE_ID_LEN], to[WIRE_ID_LEN];
    uint32_t epoch;
    oprf_point public_key;
    int64_t time_ms, valid_from_ms, valid_until_ms;
    str ruleset;
    int64_t budget_left;    /* questions today */
    struct wire_map *maps;
    size_t n_maps;
    uint8_t signature[SIGNATURE_LEN];
};

struct wire_question {
    uint8_t id[WIRE_ID_LEN]; /* UUIDv7 */
    uint8_t from[WIRE_ID_LEN], to[WIRE_ID_LEN];
    uint32_t epoch;
    int64_t time_ms;
    str purpose;
    uint8_t reference[HASH_LEN]; /* SHA-256(nonce || reference): the asker can open it later, the holder reads nothing */
    oprf_point points[MATCH_QUESTION_LEN];
    uint8_t signature[SIGNATURE_LEN];
};

struct wire_answer {
    uint8_t id[WIRE_ID_LEN];       /* the question's */
    uint8_t question[HASH_LEN];    /* SHA-256 of the question's canonical bytes */
    uint32_t epoch;
    oprf_point points[MATCH_QUESTION_LEN];
    uint8_t proof[OPRF_PROOF_LEN];
    int64_t leaf_index;            /* in the holder's log */
    int64_t budget_left;
    uint8_t signature[SIGNATURE_LEN];
};

bytes wire_card_canonical(struct arena *a, const struct wire_card *card);
bytes wire_statement_canonical(struct arena *a, const struct wire_statement *s);
bytes wire_question_canonical(struct arena *a, const struct wire_question *q);
bytes wire_answer_canonical(struct arena *a, const struct wire_answer *w);

str wire_card_write(struct arena *a, const struct wire_card *card); /* indented: people look at it */
str wire_statement_write(struct arena *a, const struct wire_statement *s);
str wire_question_write(struct arena *a, const struct wire_question *q);
str wire_answer_write(struct arena *a, const struct wire_answer *w);

/* Strings and lists from arena. ERR_INPUT or ERR_LIMIT say which member; signatures are not looked at, except that of a
 * card, which is checked under its own key (ERR_CRYPTO). */
MUST_USE int wire_card_read(struct arena *a, bytes in, struct wire_card *out, struct err *err);
MUST_USE int wire_statement_read(struct arena *a, bytes in, struct wire_statement *out, struct err *err);
MUST_USE int wire_question_read(struct arena *a, bytes in, struct wire_question *out, struct err *err);
MUST_USE int wire_answer_read(struct arena *a, bytes in, struct wire_answer *out, struct err *err);

/* ERR_CRYPTO when the signature is not that key's. */
MUST_USE int wire_verify(const char *what, bytes canonical, const uint8_t signature[static SIGNATURE_LEN],
                         const uint8_t agency_key[static SIGN_PUBLIC_LEN], struct err *err);

/* What two persons compare by voice: SHA-256 of who the card's agency is and of its lasting keys, without address, time and
 * the month's letter key, so that it stays the same while they do. Two writings of the same digest:
 * digits: six groups of five, 32 bits of digest modulo 100,000 each (100 bits);
 * words:  eight proquints, five letters for 16 bits each (the first 128 bits): "lusab-babad-..." (arXiv 0901.4016). */
#define WIRE_DIGITS_MAX 36
#define WIRE_WORDS_MAX 48
struct wire_fingerprint {
    char digits[WIRE_DIGITS_MAX];
    char words[WIRE_WORDS_MAX];
};
void wire_fingerprint(struct arena *a, const struct wire_card *card, struct wire_fingerprint *out);
/* Whether a person typed one of the two: only letters (in any case) and digits count, everything else is skipped. */
bool wire_fingerprint_equal(str typed, const struct wire_fingerprint *fingerprint);

/* RFC 9562 section 5.7: 48 bits of milliseconds, version, variant, 74 random bits (from random). */
void wire_uuid7(uint8_t id[static WIRE_ID_LEN], int64_t now_ms, const uint8_t random[static 10]);

#endif
