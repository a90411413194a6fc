/* transcript: what was typed of a sealed recording, sealed in its turn, so that a changed word is found.
 *
 * What: a statement (statement.h) whose media are subtitles (WebVTT), a line each, and whose first leaf names the recording and its root: it has a leaf of
 *       the log, is given, cut and verified as the recording itself is.
 * Why:  a court reads the transcript and hears the recording; both have to be what they were.
 *
 *     transcript_seal(&w, recording, lines, n, STR("km"), arena, &statement, &err);
 *     transcripts_of(node, recording, arena, &list, &n, &err);          // newest first: what is typed goes on, and may be sealed again
 *     comity verify FILE --media words.vtt
 *
 * The records in which it is typed stay as they are. Not here: typing it (face/web).
 */
#ifndef COMITY_STATEMENTS_TRANSCRIPT_H
#define COMITY_STATEMENTS_TRANSCRIPT_H

#include "work/statements/statement.h"

#define TRANSCRIPT_TYPE "text/vtt"
#define TRANSCRIPT_LINES_MAX 20000

struct transcript_line { int64_t at_ms; str text; };

/* Acts of beginning and sealing a recording, as of any. ERR_INPUT: there is nothing to seal; ERR_DENIED: the recording is not sealed. */
MUST_USE int transcript_seal(const struct casework *w, const uint8_t recording[static ID_LEN], const struct transcript_line lines[], size_t n, str language,
                             struct arena *a, struct statement *out, struct err *err);
/* Those of a recording, newest first. Within a look at the file. */
MUST_USE int transcripts_of(struct node *node, const struct recording *recording, struct arena *a, struct recording **out, size_t *n, struct err *err);
/* Is this what was sealed there, word for word. */
MUST_USE int transcript_is(struct node *node, const struct recording *transcript, const struct transcript_line lines[], size_t n, bool *same, struct err *err);
bool recording_is_transcript(const struct recording *recording);
/* A line as a leaf has it; false: it is none (the head of the file). From arena. Pure. */
bool transcript_line_read(struct arena *a, bytes media, struct transcript_line *out);

#endif
