/* letter: what agencies write to each other, as bytes: outer header, sealed content, receipt.
 *
 * What: four structs with their canonical bytes, the text that travels and the strict parser back.
 * Why:  pure functions without I/O: the same bytes go over a line or on a stick, and every byte a partner can send is fuzzed.
 *
 *     a letter on its way          = outer header (one line of JSON) "\n" age file (C2SP age v1, to the partner's current letter key)
 *     what the age file holds      = inner header (one line of JSON) "\n" payload, and 64 bytes of signature behind it
 *
 * The outer signature lets a relay or a node reject junk without opening it. The inner one binds sender, recipient, kind and
 * purpose to the content: whoever opens a letter cannot pass it on as if it had been written to somebody else.
 * Signatures are Ed25519 by the agency key over the canonical form of peer/wire.h (labels "letter", "letter-content", "receipt",
 * "position"). Not here: keys, order, storage, effects (post.h), the line (trust/serve).
 */
#ifndef COMITY_LETTER_H
#define COMITY_LETTER_H

#include "trust/peer/wire.h"

#define LETTER_VERSION 1
#define LETTER_HEADER_MAX 2048        /* bytes of either header line */
#define LETTER_INLINE_MAX (256 * 1024) /* ciphertext up to here travels in one request; larger ones in parts, as files */
#define LETTER_SIZE_MAX (64LL << 30)
#define LETTER_KIND_MAX 32
#define LETTER_NAME_MAX 120           /* of a file that is sent: sealed, shown, never used as a path */
#define LETTER_REFERENCE_MAX 120
#define LETTER_TYPE_MAX 100
#define LETTER_LEAF_MAX 1024
#define LETTER_PROOF_MAX (64 * 1024)
#define LETTER_RECEIPT_MAX (80 * 1024)
#define LETTER_POSITION_MAX 2048

/* Outside: what a thief of the stick sees. */
struct letter_header {
    uint8_t id[ID_LEN];               /* UUIDv7: has exactly one effect at the recipient */
    uint8_t from[ID_LEN], to[ID_LEN]; /* agencies */
    uint8_t stream[ID_LEN];           /* random; a sender that lost its place (a restored backup) begins a new one */
    uint64_t sequence;                /* 1, 2, 3 .. within the stream */
    uint8_t previous[HASH_LEN];       /* SHA-256 of the canonical header before it; for the first of a stream: of
                                       * the one where the recipient said it stands; zeros: it follows none yet */
    uint8_t recipient_key[32];        /* the age recipient it is sealed to: which of the partner's letter keys */
    uint64_t size;                    /* of the age file */
    uint8_t digest[HASH_LEN];         /* SHA-256 of the age file */
    int64_t time_ms;                  /* the sender's clock: shown, never decides order */
    uint8_t signature[SIGNATURE_LEN];
};

/* Inside, before the payload. */
struct letter_content {
    str kind;                         /* "request", "answer", "referral", "statement", "notice", "attachment", "grant", .. */
    uint8_t id[ID_LEN], from[ID_LEN], to[ID_LEN]; /* the same as outside */
    str purpose, reference;           /* reference: the sender's case number; may be empty for the node's own letters */
    bool has_grant;
    uint8_t grant[ID_LEN];            /* what the recipient may do with it rests on this grant (trust/grant) */
    bool has_reply_to;
    uint8_t reply_to[ID_LEN];
    str name;                         /* of a file; may be empty */
    str type;                         /* media type of the payload, "application/json" for the node's own kinds */
    uint64_t payload_size;
};

enum letter_status { LETTER_ACCEPTED = 1, LETTER_REFUSED = 2 };

/* The recipient's signed word that a letter arrived and what became of it: evidence, checked offline by comity verify. */
struct letter_receipt {
    uint8_t id[ID_LEN], from[ID_LEN], to[ID_LEN]; /* of the letter: from is who wrote it, to is who signs here */
    uint8_t digest[HASH_LEN];         /* of the letter's age file */
    enum letter_status status;
    str reason;                       /* why refused: one of letter_reasons; empty when accepted */
    int64_t time_ms;
    int64_t leaf_index;               /* where the act stands in the recipient's log */
    str log_key;                      /* that log's verifier key: so the agency's public key alone is enough */
    bytes leaf;                       /* the leaf itself (no personal data): its object is the letter's id */
    uint8_t signature[SIGNATURE_LEN]; /* over all of the above */
    str proof;                        /* C2SP tlog-proof of the leaf, made when asked; not signed over: it proves itself */
};
extern const char *const letter_reasons[]; /* "version", "kind", "signature", "not-for-us", "malformed", "grant", "refused-by-effect" .. NULL */

/* Where a recipient stands with a sender: signed, so that a sender believes no stranger that letters are missing. It is about the
 * stream the recipient follows (its live one), even when the letter that was just answered is of another; a recipient that
 * follows none yet (or lost it with a backup) says stream zeros, sequence 0. */
struct letter_position {
    uint8_t from[ID_LEN], to[ID_LEN], stream[ID_LEN];
    uint64_t sequence;                /* the last one in order; 0: none */
    uint8_t previous[HASH_LEN];       /* hash of that header */
    uint64_t held;                    /* how many arrived ahead of order and wait */
    int64_t time_ms;
    uint8_t signature[SIGNATURE_LEN];
};

/* All canonical forms are from arena and leave the signature out. */
bytes letter_header_canonical(struct arena *a, const struct letter_header *h);
/* Signs header fields and SHA-256 of the payload. */
bytes letter_content_canonical(struct arena *a, const struct letter_content *c, const uint8_t payload_digest[static HASH_LEN]);
bytes letter_receipt_canonical(struct arena *a, const struct letter_receipt *r);
bytes letter_position_canonical(struct arena *a, const struct letter_position *p);

/* What the next header of the stream names as its previous one: SHA-256 of the canonical form. */
void letter_header_hash(struct arena *a, const struct letter_header *h, uint8_t hash[static HASH_LEN]);

str letter_header_write(struct arena *a, const struct letter_header *h);   /* one line, without its newline */
str letter_content_write(struct arena *a, const struct letter_content *c);
str letter_receipt_write(struct arena *a, const struct letter_receipt *r); /* indented: people look at it */
str letter_position_write(struct arena *a, const struct letter_position *p);

/* Strict; strings from arena. ERR_INPUT or ERR_LIMIT say which member. ERR_PEER: another version, *out holds what could be
 * read of it (id, from, to if they are there): it is refused with a receipt, not dropped. Signatures are not looked at. */
MUST_USE int letter_header_read(struct arena *a, bytes line, struct letter_header *out, struct err *err);
MUST_USE int letter_content_read(struct arena *a, bytes line, struct letter_content *out, struct err *err);
MUST_USE int letter_receipt_read(struct arena *a, bytes in, struct letter_receipt *out, struct err *err);
MUST_USE int letter_position_read(struct arena *a, bytes in, struct letter_position *out, struct err *err);

/* As evidence a receipt has to be exact: text, which *r was read from, says all that is in *r and nothing else, in the form of
 * letter_receipt_write except for white space. So there is no byte in it that could be changed and still hold; only lines of
 * witnesses within the proof stand for themselves (cosignature_verify). ERR_INPUT. */
MUST_USE int letter_receipt_exact(struct arena *a, bytes text, const struct letter_receipt *r, struct err *err);

/* Is the receipt good, offline, with the agency's public key alone: its signature, that the leaf names the letter, and, when there
 * is a proof, that the leaf stands at leaf_index in the log of log_key. ERR_CRYPTO or ERR_INPUT say what does not hold. */
MUST_USE int letter_receipt_verify(struct arena *a, const struct letter_receipt *r, const uint8_t agency_key[static SIGN_PUBLIC_LEN],
                                   struct err *err);

#endif
