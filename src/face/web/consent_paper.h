/* consent_paper: the copy of a consent as PDF, for the person to fold and keep. Private to face/web.
 *
 *     page_speak(p, "km");
 *     r = consent_paper(p, &view, &p->reply->body);     // all in the language that the page speaks now
 *
 * Not here: the copy as a page (consent.html), how paper looks (ground/report/pdf.h).
 */
#ifndef COMITY_WEB_CONSENT_PAPER_H
#define COMITY_WEB_CONSENT_PAPER_H

#include "face/web/consent_views.h"
#include "face/web/page.h"

/* pdf: from the request's arena. ERR_IO: no PDF can be made here. */
MUST_USE int consent_paper(struct page *p, const struct consent_view *v, bytes *pdf);

#endif
