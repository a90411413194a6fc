/* request: one agency asks another for something about a person both know, and is answered, in parts, or refused with a reason, by a clock.
 *
 * What: a row on each side under the id of the letter that asked; its states as one table; the letters that move it; what was asked and why, sealed.
 * Why:  "we wrote to them" is not cooperation. Who has asked what, by when it is due, what became of it and why is known on both sides, and how
 *       partners keep their clocks can be seen.
 *
 *     request_send(&w, &(struct request_new){.to = &partner, .number = STR("4F7K-2QXM-W9DT"), .kind = STR("Statement"), ..}, id, &err);
 *     request_take_up(&w, id, file, person, &err);                                  // the holder: it is in a file now, and a tie is made
 *     request_answer(&w, id, &(struct request_answer){.text = .., .last = true}, letter, &err);
 *
 * The asker's clock begins with the partner's receipt, the holder's with the arrival: whoever was without a line for a month is not late for it.
 * A letter names nobody: it carries the tie's id, and the handle of the record that a blind question hit. Free letters of kind "request" are
 * nothing of this room's. Not here: pages, asking blindly (trust/peer/ask.h).
 */
#ifndef COMITY_REQUESTS_REQUEST_H
#define COMITY_REQUESTS_REQUEST_H

#include "trust/letter/post.h"
#include "work/cases/casefile.h"
#include "work/requests/tie.h"

#define REQUEST_MEDIA_TYPE "application/x-comity-request"
#define REQUEST_WORDS_MAX 4000 /* bytes of why, of a basis in words, of an answer's text is REQUEST_TEXT_MAX */
#define REQUEST_TEXT_MAX 60000
#define REQUEST_PARTS_MAX 100
#define REQUESTS_LIST_MAX 500

extern const struct letter_kind request_kinds[]; /* "request", "answer", "request-state": in front of trust/grant's */

/* Words of the tables: code, what people read; each ends with a NULL code. */
struct request_word { const char *code, *words; };
extern const struct request_word request_asks[];    /* Identity, Statement, Excerpt, Documents, Safety, Contacts, LegalAssistance, Other */
extern const struct request_word request_bases[];   /* Consent, Law, Treaty, VitalInterest */
extern const struct request_word request_refusals[];
struct request_clock { const char *code, *words; int64_t ms; };
extern const struct request_clock request_clocks[]; /* Hours8, Days3, Days7: the terms of Directive (EU) 2023/977 */
const struct request_word *request_word(const struct request_word *table, str code); /* NULL */
const struct request_clock *request_clock(str code);

/* --- pure: what can become of one --- */

enum request_state { REQUEST_NONE, REQUEST_SENT, REQUEST_OPEN, REQUEST_TAKEN, REQUEST_PARTLY, REQUEST_ANSWERED, REQUEST_REFUSED, REQUEST_WITHDRAWN, REQUEST_STATES };
enum request_event { REQUEST_ARRIVES, REQUEST_TAKE_UP, REQUEST_PART, REQUEST_LAST, REQUEST_REFUSE, REQUEST_WITHDRAW, REQUEST_HURRY, REQUEST_EVENTS };
enum request_side { REQUEST_ASKER = 1, REQUEST_HOLDER = 2 };
/* The state after an event of this side, or REQUEST_NONE: it cannot happen. REQUEST_ARRIVES is the receipt (asker) and the arrival (holder). */
enum request_state request_after(enum request_state state, enum request_event event, enum request_side by);
bool request_is_open(enum request_state state); /* somebody still has to do something */
const char *request_state_words(enum request_state state); /* a message */

/* --- what is kept --- */

struct request {
    uint8_t id[ID_LEN], partner[ID_LEN];
    bool outgoing;
    enum request_state state;
    uint8_t tie[ID_LEN];
    int64_t asked_ms, due_ms, ended_ms; /* due_ms 0: the clock has not begun; ended_ms 0: open */
    int64_t parts;                      /* answers so far */
    bool has_member;
    uint8_t member[ID_LEN];             /* who asked, or who took it up */
    str kind, clock, purpose, refusal;  /* codes; refusal empty unless refused */
    /* sealed; only where it is looked at: */
    str why, basis, basis_words, words; /* words: of the refusal or withdrawal */
    bool evidence;                      /* may be used as evidence, if it is given */
};
static inline bool request_overdue(const struct request *r, int64_t now_ms)
{
    return request_is_open(r->state) && r->due_ms && r->due_ms < now_ms;
}

struct request_new {
    const struct partner *to;
    str number;                          /* of a hit; or empty: */
    const uint8_t *tie;                  /* of an earlier exchange; or NULL: about nobody whom they know yet */
    bool has_person;
    uint8_t file[ID_LEN], person[ID_LEN]; /* whom it is about, here */
    str kind, clock, why, basis, basis_words;
    bool evidence;
};
/* The act (VERB_REQUEST), a tie, a letter. ERR_INPUT says what is missing; ERR_NOT_FOUND: no such number. */
MUST_USE int request_send(const struct casework *w, const struct request_new *what, uint8_t id[static ID_LEN], struct err *err);

/* Open ones first, soonest due first; then the others, newest first; at most REQUESTS_LIST_MAX, not opened. Numbers and codes only, in an act
 * (VERB_REQUESTS). of_person: only those of one. */
struct request_filter { bool incoming, outgoing, open; const uint8_t *file, *person; };
MUST_USE int request_list(const struct casework *w, const struct request_filter *filter, struct arena *a, struct request **out, size_t *n, struct err *err);
/* For which purpose it was asked: whoever looks at it without another one looks for this. No act: a code. */
MUST_USE int request_purpose(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, str *purpose, struct err *err);
/* One with all that was said, and its answers; a look with its leaf. The tie says whom the number meant. */
struct request_part { uint8_t letter[ID_LEN]; int64_t at_ms; bool last, readable; str text, fields; /* fields: JSON as consent_payload writes it */ };
MUST_USE int request_look(const struct casework *w, const uint8_t id[static ID_LEN], struct arena *a, struct request *out, struct tie *tie,
                          struct request_part **parts, size_t *n, struct err *err);

/* The holder: who it is about is this person of this file. The member must work on the file. */
MUST_USE int request_take_up(const struct casework *w, const uint8_t id[static ID_LEN], const uint8_t file[static ID_LEN], const uint8_t person[static ID_LEN],
                             struct err *err);
struct request_answer {
    str text;
    const uint8_t *consent; /* then what she agreed to give goes with it, under her consent; or NULL: */
    str basis_words;        /* on which law or duty it is given */
    bool last;
};
MUST_USE int request_answer(const struct casework *w, const uint8_t id[static ID_LEN], const struct request_answer *answer, uint8_t letter[static ID_LEN],
                            struct err *err);
/* reason: a code of request_refusals; words are needed. */
MUST_USE int request_refuse(const struct casework *w, const uint8_t id[static ID_LEN], str reason, str words, struct err *err);
MUST_USE int request_withdraw(const struct casework *w, const uint8_t id[static ID_LEN], str words, struct err *err);
/* A shorter clock, from now. ERR_INPUT: it is not shorter. */
MUST_USE int request_hurry(const struct casework *w, const uint8_t id[static ID_LEN], str clock, struct err *err);

/* No act: numbers only, for dashboards. */
struct request_counts { int64_t to_answer, overdue_here, waiting, overdue_there; };
MUST_USE int request_count(struct db *db, int64_t now_ms, struct request_counts *out, struct err *err);

/* How a partner keeps its clocks, and we ours with it. In an act (VERB_REQUESTS). */
struct request_score {
    uint8_t partner[ID_LEN];
    bool theirs;              /* what we asked them; else what they asked us */
    int64_t asked, open, overdue, answered, refused, withdrawn, in_time; /* in_time: of those answered or refused */
    int64_t median_ms, longest_ms; /* to the end of those answered or refused; 0: none */
    int64_t refusals[16];     /* by place in request_refusals */
};
MUST_USE int request_scores(const struct casework *w, struct arena *a, struct request_score **out, size_t *n, struct err *err);

/* A line of the table of work/cases/erase.h: her ties, and of the requests and referrals by them the words, the answers and the letters that came;
 * what was given is asked back, open requests are ended for the partner. */
struct erase_whom;
MUST_USE int requests_erase(struct node *node, struct act *act, const struct erase_whom *whom, struct arena *a, struct err *err);

#endif
