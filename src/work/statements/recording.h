/* recording: sound or picture of an interview while it is being made: sealed as it arrives, whole whatever breaks.
 *
 * What: an append-only file of sealed chunks (DIR/recordings/ID), a row for each in the database, marks beside them (question asked, answered,
 *       break, who is in the room), and the seal that ends it and makes it a statement (statement.h).
 * Why:  she tells it once. A killed program, a crashed browser, a lost line must not make her tell it again.
 *
 *     recording_begin(&w, file, interview, STR("video/webm"), id, &err);           // an act with its leaf
 *     recording_append(&w, id, sequence, at_ms, chunk, &have, &err);               // durable before it returns; the same chunk again changes nothing
 *     recording_mark(&w, id, &(struct recording_mark){.kind = MARK_ANSWERED, .question = q, .at_ms = 1872000}, &err);
 *     recording_seal(&w, id, arena, &statement, &err);                             // an act: the root of all leaves stands in its leaf
 *
 * Constant memory; the seal costs hashing of leaf hashes, not of the recording. Chunks come in order: have says which comes next, so whoever lost
 * the line goes on there. Not here: the browser (face/web), who may be interviewed (work/interviews), what others receive (statement.h).
 */
#ifndef COMITY_STATEMENTS_RECORDING_H
#define COMITY_STATEMENTS_RECORDING_H

#include "work/cases/casefile.h"

#define RECORDING_CHUNK_MAX (4 * 1024 * 1024) /* bytes */

enum recording_mark_kind {
    MARK_BEGINS = 1, MARK_ASKED, MARK_ANSWERED, MARK_NOT_ANSWERED, MARK_BREAK, MARK_BREAK_ENDS, MARK_ENTERS, MARK_LEAVES, MARK_NOTE, MARK_INTERRUPTED, MARK_ENDS
};
struct recording_mark {
    enum recording_mark_kind kind;
    int64_t at_ms;            /* from the beginning of the recording, breaks included */
    bool has_question;
    uint8_t question[ID_LEN]; /* record of the question in the file */
    str text;                 /* who entered, what was noted; sealed */
};

enum recording_state { RECORDING_OPEN = 1, RECORDING_SEALED };
struct recording {
    uint8_t id[ID_LEN], file[ID_LEN], interview[ID_LEN];
    enum recording_state state;
    int64_t begun_ms, sealed_ms;
    int64_t chunks, bytes, length_ms;
    str type;                 /* media type of the chunks put one behind the other */
};

MUST_USE int recording_begin(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t interview[static ID_LEN], str type,
                             uint8_t id[static ID_LEN], struct err *err);
/* sequence from 0. *have: how many are durable now, also with ERR_EXISTS (it came before, with the same bytes: nothing to do) and with
 * ERR_INPUT (one in between is missing). Whoever sends must still have a part in the file; no leaf for each: beginning and seal have theirs. */
MUST_USE int recording_append(const struct casework *w, const uint8_t id[static ID_LEN], int64_t sequence, int64_t at_ms, bytes chunk, int64_t *have,
                              struct err *err);
MUST_USE int recording_mark(const struct casework *w, const uint8_t id[static ID_LEN], const struct recording_mark *mark, struct err *err);
MUST_USE int recording_find(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct recording *out, struct err *err);
MUST_USE int recordings_of(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct recording **out, size_t *n, struct err *err);
MUST_USE int recording_marks(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct recording_mark **out, size_t *n, struct err *err);

#endif
