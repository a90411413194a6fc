/* session: what a browser holds after somebody signed in, and what it may still do.
 *
 * What: resumes, lists, ends sessions; tokens against forged requests (CSRF).
 * Why:  the database holds only keyed hashes of tokens: who steals it cannot step into a session. A session ends by itself after
 *       15 minutes without a request (each piece of a recording is one) or 8 hours, and when its member's roles change, or she is suspended or leaves.
 *
 *     struct session s;
 *     int r = session_resume(node, cookie, now_ms, &s, &err);     // ERR_DENIED: sign in
 *     struct actor actor = member_actor(arena, s.member);
 *
 * Not here: cookies (the door sets them), proving who somebody is and starting a session (signin.h).
 */
#ifndef COMITY_PEOPLE_SESSION_H
#define COMITY_PEOPLE_SESSION_H

#include "trust/people/member.h"

#define SESSION_TOKEN_LEN 65 /* 64 hex digits (256 random bits) and NUL */
#define SESSION_IDLE_MS (INT64_C(15) * 60 * 1000)
#define SESSION_ABSOLUTE_MS (INT64_C(8) * 3600 * 1000)
#define SESSION_CSRF_LEN 65  /* 64 hex digits and NUL */
#define SESSION_TICKET_LEN 65

struct session {
    uint8_t id[ID_LEN];      /* its public name: in lists, never a way in */
    uint8_t member[ID_LEN];
    unsigned roles;          /* as they are now */
    bool enrolling;          /* may only set up how she signs in */
    int64_t started_ms, seen_ms;
    int64_t proved_ms;       /* when she last proved who she is: at sign-in, or again since */
    str agent;               /* in lists: what the browser called itself, at most 100 bytes, from arena; else empty */
};

/* ERR_DENIED: unknown, over, or its member may not sign in; the sentence is the same for all. Writes at most once a minute (seen_ms), so
 * idle may end up to a minute early. token: what the cookie held, any bytes. */
MUST_USE int session_resume(struct node *node, str token, int64_t now_ms, struct session *out, struct err *err);

/* Signing out. Writes a leaf (VERB_SIGN_OUT). */
MUST_USE int session_end(struct node *node, const struct session *s, int64_t now_ms, struct err *err);
/* One of the member's own sessions, by its id. ERR_NOT_FOUND. */
MUST_USE int session_end_own(struct node *node, const struct session *s, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err);
/* The member's own sessions that are not over, newest first, from arena. */
MUST_USE int session_list_own(struct node *node, const struct session *s, int64_t now_ms, struct arena *a, struct session **out, size_t *n,
                              struct err *err);
/* By the clock: rows of sessions, codes and counted attempts that are over. */
MUST_USE int session_tidy(struct node *node, int64_t now_ms, struct err *err);

/* A token for the forms of one page: the session's own under a fresh mask, so that compression gives nothing away. */
MUST_USE int session_csrf(const struct node *node, const struct session *s, char token[static SESSION_CSRF_LEN], struct err *err);
/* ERR_DENIED: not this session's. Constant time. */
MUST_USE int session_csrf_check(const struct node *node, const struct session *s, str token, struct err *err);

/* A token for one thing that this session was let do once and may do again: "listen" and the id of what is heard. As long as the session lives. */
MUST_USE int session_ticket(const struct node *node, const struct session *s, const char *what, const uint8_t thing[static ID_LEN],
                            char token[static SESSION_TICKET_LEN], struct err *err);
/* ERR_DENIED: not for this session and thing. Constant time. */
MUST_USE int session_ticket_check(const struct node *node, const struct session *s, const char *what, const uint8_t thing[static ID_LEN], str token,
                                  struct err *err);

#endif
