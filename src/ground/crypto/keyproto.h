/* keyproto: what the key ring asks the key process, as bytes.
 *
 *     a request    u32 length of the rest | u8 operation | its fields
 *     an answer    u32 length of the rest | i32 code     | its fields, or, after an error, its sentence
 *
 * Integers are big-endian. One request at a time on a connection. The operations are a table; what each takes and gives stands
 * beside it. key_answer is a function of request and keys (and the system's randomness), so it is fuzzed without a process.
 */
#ifndef COMITY_CRYPTO_KEYPROTO_H
#define COMITY_CRYPTO_KEYPROTO_H

#include "ground/crypto/keycore.h"

#define KEYPROTO_REQUEST_MAX (4 << 20)
#define KEYPROTO_ANSWER_MAX (4 << 20)
#define KEYPROTO_HEADER_LEN 8        /* of an answer: length and code */
#define KEYPROTO_BATCH_POINTS 16384  /* of matching, in one request */
#define KEYPROTO_BATCH_KEYS 1024     /* of data keys */
#define KEYPROTO_SHARE_HEAD_LEN (1 + ID_LEN + 3)

enum key_operation {
    KEY_HELLO,          /* - -> public keys, MAC keys */
    KEY_SIGN,           /* u8 who, message -> signature */
    KEY_DATA_KEYS,      /* u16 n -> n times data key, wrapped */
    KEY_UNWRAP,         /* u16 n, n times (wrapped, u16 length, ad) -> n times (u8 good, data key) */
    KEY_MATCH_PUBLIC,   /* u32 epoch -> point */
    KEY_MATCH_EVALUATE, /* u32 epoch, u8 threads, points -> proof, points */
    KEY_MATCH_PLAIN,    /* u32 epoch, u8 threads, inputs (u16 length, bytes) -> outputs */
    KEY_LETTER_MAKE,    /* u32 period -> public key, sealed */
    KEY_LETTER_UNWRAP,  /* sealed, public key, u32 period, share, body -> file key */
    KEY_LOCK,           /* - -> -; the process ends once this is answered */
    KEY_POCKET_PUBLIC,  /* member -> public key */
    KEY_POCKET_KEY,     /* member, point -> key */
    /* of a share of a threshold key; setup is id, u8 needed, u8 holders, u8 me */
    KEY_SHARE_OFFER,    /* setup -> offer */
    KEY_SHARE_DEAL,     /* setup, offers -> deal */
    KEY_SHARE_TAKE,     /* setup, offers, deals -> sealed share, word */
    KEY_SHARE_OPEN,     /* setup, u8 holder -> secret of one sealed share */
    KEY_SHARE_ANSWER,   /* setup, sealed share, u16 length, alpha, context -> answer */
    KEY_N_OPERATIONS
};

/* The answer to a request (without its length) into out (KEYPROTO_ANSWER_MAX bytes), with its length; returns how many bytes.
 * *lock becomes true for KEY_LOCK. core NULL: every answer is the error `without`. */
size_t key_answer(const struct key_core *core, const struct err *without, bytes request, uint8_t *out, bool *lock);

#endif
