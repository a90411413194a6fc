/* form: what a form or a query sends: application/x-www-form-urlencoded, as ordered pairs.
 *
 *     struct form *form;
 *     if (form_parse(arena, bytes_str(request->body), &form, err) < 0) ...
 *     str name = form_get(form, "name");                   // empty when it was not sent
 *     for (size_t i = 0; form_nth(form, "role", i, &role); i++) ...
 *
 * Values are UTF-8 without control characters other than tab and line ends; line ends become \n. ERR_INPUT for anything else, so that no
 * page has to look. Format: URL Living Standard, section 5.1. Pure. Not here: files (multipart.h).
 */
#ifndef COMITY_HTTP_FORM_H
#define COMITY_HTTP_FORM_H

#include "ground/base/base.h"

#define FORM_PAIRS_MAX 1000

struct form_pair { str name, value; };
struct form {
    struct form_pair *pairs; /* in the order they were sent */
    size_t n;
};

/* From arena. ERR_INPUT: a broken escape, no UTF-8, a control character; ERR_LIMIT: more than FORM_PAIRS_MAX pairs. */
MUST_USE int form_parse(struct arena *a, str text, struct form *out, struct err *err);
/* What a field may hold, from arena, NUL-terminated, with \n for every line end; false for anything else. */
bool form_value(struct arena *a, str in, str *out);
str form_get(const struct form *f, const char *name); /* the first of that name, or empty */
bool form_has(const struct form *f, const char *name);
bool form_nth(const struct form *f, const char *name, size_t i, str *value); /* the i-th of that name */

#endif
