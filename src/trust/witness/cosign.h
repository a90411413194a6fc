/* cosign: what nodes say to each other about logs, as bytes: cosignatures, add-checkpoint requests, the paths of tiles.
 *
 * What: c2sp.org/tlog-cosignature (cosignature/v1: Ed25519 with a time, key type 0x04), the request body of
 *       c2sp.org/tlog-witness, and the paths of c2sp.org/tlog-tiles.
 * Why:  pure, so that every byte a partner can send is fuzzed, and other implementations can be held against it.
 *
 *     str line = cosignature_line(a, &us, seconds, signature);      // signature over cosignature_message(a, seconds, note.text)
 *     if (cosignature_verify(a, &note, &witness, &seconds, err) == 0) ...
 *
 * Not here: what a witness remembers and decides (witness.h); ML-DSA cosignatures (type 0x06), whose lines are passed over.
 */
#ifndef COMITY_WITNESS_COSIGN_H
#define COMITY_WITNESS_COSIGN_H

#include "trust/log/checkpoint.h"

#define COSIGNATURE_LEN (8 + SIGNATURE_LEN) /* time, signature */
#define ADD_CHECKPOINT_MAX (NOTE_MAX + 4096)

/* What is signed: two header lines and the checkpoint without its signatures. seconds since 1970. From arena. */
str cosignature_message(struct arena *a, uint64_t seconds, str checkpoint_text);
/* The signature line, with its newline, to stand behind a checkpoint's others. From arena. */
str cosignature_line(struct arena *a, const struct note_verifier *witness, uint64_t seconds, const uint8_t signature[static SIGNATURE_LEN]);
/* That the witness cosigned, and every line that claims to be the witness's holds (ERR_CRYPTO). *seconds: the latest time. */
MUST_USE int cosignature_verify(struct arena *a, const struct note *note, const struct note_verifier *witness, uint64_t *seconds, struct err *err);

/* A log asks a witness: the tree you know of me has old_size leaves; the proof leads from there to this checkpoint. */
struct add_checkpoint {
    uint64_t old_size;
    struct merkle_proof proof;
    str checkpoint; /* the signed note, verbatim */
};
str add_checkpoint_format(struct arena *a, const struct add_checkpoint *request);
/* Form only; borrows from raw, hashes from arena. ERR_INPUT says which line. */
MUST_USE int add_checkpoint_parse(struct arena *a, str raw, struct add_checkpoint *out, struct err *err);

/* A tile: width hashes of perfect subtrees of 256^level leaves, from place * 256 on. 256 is a full tile. */
#define TILE_WIDTH 256
struct tile {
    unsigned level; /* 0 .. 7: 256^8 leaves are more than there are numbers */
    uint64_t place;
    unsigned width; /* 1 .. 256 */
};
str tile_path(struct arena *a, const struct tile *tile); /* "0/x001/x234/067", "1/000.p/17": behind ".../tile/" */
MUST_USE int tile_parse(str path, struct tile *out, struct err *err);

#endif
