/* file_page: what the pages of files share: who works and why, the kinds of records, a record as lines of words, drafts of forms.
 *
 *     const struct casework w = file_casework(p);
 *     struct casefile f;
 *     if ((r = casefile_look(&w, id, p->a, &f, &p->err)) < 0) return r;
 *     struct shown_record s = file_shown(p, &f, &f.records[i]);
 */
#ifndef COMITY_WEB_FILE_PAGE_H
#define COMITY_WEB_FILE_PAGE_H

#include "face/web/file_views.h"
#include "face/web/page.h"
#include "work/cases/casefile.h"
#include "work/cases/kept.h"
#include "work/cases/typed.h"

/* The kinds of records that members write, in the order in which they are offered. */
struct file_unit {
    const char *name; /* in addresses: "note" */
    enum field_unit unit;
    const char *heading, *add; /* messages: "Note", "Write a note" */
    bool about;       /* it may tell of one person of the file */
    bool often;       /* offered first */
};
extern const struct file_unit file_units[]; /* ends with a NULL name */
const struct file_unit *file_unit_named(str name); /* NULL if there is none */
const struct file_unit *file_unit_of(enum field_unit unit);

/* For this member and request: purpose as the query or the form says, else what her role works for. */
struct casework file_casework(const struct page *p);
str file_purpose(const struct page *p);
/* casefile_look; what the firewall holds back is said on the page. */
MUST_USE int file_look(struct page *p, const struct casework *w, const uint8_t file[static ID_LEN], struct casefile *out);
/* What is withheld, as a sentence for paper; empty: nothing. */
str file_withheld(struct page *p, const struct casefile *f);
/* What she is called; "?" for one who is not there. From arena. */
str file_member_name(struct page *p, const uint8_t id[static ID_LEN]);

/* All that a record says, in words. */
size_t file_lines(struct page *p, const struct record *r, struct shown_line **out);
/* How often she was interviewed, here and at all partners who know her. */
struct interview_of; /* work/interviews/interview.h */
MUST_USE int file_counters(struct page *p, const struct interview_of *who, struct counters_view *out);
/* A warning about safety, or a person who is not to be called. */
bool file_is_alert(const struct record *r);
struct shown_record file_shown(struct page *p, const struct casefile *f, const struct record *r);

/* Drafts: a form is kept under its address, or beside it (typed.h), which then stands behind the address. 1: p's draft of it is in *sent and when
 * it was kept in *when; 0: none. */
MUST_USE int file_draft(struct page *p, str address, struct form *sent, str *when);
/* The form was sent: nothing is kept any more. A failure is not worth an error page: what was typed is stored by now. */
void file_draft_done(struct page *p, str address);
/* The same of one step of several, whose words are in the draft by now. */
void file_draft_moved(struct page *p);
/* Keeps what was typed: text, with the stamps of the form it came with. */
MUST_USE int file_draft_keep(struct page *p, const struct form *typed, str address, str text, enum typed_where *where);
/* For the form in steps, /files/new: what was typed in one of them, and what the draft has of the others. */
MUST_USE int file_new_words(struct page *p, const struct form *typed, str *text);

#endif
