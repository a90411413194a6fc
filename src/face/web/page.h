/* page: what a page function has in its hands, and how it answers. Private to face/web.
 *
 *     int page_partners(struct page *p)
 *     {
 *         struct partners_view v = {.page = page_layout(p, N_("Partners"))};
 *         ... fill v, from p->a ...
 *         template_partners(&p->out, &v);
 *         return 0;                                    // or page_go(p, "/partners"), or ERR_*: an error page
 *     }
 *
 * A page function is called when the request may reach it: its route's people are let in (routes.c), a form that was sent has the token of
 * the session. Whether the act itself may happen is act_run's to say. Not here: HTTP (ground/http/site.h), what is done (work, trust).
 */
#ifndef COMITY_WEB_PAGE_H
#define COMITY_WEB_PAGE_H

#include "face/web/languages.h"
#include "face/web/web.h"
#include "ground/html/html.h"
#include "ground/http/multipart.h"
#include "ground/http/site.h"
#include "ground/text/text.h"
#include "ground/text/when.h"
#include "trust/match/search.h"
#include "trust/people/signin.h"

/* One of the threads: a database connection, and a search made when it is first needed. */
struct halls; /* work/desk/halls.h */

struct web_worker {
    const struct web *web;
    struct node *node;
    struct search *search;
    struct member_book *book;
    struct halls *halls; /* page_halls */
    unsigned locked; /* the lock after which the book was begun */
};

struct known_member { uint8_t id[ID_LEN]; str name; struct known_member *next; };

struct page {
    const struct web_route *route;
    const struct site_request *request;
    struct site_reply *reply;
    struct arena *a; /* this request's */
    struct web_worker *worker;
    struct node *node;
    int64_t now_ms;
    struct form form, query; /* what a POST sent; what stands behind the ? */
    struct form_files files; /* what a POST sent to a route that takes files */
    bool signed_in;          /* then what follows: */
    struct session session;
    struct member member;
    struct actor actor;
    struct languages_offer languages; /* of the agency */
    struct layout layout;
    const struct when *when; /* how the page's language writes times */
    struct known_member *known; /* whose names this page has asked for already (file_page.h) */
    struct html out;
    struct err err;
};

enum web_people { WEB_ANYBODY, WEB_ENROLLING, WEB_MEMBERS };

struct web_route {
    const char *method; /* NULL ends the table */
    const char *path;
    enum web_people people;
    unsigned roles;     /* ROLE_* of which one is needed; 0: any member */
    int (*show)(struct page *p);
    size_t max_body; /* of more than SITE_LARGE_BODY, a member sends one at a time */
    bool files;      /* it takes multipart/form-data: files are in p->files */
    bool raw;        /* a POST of bytes that are no form: its token stands in the header X-Form-Token */
    bool fresh;      /* asked before the page is shown, so that nobody fills in a form and then has to prove who she is */
};
extern const struct web_route web_routes[];
bool web_shows(str path); /* a page is there: a route for GET */

/* The halls that this thread has open: work/desk/halls.h. The node's clock makes the calls: a page presses and shows. */
struct halls *page_halls(struct page *p);

/* Whose session the request's cookie is; ERR_DENIED without one. Fills session. */
MUST_USE int page_session(const struct site_request *request, struct node *node, int64_t now_ms, struct session *session, struct err *err);

/* What all threads share. */
const struct names *web_names(const struct web *w);
const struct text *web_text(const struct web *w);
struct webauthn_site web_site(const struct web *w); /* what passkeys are bound to */
struct uploads *web_uploads(const struct web *w);
struct import_jobs *web_imports(const struct web *w);
struct gate *web_gate(const struct web *w);
const struct catalogue *web_words(const struct web *w, const char *language); /* NULL for English */

/* The frame of the page, with its title translated. */
struct layout *page_layout(struct page *p, const char *title);
/* Answers with a redirect: after a form was sent, so that reloading sends nothing twice. path: of this site. Returns 0. */
int page_go(struct page *p, const char *path);
/* To the page where she proves again who she is, and from there on to this one, or to the page of the form that was sent. Returns 0. */
int page_go_confirm(struct page *p);
/* Shows what p->err says above the form that is shown again: status 422 (400 for ERR_INPUT), "Error:" in the title. field: id of the field
 * it is about, or NULL. */
void page_error(struct page *p, const char *field);
/* The page has a form whose words are worth keeping on the device when the line is gone: gives the browser what it seals to (ground/crypto/pocket.h). */
void page_pocket(struct page *p);
/* Puts the session's token into the cookie; "" takes it away. */
void page_cookie(struct page *p, const char *token);
/* From here on the page is in another language: a copy for a person who reads hers. */
void page_speak(struct page *p, const char *language);
/* A message in the page's language. */
str page_words(struct page *p, const char *message);
/* "24 November 2026, 14:05" in the page's language and the node's time zone (UTC if it has none, and says so), from arena; "" for 0. */
str page_time(struct page *p, int64_t ms);
/* Which day it is where the agency works: what is typed may not lie behind it. */
struct date page_today(const struct page *p);
/* "5 March 1990", "March 1990", "1990"; "" for the unknown date. */
str page_date(struct page *p, struct date d);
/* r of an act that may be kept for a second person: when it is, on to the page of the request (page_approvals.c). */
int page_parked(struct page *p, int r, const uint8_t request[static ID_LEN]);
/* What a form field sent: NFC, trimmed. */
str page_field(struct page *p, const char *name);
/* The nth {} of the route's path as an id; ERR_NOT_FOUND when it is none. */
MUST_USE int page_id(struct page *p, size_t nth, uint8_t id[static ID_LEN]);
str page_hex(struct page *p, const uint8_t id[static ID_LEN]);
struct signin_from page_from(const struct page *p);
/* "Caseworker; Supervisor" in the page's language. */
str page_roles(struct page *p, unsigned roles);
/* The purposes there are, for a select named "purpose". */
struct choices page_purposes(struct page *p, str chosen);

/* The purpose that a form or query names; else identification. */
str page_purpose_asked(const struct form *form);
struct hit_row;
/* Who may be the same person as one of this name, and a date of birth if it is known: a search, with its leaf (page_search.c). From arena. */
MUST_USE int page_search_known(struct page *p, str name, str born, struct hit_row **out, size_t *n);

#endif
