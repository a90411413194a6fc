/* layout: what stands around every page, and the parts of forms. Filled by page_layout; layout.html draws it. */
#ifndef COMITY_WEB_LAYOUT_H
#define COMITY_WEB_LAYOUT_H

#include "ground/base/base.h"

struct language { const char *code, *name; }; /* its name in itself */
struct nav_item { const char *path, *label; bool current; };

#define LAYOUT_ERRORS_MAX 20
struct layout_error { const char *field; str sentence; };

struct layout {
    const char *language; /* of the page: "en", "km" */
    str title, agency;
    str member;           /* who is signed in; empty: nobody */
    str csrf;             /* token for the forms of this page */
    str follows;          /* the draft that a form shows: typed.h's stamp; empty: none */
    str pocket;           /* what the browser seals to when the line is gone (base64); empty: the page has no form worth it */
    struct nav_item nav[16];
    size_t n_nav;
    int64_t withheld;     /* records of the case that this purpose may not have (work/cases/firewall.h) */
    bool failed;          /* the form is shown again with this: */
    str error;
    const char *error_field;
    struct layout_error errors[LAYOUT_ERRORS_MAX]; /* instead of the one above, where a form has several */
    size_t n_errors;
    const struct language *languages; /* there are, ended by a NULL code */
    bool unchecked;       /* no speaker has checked the words of this language */
};

/* One line of a form. */
struct input {
    const struct layout *page;
    const char *name, *label, *hint; /* label and hint are messages; hint may be NULL */
    str value;
    const char *type;         /* "text", "password", "search", "tel"; NULL: text */
    const char *autocomplete; /* NULL: off */
    const char *inputmode;    /* NULL: none */
    const char *width;        /* class, or NULL */
};

struct choice { str value, label; bool chosen; };
struct choices {
    const struct layout *page;
    const char *name, *label, *hint;
    struct choice *all;
    size_t n;
};

#endif
