/* web: the door for people: pages in a browser.
 *
 * What: a server of pages beside serve's door for partners, on an address of its own; a table of routes (routes.c), a function for each
 *       (page_*.c), a template for each (*.html, compiled at build time: tools/tmplc.c).
 * Why:  caseworkers, investigators, supervisors and administrators work here; every page that shows or changes protected data is an act.
 *
 *     web_start(node, &(struct web_settings){.listen = "127.0.0.1:8080", .threads = 4, .note = note}, &web, err);
 *     ... web_port(web) ...
 *     web_stop(web);
 *
 * A request runs on one of the threads, each with its own database connection and search. Plain HTTP only on the machine itself; for all
 * other addresses a certificate is needed. Not here: who may do what (trust/act/verbs.c), what is done (work/cases), HTTP (ground/http).
 */
#ifndef COMITY_WEB_H
#define COMITY_WEB_H

#include "trust/act/node.h"

struct web;

struct web_settings {
    const char *listen;          /* "127.0.0.1:8080"; port 0: any free one */
    const char *cert, *key;      /* PEM files, or NULL: only on a loopback address */
    const char *host;            /* the name people type, for passkeys; NULL: that of listen ("localhost" on a loopback address) */
    unsigned threads;            /* 1 .. 64 */
    void (*note)(const char *sentence); /* for the operator; no personal data */
};

/* Borrows node and settings until web_stop. ERR_USAGE: an address that needs a certificate; ERR_IO: it cannot be had. */
MUST_USE int web_start(const struct node *node, const struct web_settings *settings, struct web **out, struct err *err);
unsigned web_port(const struct web *w);
const char *web_url(const struct web *w); /* "http://localhost:8080" */
void web_locked(struct web *w); /* the keys were locked: each thread wipes the names it holds before its next request */
void web_stop(struct web *w); /* NULL is allowed */

#endif
