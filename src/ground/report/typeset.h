/* typeset: a text as lines of a given width (pango). Private to the PDF writer and its test.
 *
 * Not here: pages (pdf.c).
 */
#ifndef COMITY_REPORT_TYPESET_H
#define COMITY_REPORT_TYPESET_H

#include <cairo.h>
#include <pango/pangocairo.h>

#include "ground/report/paper.h"

struct typeset;

enum typeset_font { FONT_BODY, FONT_BOLD, FONT_SMALL, FONT_SMALL_BOLD, FONT_H1, FONT_H2, FONT_H3, FONT_COUNT };

MUST_USE int typeset_open(struct typeset **out, struct err *err);
void typeset_close(struct typeset *t); /* NULL is allowed */

/* Lines for a width in points, in the text's language, broken between words in every script; a word longer than the line is broken between
 * clusters. Free with g_object_unref. */
PangoLayout *typeset_text(struct typeset *t, const struct paper_text *text, enum typeset_font font, double width);

#endif
