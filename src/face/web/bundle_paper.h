/* bundle_paper: the document of a bundle for a court, its page of instructions, and the list of what is in the archive. Private to face/web.
 *
 *     bundle_gather(p, &w, file, &g);       // acts of looking, for the purpose that two agreed to: the firewall holds
 *     page_speak(p, "km");
 *     size_t n = bundle_parts(p, &g, &parts);
 */
#ifndef COMITY_WEB_BUNDLE_PAPER_H
#define COMITY_WEB_BUNDLE_PAPER_H

#include "face/web/file_page.h"
#include "face/web/room_page.h"
#include "work/court/court.h"
#include "work/statements/statement_give.h"

/* A statement that a partner gave: the agency that recorded it makes the bundle for it. */
struct bundle_came { str from, when, length; const char *why; };

struct bundle_gathered {
    struct casefile file;
    int64_t *leaves;              /* one for each record */
    struct recording *statements; /* sealed, and to be had for this purpose */
    size_t n_statements, withheld_statements;
    struct recording *transcripts; /* of each statement, as it was sealed last; type empty: none */
    struct bundle_came *came;      /* of partners: not in it */
    size_t n_came;
    struct given_row **given;     /* of each statement: the copies that left, and what was left out of them */
    size_t *n_given;
    str purpose, reference;       /* purpose: as people read it */
};
MUST_USE int bundle_gather(struct page *p, const struct casework *w, const uint8_t file[static ID_LEN], struct bundle_gathered *out);
size_t bundle_parts(struct page *p, const struct bundle_gathered *g, struct court_part **out);

#endif
