/* release_views: what the pages of releases show. */
#ifndef COMITY_WEB_RELEASE_VIEWS_H
#define COMITY_WEB_RELEASE_VIEWS_H

#include "face/web/record_form.h"

struct release_row { str id, when, by, purpose, basis, proof, reasons, ended, why; size_t n; };
struct release_item { str id, kind, title, when; bool chosen; };

struct releases_view {
    const struct layout *page;
    str file, number;
    struct release_row *rows;
    size_t n;
    bool may_write, open;
};

struct release_new_view {
    const struct layout *page;
    str file, number, reference;
    struct record_form form;
    struct release_item *items;
    size_t n;
    bool none_chosen;
};

#endif
