/* ruling_paper: a prosecutor's decision on an offence as a letter, PDF, for the person or the court. Private to face/web.
 *
 *     page_speak(p, "km");
 *     r = ruling_paper(p, &file, allegation, ruling);   // in the language that the page speaks now; reasons as they were written
 *
 * Not here: who may have it (page_allegations.c), how paper looks (ground/report/pdf.h).
 */
#ifndef COMITY_WEB_RULING_PAPER_H
#define COMITY_WEB_RULING_PAPER_H

#include "face/web/page.h"
#include "work/cases/casefile.h"

MUST_USE int ruling_paper(struct page *p, const struct casefile *f, const struct record *allegation, const struct record *ruling);

#endif
