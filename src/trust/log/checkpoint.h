/* checkpoint: what a log says of itself (c2sp.org/tlog-checkpoint), and the offline proof that a leaf is in it
 * (c2sp.org/tlog-proof).
 *
 *     struct checkpoint cp;
 *     if (checkpoint_open(a, raw, &verifier, &cp, err) == 0)
 *         ... cp.size, cp.root ...
 *
 * Pure. Not here: making them (log.h), cosignatures of witnesses.
 */
#ifndef COMITY_LOG_CHECKPOINT_H
#define COMITY_LOG_CHECKPOINT_H

#include "trust/log/merkle.h"
#include "trust/log/note.h"

struct checkpoint {
    str origin;
    uint64_t size;
    struct merkle_hash root;
    str extension; /* lines behind the root, each with its newline; usually empty */
};

/* The text of a checkpoint, without signatures: borrows. ERR_INPUT. */
MUST_USE int checkpoint_parse(str text, struct checkpoint *out, struct err *err);
str checkpoint_format(struct arena *a, const struct checkpoint *cp);
/* A signed checkpoint: parses the note, verifies the signature, parses the text; the origin must be the verifier's name. */
MUST_USE int checkpoint_open(struct arena *a, str raw, const struct note_verifier *verifier, struct checkpoint *out, struct err *err);

struct tlog_proof {
    uint64_t index;
    struct merkle_proof path;
    str checkpoint; /* the signed note, verbatim */
    bytes extra;    /* not authenticated; usually empty */
};

str tlog_proof_format(struct arena *a, const struct tlog_proof *proof);
/* Borrows from raw and arena. ERR_INPUT says which line is malformed. */
MUST_USE int tlog_proof_parse(struct arena *a, str raw, struct tlog_proof *out, struct err *err);
/* That the leaf is in the log whose key the verifier is, at proof->index; fills cp. */
MUST_USE int tlog_proof_verify(struct arena *a, const struct tlog_proof *proof, bytes leaf, const struct note_verifier *verifier,
                               struct checkpoint *cp, struct err *err);

#endif
