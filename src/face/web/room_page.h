/* room_page: what the pages of a recording share: page_room.c while it is made, page_statement.c once it is sealed.
 *
 *     struct recording recording;  struct casefile f;
 *     if ((r = room_look(p, &recording, &f)) < 0) return r;      // who has no part in the case is refused; a look with its leaf
 *     n = room_questions(p, &f, &recording, &asked);
 */
#ifndef COMITY_WEB_ROOM_PAGE_H
#define COMITY_WEB_ROOM_PAGE_H

#include "face/web/file_page.h"
#include "face/web/room_views.h"
#include "work/statements/transcript.h"

/* A question of the interview, in the order of its protocol. */
struct room_asked { uint8_t id[ID_LEN]; str text, from, phase; };

/* The recording that the address names; ERR_NOT_FOUND. */
MUST_USE int room_find(struct page *p, struct recording *out);
/* And its case, looked at. */
MUST_USE int room_look(struct page *p, struct recording *recording, struct casefile *f);
/* And its marks. */
MUST_USE int room_look_marks(struct page *p, struct recording *recording, struct casefile *f, struct recording_mark **marks, size_t *n);
/* Those of its interview, from arena; gives how many. */
size_t room_questions(struct page *p, const struct casefile *f, const struct recording *recording, struct room_asked **out);
/* "00:31:12"; from arena. */
str room_clock(struct page *p, int64_t ms);
/* "00:31:12 words", "31:12-40:00": the time in front, and how many bytes it takes; 0: there is none. */
size_t room_time(str line, int64_t *at_ms);
/* Times of parts as the player reads them, of marks in their order; from arena. */
str room_parts_text(struct page *p, const struct recording_mark *marks, size_t n, int64_t length_ms);
void room_sort_marks(struct room_mark *marks, size_t n);
/* What a mark is called: a message. */
const char *room_mark_words(enum recording_mark_kind kind);
/* What was given of it to whom (page_statement_give.c); from arena. */
MUST_USE int room_given(struct page *p, const struct recording *recording, struct given_row **out, size_t *n);
/* All that the page of the end shows but its frame. */
void room_fill_end(struct page *p, const struct recording *recording, const struct casefile *f, const struct recording_mark *marks, size_t n,
                   struct room_end_view *v);
/* What is needed to hear it; ERR_DENIED: the ticket is not this session's for this recording. */
MUST_USE int room_player(struct page *p, const struct recording *recording, str ticket, struct player_view *v);
/* What was typed of it, line after line (page_transcript.c); from arena. */
size_t transcript_lines(struct page *p, const struct casefile *f, const struct recording *recording, struct spoken_line **out);
/* The same as they are sealed: those without a time stand with the one in front; *language as it was typed. */
size_t transcript_to_seal(struct page *p, const struct casefile *f, const struct recording *recording, struct transcript_line **out, str *language);
/* The page of a recording that is sealed. */
int room_draw_sealed(struct page *p, const struct recording *recording, const struct casefile *f, const struct recording_mark *marks, size_t n);

#endif
