/* render: PDF made by another process: comity-render.
 *
 * What: starts it, hands over a document's description (paper.h) piece by piece, takes the PDF piece by piece, and sees how it ended.
 * Why:  shaping letters takes forty libraries that read fonts and text. If one of them is ever made to do something else, it does so in a
 *       process without files, network, keys or other cases, that is gone when the document is done.
 *
 *     if (render_open(&render, err) < 0) ...
 *     while ((r = render_step(render, &description, true, to, max, &got, err)) == 0 && ...) use(to, got);
 *     render_close(render);
 *
 * comity-render lies beside the program that calls it (COMITY_RENDER names another, for tests). Not here: what is in the document.
 */
#ifndef COMITY_REPORT_RENDER_H
#define COMITY_REPORT_RENDER_H

#include "ground/base/base.h"

struct render;

MUST_USE int render_open(struct render **out, struct err *err);
/* Hands over from the front of *description, which moves on, and takes up to max bytes. 0: *got bytes, and if that is none, more description is
 * wanted; 1: the document is whole and taken; ERR_*: it broke off. last: nothing comes behind this description. */
MUST_USE int render_step(struct render *r, bytes *description, bool last, uint8_t *to, size_t max, size_t *got, struct err *err);
void render_close(struct render *r); /* NULL is allowed; ends the process */

/* What comity-render does: reads a description from descriptor 0 and writes PDF to 1, shut in (ground/proc/sandbox.h). Its exit status. */
int render_serve(void);

#endif
