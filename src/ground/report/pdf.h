/* pdf: a document as PDF (cairo, pango), page by page, in constant memory.
 *
 * What: A4 pages with whose they are and who may read them on top and the page number below; headings, paragraphs, fields, tables whose first
 *       row returns on each page, lines to sign.
 * Why:  a person's summary and consent must be right on paper in her own script.
 *
 *     if (pdf_open(write, arg, &pdf, &err) < 0) ...
 *     while (there is more) if (pdf_item(pdf, &item, &err) < 0) ...         // as paper_read gives them, PAPER_BEGIN first, PAPER_END last
 *     pdf_close(pdf);
 *
 * Letters are shaped and embedded right; text copied out of the file is not always: Khmer clusters come out of order, in every PDF. Data
 * leaves as CSV or XLSX. Not here: pictures, other paper sizes. Only comity-render links this (render.h).
 */
#ifndef COMITY_REPORT_PDF_H
#define COMITY_REPORT_PDF_H

#include "ground/report/paper.h"

struct pdf;

/* write takes what is ready, 0 or ERR_*. ERR_IO: no fonts. */
MUST_USE int pdf_open(int (*write)(void *arg, const uint8_t *p, size_t len), void *arg, struct pdf **out, struct err *err);
void pdf_close(struct pdf *pdf); /* NULL is allowed; before the end item: what was written is no document */
/* For a counted document: how many pages it has, from a first round whose output nobody keeps. Before the first item. */
void pdf_total(struct pdf *pdf, int pages);
int pdf_pages(const struct pdf *pdf); /* begun so far */
/* ERR_IO: cairo cannot go on, or write said no. */
MUST_USE int pdf_item(struct pdf *pdf, const struct paper_item *item, struct err *err);

#endif
