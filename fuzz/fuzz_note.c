/* Signed notes and checkpoints: whatever is accepted must come out again as it went in. */
#include <stdlib.h>

#include "trust/log/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    str raw = bytes_str((bytes){data, size});
    struct note note;
    struct checkpoint cp;
    struct note_verifier verifier;
    if (note_parse(a, raw, &note, NULL) == 0) {
        if (note.text.len == 0 || note.n == 0 || note.n > NOTE_SIGNATURES_MAX)
            abort();
        if (checkpoint_parse(note.text, &cp, NULL) == 0 && !str_eq(checkpoint_format(a, &cp), note.text))
            abort();
    }
    if (note_verifier_parse(raw, &verifier, NULL) == 0 && !str_eq_nocase(note_vkey(a, verifier.name, verifier.public_key), raw))
        abort();
    arena_free(a);
    return 0;
}
