/* note: C2SP signed notes (c2sp.org/signed-note): a text and the signatures of those who stand by it.
 *
 *     struct note note;
 *     struct note_verifier log;
 *     if (note_verifier_parse(vkey, &log, err) < 0 || note_parse(a, raw, &note, err) < 0 || note_verify(&note, &log, err) < 0)
 *         return err->code;
 *     use(note.text);
 *
 * Ed25519 (type 0x01) only: signature lines of other keys and types are read and ignored, so that witnesses and new
 * algorithms can be added without a reader changing. Pure. Not here: what the text says (checkpoint.h).
 */
#ifndef COMITY_LOG_NOTE_H
#define COMITY_LOG_NOTE_H

#include "ground/crypto/crypto.h"

#define NOTE_MAX (64 * 1024)
#define NOTE_SIGNATURES_MAX 64 /* the specification asks for 16 at least */
#define NOTE_NAME_MAX 200      /* of our own names and of verifiers */

struct note_signature {
    str name;
    uint32_t key_id;
    bytes signature; /* behind the key id; any length for types that are not ours */
};

struct note {
    str text; /* with its last newline */
    struct note_signature *signatures;
    size_t n;
};

struct note_verifier {
    str name; /* borrows from the vkey */
    uint32_t key_id;
    uint8_t public_key[SIGN_PUBLIC_LEN];
};

/* text borrows from raw, the rest is from arena. ERR_INPUT says what is malformed. */
MUST_USE int note_parse(struct arena *a, str raw, struct note *out, struct err *err);
/* ERR_CRYPTO unless the verifier signed, and every signature that claims to be the verifier's holds. */
MUST_USE int note_verify(const struct note *note, const struct note_verifier *verifier, struct err *err);

/* "name+hex(key id)+base64(0x01 || key)". ERR_INPUT when it is malformed or the id is not that of the key. */
MUST_USE int note_verifier_parse(str vkey, struct note_verifier *out, struct err *err);
str note_vkey(struct arena *a, str name, const uint8_t public_key[static SIGN_PUBLIC_LEN]);
/* The same for a witness: type 0x04, timestamped cosignatures (c2sp.org/tlog-cosignature). */
MUST_USE int note_witness_parse(str vkey, struct note_verifier *out, struct err *err);
str note_witness_vkey(struct arena *a, str name, const uint8_t public_key[static SIGN_PUBLIC_LEN]);

bool note_name_valid(str name); /* 1..NOTE_NAME_MAX bytes of UTF-8, no space of any script, no plus, no control character */
uint32_t note_key_id(str name, const uint8_t public_key[static SIGN_PUBLIC_LEN]);

/* The note over text (which must end with a newline) with one signature, from arena. */
str note_build(struct arena *a, str text, str name, const uint8_t public_key[static SIGN_PUBLIC_LEN],
               const uint8_t signature[static SIGNATURE_LEN]);

#endif
