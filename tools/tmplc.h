/* tmplc: what its two halves share: the place in the markup (tmplc_html.c) and the directives (tmplc.c). */
#ifndef COMITY_TOOLS_TMPLC_H
#define COMITY_TOOLS_TMPLC_H

#include <stdbool.h>
#include <stddef.h>

#define DEPTH_MAX 64
#define NAME_LEN 32

/* Where in the markup a template stands. Written for our own templates: what is not named here is refused. */
enum place {
    IN_TEXT, AFTER_LESS, IN_BANG, IN_TAG_NAME, BEFORE_ATTRIBUTE, IN_ATTRIBUTE_NAME, BEFORE_VALUE, IN_VALUE, AFTER_VALUE, SELF_CLOSING, IN_END_NAME,
};

struct markup {
    enum place place;
    char open[DEPTH_MAX][NAME_LEN]; /* elements that are open, outermost first */
    int depth;
    char tag[NAME_LEN], attribute[NAME_LEN];
    size_t tag_len, attribute_len;
    bool value_begun;               /* something stands in the value already */
    bool has_src;
    const char *wrong;              /* what is wrong, and what to do; NULL: nothing */
};

void markup_take(struct markup *m, char c);                      /* the next character of the template */
bool markup_inside(const struct markup *m, const char *element); /* it is open somewhere around */
bool markup_keeps_space(const struct markup *m);                 /* in a pre or textarea */

/* What may be written here for a value: how, or NULL with m->wrong. */
enum writes { WRITES_NOTHING, WRITES_VALUE, WRITES_URL, WRITES_URL_PART };
enum writes markup_value(struct markup *m);
bool markup_message(struct markup *m); /* a message may stand here */
bool markup_markup(struct markup *m);  /* another template's markup may stand here */

/* Two ways that lead to one place: the place where they meet, or false when they do not. */
bool markup_meet(const struct markup *a, const struct markup *b, struct markup *out);

#endif
