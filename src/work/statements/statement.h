/* statement: what was said once, so that it need not be said again: sealed, proved, used in part, read by those who were given it.
 *
 * What: a tree (RFC 6962) whose leaves are what is known of how it was made, media headers, marks, and the chunks of the recording;
 *       its root, signed by the agency, in a leaf of the log. A copy for a recipient holds all leaves, some (an excerpt), or all but some
 *       (a redaction); those it does not hold are there as hashes, so that each copy proves itself against the one root.
 * Why:  one telling serves every agency and court, and none has to take another's word for it.
 *
 *     leaf hash = SHA-256(0x00 || salt || kind || content): the salt (16 bytes, from a seed kept in the erasable record) so that a hash of what was
 *     left out cannot be guessed from.
 *
 * A copy is a file (begins "comity-statement"): a signed header of one line, the log's proof, then frames. comity verify FILE reads it offline.
 * It travels as a letter of kind "statement" under a grant; the grant's recall takes the read. Not here: recording (recording.h).
 */
#ifndef COMITY_STATEMENTS_STATEMENT_H
#define COMITY_STATEMENTS_STATEMENT_H

#include "work/statements/recording.h"

enum statement_leaf { LEAF_ABOUT = 1, LEAF_MARK = 2, LEAF_CHUNK = 4, LEAF_HEAD = 5 }; /* hashed into every leaf: never another number */
#define STATEMENT_ABOUT_MAX (64 * 1024)

struct statement {
    uint8_t id[ID_LEN];      /* the recording's */
    uint8_t root[HASH_LEN];
    int64_t leaves, leaf_index; /* leaf_index: of the act of sealing, in the log */
    int64_t length_ms, sealed_ms;
    str type;
};

/* Ends the recording; about: one line of JSON that says who took part in which role, in which language, by which protocol (it becomes the first
 * leaf). Two leaves in one transaction: the member's, and the node's own with the root, whose detail may be shown to anybody. ERR_INPUT: nothing
 * was recorded. ERR_DENIED: it is sealed already. */
MUST_USE int statement_seal(const struct casework *w, const uint8_t recording[static ID_LEN], str about, struct arena *a, struct statement *out,
                            struct err *err);

/* What a copy holds of it. */
struct statement_cut {
    int64_t from_ms, until_ms;   /* an excerpt; until_ms 0: to the end */
    const int64_t (*left_out)[2]; /* redacted spans: from_ms, until_ms */
    size_t n_left_out;
    str why;                      /* of the redaction; listed in the file's records and in the copy */
};

#endif
