/* page_paper: answers that are documents: PDF made while it is sent, by a process of its own (ground/report/report.h).
 *
 *     struct buf b = buf_new(p->a);
 *     paper_begin(&b, ...);  ...  paper_end(&b);
 *     return page_document(p, buf_str(&b));
 *
 * It opens in the browser and is not saved by itself: what lies in a folder of downloads is read by whoever comes next.
 * Private to face/web. Not here: what is in them.
 */
#ifndef COMITY_WEB_PAGE_PAPER_H
#define COMITY_WEB_PAGE_PAPER_H

#include "face/web/page.h"
#include "ground/report/paper.h"

/* Answers with the document; the description is copied. */
MUST_USE int page_document(struct page *p, str description);

/* A message, or a text, in the page's language. */
struct paper_text page_paper_words(struct page *p, const char *message);
struct paper_text page_paper_text(struct page *p, str text);
/* What somebody wrote, in whichever language. */
struct paper_text page_paper_written(str text);

#endif
