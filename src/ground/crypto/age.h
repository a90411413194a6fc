/* age: sealed files that only the holder of a key opens (age v1, C2SP age.md), to X25519 recipients, as a stream.
 *
 * What: seal to one or more recipients; parse a header; unwrap its file key; open the payload. Memory does not grow with the
 *       file: 64 KiB chunks of ChaCha20-Poly1305, each released only after its tag holds.
 * Why:  letters and attachments of any size in a format that has a specification, vectors and other programs (Debian's age).
 *
 *     age_seal_bytes(a, &partner_key, 1, plain, &sealed, err);                           // one letter
 *
 *     age_header_parse(a, sealed, &header, err);                                         // and back
 *     keyring or age_unwrap(identity, recipient, &header.stanzas[i], file_key, err);     // wherever the key lives
 *     age_open_bytes(a, file_key, &header, (bytes){sealed.p + header.len, sealed.len - header.len}, &plain, err);
 *
 * A sender who wants to read its own letter again adds its own key as a recipient; file keys are kept nowhere.
 * Not here: passphrases (scrypt), plugins, post-quantum recipients: their stanzas are skipped. Who sent it: age says nothing
 * about that, the letter's signatures do. Sealing is not deterministic: file key, nonce and ephemeral keys are random.
 */
#ifndef COMITY_CRYPTO_AGE_H
#define COMITY_CRYPTO_AGE_H

#include "ground/crypto/crypto.h"

#define AGE_KEY_LEN 32        /* X25519: a recipient is the public, an identity the secret key */
#define AGE_FILE_KEY_LEN 16
#define AGE_WRAPPED_LEN 32    /* a file key with its tag */
#define AGE_CHUNK_LEN 65536
#define AGE_TAG_LEN 16
#define AGE_NONCE_LEN 16
#define AGE_HEADER_MAX 65536  /* a longer header is refused */
#define AGE_RECIPIENTS_MAX 256
#define AGE_RECIPIENT_TEXT_LEN 62 /* age1... */
#define AGE_IDENTITY_TEXT_LEN 74  /* AGE-SECRET-KEY-1... */

/* Keys. The public key of an identity; the identity is 32 random bytes. */
void age_recipient_of(const uint8_t identity[static AGE_KEY_LEN], uint8_t recipient[static AGE_KEY_LEN]);
str age_recipient_format(struct arena *a, const uint8_t recipient[static AGE_KEY_LEN]);
/* Bech32 in the one case that age writes. ERR_INPUT; the text never comes back in the error. */
MUST_USE int age_recipient_parse(str text, uint8_t recipient[static AGE_KEY_LEN], struct err *err);
void age_identity_format(const uint8_t identity[static AGE_KEY_LEN], char out[static AGE_IDENTITY_TEXT_LEN + 1]);
MUST_USE int age_identity_parse(str text, uint8_t identity[static AGE_KEY_LEN], struct err *err);

/* Where sealed or opened bytes go, in order; data is valid during the call only. A negative result stops the stream and is
 * handed on. */
struct age_sink {
    int (*put)(void *to, bytes data, struct err *err);
    void *to;
};
struct age_sink age_sink_buf(struct buf *b); /* gathers in b */

/* Seal, as a stream. Header and nonce go to the sink in age_seal_new. ERR_USAGE without recipients or with too many, ERR_CRYPTO
 * for a recipient that is a point of small order (nothing could be kept secret with it). After an error the stream is dead:
 * free it. Free with age_seal_free, NULL allowed, at any time; what was put into the sink before age_seal_end is no age file. */
struct age_seal;
MUST_USE int age_seal_new(const uint8_t recipients[][AGE_KEY_LEN], size_t n, struct age_sink sink, struct age_seal **out,
                          struct err *err);
MUST_USE int age_seal_update(struct age_seal *s, bytes plain, struct err *err);
MUST_USE int age_seal_end(struct age_seal *s, struct err *err); /* the last chunk */
void age_seal_free(struct age_seal *s);

/* At once. age_sealed_len is exact. */
size_t age_sealed_len(size_t n_recipients, size_t plain_len);
MUST_USE int age_seal_bytes(struct arena *a, const uint8_t recipients[][AGE_KEY_LEN], size_t n, bytes plain, bytes *out,
                            struct err *err);

struct age_stanza { /* of one X25519 recipient; whose, it does not say */
    uint8_t share[AGE_KEY_LEN]; /* the ephemeral public key */
    uint8_t wrapped[AGE_WRAPPED_LEN];
};

struct age_header {
    const struct age_stanza *stanzas; /* of type X25519, in the file's order; from arena */
    size_t n;                         /* may be 0 */
    size_t n_other;                   /* stanzas of other types, skipped */
    bytes covered;                    /* what the MAC is over; borrows from the input */
    uint8_t mac[HASH_LEN];
    size_t len;                       /* the payload begins here */
};

/* The header of an age file, strictly: data is the whole file or its first AGE_HEADER_MAX bytes. ERR_INPUT for everything the
 * specification refuses, for armor, and for a header that is not complete within data. covered borrows from data. */
MUST_USE int age_header_parse(struct arena *a, bytes data, struct age_header *out, struct err *err);

/* The file key out of one stanza; recipient is identity's public key. ERR_NOT_FOUND: it is for somebody else. ERR_CRYPTO: the
 * share is of small order, refuse the file. file_key belongs in secret memory or is wiped by the caller. */
MUST_USE int age_unwrap(const uint8_t identity[static AGE_KEY_LEN], const uint8_t recipient[static AGE_KEY_LEN],
                        const struct age_stanza *stanza, uint8_t file_key[static AGE_FILE_KEY_LEN], struct err *err);
/* the first of a header's stanzas that this identity opens */
MUST_USE int age_unwrap_any(const uint8_t identity[static AGE_KEY_LEN], const struct age_header *header,
                            uint8_t file_key[static AGE_FILE_KEY_LEN], struct err *err);

/* Open, as a stream. age_open_new checks the header's MAC (ERR_CRYPTO) and keeps nothing of header or file_key. update takes
 * the bytes behind the header in pieces of any size. ERR_CRYPTO from update or end: changed, cut short, continued, or an empty
 * last chunk (ERR_INPUT: not even its nonce is there); what the sink got before is authentic, but is not the file: only age_open_end says that it was whole. */
struct age_open;
MUST_USE int age_open_new(const uint8_t file_key[static AGE_FILE_KEY_LEN], const struct age_header *header, struct age_sink sink,
                          struct age_open **out, struct err *err);
MUST_USE int age_open_update(struct age_open *o, bytes sealed, struct err *err);
MUST_USE int age_open_end(struct age_open *o, struct err *err);
void age_open_free(struct age_open *o); /* NULL is allowed */

/* At once: payload is everything behind the header. plain from arena, only when all of it holds. */
MUST_USE int age_open_bytes(struct arena *a, const uint8_t file_key[static AGE_FILE_KEY_LEN], const struct age_header *header,
                            bytes payload, bytes *plain, struct err *err);

/* Armor (RFC 7468 strict, label AGE ENCRYPTED FILE), the form that people paste. age_is_armored looks at the first bytes only;
 * age_dearmor gives the binary file, from arena, ERR_INPUT for anything but white space around one block. */
bool age_is_armored(bytes data);
MUST_USE int age_dearmor(struct arena *a, bytes armored, bytes *out, struct err *err);

#endif
