/* receive_open: one letter that came, verified and opened: everything that can be said of it without looking at the database's
 * streams. No effect; reads the letter key, and an attachment's file once, in constant memory.
 *
 *     struct post_coming c;
 *     post_coming_read(a, in, self, &partner, &c);              // outside: whose, to us, whole
 *     if (!c.rejected && !c.reason)
 *         r = post_coming_open(node, kinds, &partner, a, &c, err);  // inside
 *
 * Three outcomes: rejected (not attributable: nothing is kept), reason (the partner did send this, and it is refused with a receipt),
 * or neither: content, payload, kind are filled. Not here: order, storage, effects (receive.c).
 */
#ifndef COMITY_LETTER_RECEIVE_OPEN_H
#define COMITY_LETTER_RECEIVE_OPEN_H

#include "ground/crypto/age.h"
#include "trust/letter/post_internal.h"

struct post_coming {
    struct letter_header header;
    bool placed;                /* the header was understood and signed: it has a place in a stream */
    str line;
    bytes sealed;               /* {NULL, 0}: a file */
    const char *rejected, *reason; /* of letter_reasons */
    bool missing;               /* an attachment that is not all here yet */
    bool waits;                 /* its effect could not happen now: nothing of it did */
    struct letter_content content;
    str content_line;
    bytes payload;              /* of inline letters */
    const struct letter_kind *kind;
    const struct letter_look *look_of; /* what was seen of it while it came in */
    void *look;                 /* NULL: nothing; post_coming_drop */
    uint8_t *file_key;          /* AGE_FILE_KEY_LEN bytes of secret memory, the caller's */
};

/* Form, sender, recipient, outer signature, size and digest. in and a outlive c. Pure. */
void post_coming_read(struct arena *a, bytes in, const uint8_t self[static ID_LEN], const struct partner *from, struct post_coming *c);

/* Inner part. Errors are our own troubles (keys locked, disk); what is wrong with the letter is in c->reason. */
MUST_USE int post_coming_open(struct node *node, const struct post_kinds *kinds, const struct partner *from, struct arena *a,
                              struct post_coming *c, struct err *err);

void post_coming_drop(struct post_coming *c);

/* The file key of an age file, by the letter key that a header names: 1; 0: that key does not open it, or it is not ours any more. */
MUST_USE int post_file_key(struct node *node, const uint8_t recipient_key[static 32], const struct age_header *age,
                           uint8_t file_key[static AGE_FILE_KEY_LEN], struct err *err);
const struct letter_kind *post_kind_of(const struct post_kinds *kinds, str name); /* NULL: none of ours */

/* An age file, its content line and payload, as a stream: what post_coming_open and reading share. */
struct post_inside {
    struct age_sink payload;    /* where the payload goes; put NULL: nowhere */
    uint8_t line[LETTER_HEADER_MAX];
    size_t line_len;
    bool has_line, malformed;
    uint8_t tail[SIGNATURE_LEN]; /* the last bytes so far: in the end, the signature */
    size_t tail_len;
    uint64_t payload_size;
    struct crypto_sha256_aside *aside; /* hashes instead; NULL: here */
    bool known; /* it was verified when it came: age authenticates each byte again, so its digest is not needed */
    struct crypto_sha256_stream hash;
};
void post_inside_begin(struct post_inside *in, struct age_sink payload);
struct age_sink post_inside_sink(struct post_inside *in);
/* A large one is hashed beside; in any case post_inside_drop once the letter is judged. */
void post_inside_aside(struct post_inside *in);
void post_inside_drop(struct post_inside *in);
/* After the last byte: the payload's digest. False: it was too short to be a letter. */
bool post_inside_end(struct post_inside *in, uint8_t digest[static HASH_LEN]);

/* After the last byte, of a letter that was understood outside: why it is refused, of letter_reasons, or NULL: inside it is whole,
 * names the same letter, sender and recipient, is signed, and of a kind that kinds has. Fills content, content_line, kind. Pure. */
const char *post_coming_judge(const struct post_kinds *kinds, const struct partner *from, struct arena *a, struct post_coming *c,
                              struct post_inside *in);

/* Streams an age file from a path through the key into a sink; digest, if given, becomes the file's SHA-256.
 * ERR_CRYPTO or ERR_INPUT: the file does not hold. file_key NULL: it is found first with our letter key and put into found. */
MUST_USE int post_file_open(struct arena *a, const char *path, const uint8_t file_key[static AGE_FILE_KEY_LEN], struct age_sink sink,
                            uint8_t *digest, struct err *err);

/* When all size bytes of an attachment are here it takes its final name; else nothing happens. (post_part.c) */
MUST_USE int post_part_whole(struct node *node, const struct partner *from, const uint8_t id[static ID_LEN], uint64_t size, struct err *err);

/* DIR/letters/in/PARTNER-ID.age, and .part while it grows; from arena. */
const char *post_in_path(const struct node *node, struct arena *a, const uint8_t partner[static ID_LEN], const uint8_t id[static ID_LEN],
                         const char *suffix);

#endif
