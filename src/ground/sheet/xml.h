/* xml: one part of a workbook through expat, piece by piece. Private to sheet.
 *
 * Names come without their namespace. A document type, more than XML_DEPTH elements inside each other or a single tag of more than XML_TAG
 * bytes end it: no spreadsheet program writes such a thing, and entities live in document types.
 */
#ifndef COMITY_SHEET_XML_H
#define COMITY_SHEET_XML_H

#include "ground/zip/zip_read.h"

#define XML_DEPTH 64
#define XML_TAG ((int64_t)1 << 20)

struct xml;

/* attributes: name, value, name, value, NULL. text comes in pieces. Each may be NULL. */
struct xml_events {
    void (*start)(struct xml *x, void *arg, const char *name, const char **attributes);
    void (*end)(struct xml *x, void *arg, const char *name);
    void (*text)(struct xml *x, void *arg, str text);
};

/* Borrows zip, which gives no other file until xml_close. ERR_INPUT: there is no such part. */
MUST_USE int xml_open(struct zip_read *zip, str part, const struct xml_events *events, void *arg, struct xml **out, struct err *err);
void xml_close(struct xml *x); /* NULL is allowed */
/* On to the next xml_pause (1) or the end (0). */
MUST_USE int xml_next(struct xml *x, struct err *err);
void xml_pause(struct xml *x); /* from an end event: xml_next returns */
void xml_fail(struct xml *x, int code, const char *fmt, ...) PRINTF_LIKE(3, 4); /* from an event: xml_next fails */

/* The whole part at once; a part that is not there is passed over when optional. */
MUST_USE int xml_part(struct zip_read *zip, str part, bool optional, const struct xml_events *events, void *arg, struct err *err);

/* The value of an attribute, or empty. */
str xml_attribute(const char **attributes, const char *name);

#endif
