/* room_views: what the pages of the interview room and of what was recorded there show. */
#ifndef COMITY_WEB_ROOM_VIEWS_H
#define COMITY_WEB_ROOM_VIEWS_H

#include "face/web/layout.h"

/* Those of a case, the newest first. */
struct recording_row { str id, begun, sealed, length; bool picture; };
struct recordings_view { const struct layout *page; str file; struct recording_row *rows; size_t n; };

/* Before it begins. */
struct room_new_view {
    const struct layout *page;
    str file, interview; /* interview: empty where none was planned */
    str title;           /* of the case */
};

struct room_question {
    str id, text, phase; /* phase: filled where another begins */
    str from;            /* whose question it is */
    const char *is;      /* "asked", "answered", "not_answered"; "" */
    str at;              /* "00:31:12" */
};

/* While it is going on. */
struct room_view {
    const struct layout *page;
    str id, file, title, type, begun;
    bool picture;
    struct room_question *questions;
    size_t n;
};

struct room_mark {
    str at, what, text; /* what: a message, said */
    str question;       /* its words, or empty */
    int64_t at_ms;
};

/* Before the seal, and after it. */
struct room_end_view {
    const struct layout *page;
    str id, file, title, length, begun;
    int64_t chunks;
    struct room_mark *marks;
    size_t n;
};

struct spoken_line { str at, text; int64_t at_ms; bool timed; };

/* What is heard: of our own recording, or of a statement that came. */
struct player_view {
    const char *kind;        /* of the address: "recordings" */
    str id, ticket, type, parts; /* parts: "0-31200 40000-52000", milliseconds */
    int64_t at_ms, length_ms;
    bool picture;
};

/* A copy that somebody was given. */
struct given_row { str to, when, span, why; size_t n_left_out; };
struct give_view {
    const struct layout *page;
    str id, from, until, left_out, why, reference;
    struct choices to, consents, purposes;
};

/* A statement that came from a partner. */
struct came_row { str letter, from, when, length; const char *standing; bool lost, transcript; };
struct came_list_view { const struct layout *page; struct came_row *rows; size_t n; str file, person; /* from whose case one comes; or empty */ };
struct came_view {
    const struct layout *page;
    struct came_row row;
    bool holds, transcript, placed, about; /* it is in a case; in which the reader has a part */
    str digest, sealed, reason;
    str file, person, number; /* of that case; of one that is in none, to which it can be put */
    int64_t leaf, held, leaves;
    struct choices purposes;
};
struct came_heard_view {
    const struct layout *page;
    struct player_view player;
    struct came_row row;
    struct room_mark *marks;
    size_t n;
    bool transcript; /* then: */
    struct spoken_line *lines;
    size_t n_lines;
};

struct sealed_transcript { str when, digest; int64_t leaf, lines; };

/* Sealed: what proves it, and the question why one listens. */
struct room_sealed_view {
    struct room_end_view end;
    str digest, sealed, reason;
    int64_t leaf;
    struct choices purposes;
    struct given_row *given;
    size_t n_given;
    struct sealed_transcript *transcripts; /* newest first */
    size_t n_transcripts, n_lines;
    bool changed; /* what is typed now is not what the newest has */
};

struct listen_view {
    struct room_end_view end;
    struct player_view player;
    struct spoken_line *lines; /* of the transcript */
    size_t n_lines;
};

/* Typing what is said, in parts of some pages. */
struct transcript_view {
    const struct layout *page;
    struct player_view player; /* ticket empty: nobody said yet why she listens */
    str id, text, language, draft, theirs;
    int64_t part, n_parts, base;
};

#endif
