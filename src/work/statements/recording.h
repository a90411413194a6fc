/* recording: sound or picture of an interview while it is being made: sealed as it arrives, whole whatever breaks.
 *
 * What: an append-only file of sealed chunks (DIR/recordings/ID), a row for each in the database, marks beside them (question asked, answered,
 *       break, who is in the room), and the seal that ends it and makes it a statement (statement.h).
 * Why:  she tells it once. A killed program, a crashed browser, a lost line must not make her tell it again.
 *
 *     recording_begin(&w, file, interview, STR("video/webm"), id, &err);           // an act with its leaf
 *     recording_append(&w, id, &(struct recording_chunk){.sequence = 7, .at_ms = 14000, .media = media}, &have, &err);   // durable before it returns
 *     recording_mark(&w, id, &(struct recording_mark){.kind = MARK_ANSWERED, .question = q, .at_ms = 1872000}, &err);
 *     statement_seal(&w, id, arena, &statement, &err);                             // an act: the root of all leaves stands in a leaf of the log
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
    str type;                 /* media type of the chunks of a session put one behind the other */
    bool has_root;
    uint8_t root[HASH_LEN];   /* once sealed */
    int64_t leaf_index;       /* of the act of sealing; -1: not yet */
};

struct recording_chunk {
    int64_t sequence; /* from 0 */
    int64_t at_ms;    /* where it begins */
    int64_t session;  /* from 0, never less than that of the chunk before: a recorder that begins anew writes a media header of its own */
    bytes media;      /* 1 to RECORDING_CHUNK_MAX bytes */
};
#define RECORDING_MARKS_MAX 10000
#define RECORDING_TYPE_MAX 100
#define RECORDING_WORDS_MAX 2000 /* bytes of a mark's text */

extern const struct db_schema statements_schema;

MUST_USE int recording_begin(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t interview[static ID_LEN], str type,
                             uint8_t id[static ID_LEN], struct err *err);
/* *have: how many are durable now. 0: this one too, also when it came before with the same bytes. ERR_EXISTS: another has its place;
 * ERR_RETRY: one in front of it is missing, *have says which; ERR_DENIED: it is sealed, or whoever sends has no part in the file any more;
 * ERR_LIMIT: no room. No leaf for each: beginning and seal have theirs. */
MUST_USE int recording_append(const struct casework *w, const uint8_t id[static ID_LEN], const struct recording_chunk *chunk, int64_t *have,
                              struct err *err);
MUST_USE int recording_mark(const struct casework *w, const uint8_t id[static ID_LEN], const struct recording_mark *mark, struct err *err);
const char *recording_mark_name(enum recording_mark_kind kind); /* "answered": as it stands in the statement */
MUST_USE int recording_find(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct recording *out, struct err *err);
/* Those of a file, but for transcripts, which are sealed as recordings are (transcript.h). */
MUST_USE int recordings_of(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct recording **out, size_t *n, struct err *err);
/* Where chunks lie, in order, from arena: for whoever reads the recording. */
struct recording_place { int64_t sequence, at_ms, session, stored_at, stored_len; bytes wrapped; uint8_t hash[HASH_LEN]; };
MUST_USE int recording_places(struct node *node, const uint8_t id[static ID_LEN], int64_t from, size_t max, struct arena *a, struct recording_place **out,
                              size_t *n, struct err *err);
/* The media of one, from arena. fd: of recording_file. ERR_CORRUPT: it is not what was stored. */
MUST_USE int recording_media(struct node *node, const uint8_t id[static ID_LEN], int fd, const struct recording_place *place, struct arena *a, bytes *media,
                             struct err *err);
MUST_USE int recording_file(struct node *node, const uint8_t id[static ID_LEN], int *fd, struct err *err); /* close it */
/* Marks of questions and breaks take words or none; those of people and notes need them. */
MUST_USE int recording_marks(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct recording_mark **out, size_t *n, struct err *err);

/* Lines of the table of work/cases/erase.h: recordings of her interviews, or of a file that goes whole, their marks and what was given of them, which
 * is asked back; statements that partners gave of her; and, once that is committed, the recordings' files. In front of that of requests, which takes the
 * ties. */
struct erase_whom;
MUST_USE int recordings_erase(struct node *node, struct act *act, const struct erase_whom *whom, struct arena *a, struct err *err);
MUST_USE int recordings_files_drop(struct node *node, struct err *err);

#endif
