/* assess_page: what pages about screening and consent have in common. Private to face/web.
 *
 *     struct casefile f;
 *     int r = assess_look(p, &f);                    // the act: a look at the file, decided by her part in it
 *     r = assess_typed(p, names, n, &fresh, &wrong); // fields as they are stored, or ERR_INPUT and which one
 */
#ifndef COMITY_WEB_ASSESS_PAGE_H
#define COMITY_WEB_ASSESS_PAGE_H

#include "face/web/file_page.h"

/* The first {} of the route's path. */
MUST_USE int assess_id(struct page *p, uint8_t id[static ID_LEN]);
MUST_USE int assess_look(struct page *p, struct casefile *out);
/* A record of the file by its id and unit, or NULL. */
const struct record *assess_record(const struct casefile *f, const uint8_t id[static ID_LEN], enum field_unit unit);

/* The persons of a file, for a select named "about"; chosen: hex id. */
struct choices assess_persons(struct page *p, const struct casefile *f, str chosen);
/* Whom the form says it is about; ERR_INPUT when that is no id. */
MUST_USE int assess_about(struct page *p, struct record *r);
/* The name of the person a record tells of, or empty. */
str assess_whom(struct page *p, const struct casefile *f, const struct record *r);
/* The codes of a field, as the form has them. */
struct choices assess_codes(struct page *p, const char *field);
/* The same for a select: nothing is said until somebody says it. */
struct choices assess_select(struct page *p, const char *field);
/* A stored date as the page's language writes it. */
str assess_date(struct page *p, str stored);
/* Adds what the form sent for these fields, checked. A date that is left empty and may not lie ahead is today, for those named ..On. wrong:
 * the field that p->err is about. */
MUST_USE int assess_typed(struct page *p, const char *const names[], size_t n, struct record *r, const char **wrong);

#endif
