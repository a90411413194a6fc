/* file_charts: what the records of a file give for its link chart, its timeline and the elements of the offence.
 *
 * What: tables of which field makes which node, link or event, and the walk over a file's records by them; and the look itself.
 * Why:  the three pictures are made of what is recorded and of nothing else; each link and event leads to the record that says so.
 *
 *     file_charts_look(&w, file, STR("links"), a, &f, &elsewhere, &err);      // an act, with its leaf
 *     struct links *l = file_links(a, text, &f, shown, elsewhere);
 *     struct timeline *t = file_timeline(a, &f, shown, STR("The case"));
 *     n = file_elements(a, &f, &sheets);
 *
 * All but the look is pure. Not here: words and addresses of records (the page gives them as shown), drawing (face/web/chart).
 */
#ifndef COMITY_CASES_FILE_CHARTS_H
#define COMITY_CASES_FILE_CHARTS_H

#include "work/cases/casefile.h"
#include "work/cases/elements.h"
#include "work/cases/links.h"
#include "work/cases/timeline.h"

/* Looks at the file as casefile_look does, for one of its pictures: which one is in the sealed detail. elsewhere: for each record, in how
 * many other files its person is known, of those in which the actor has a part; no other file is opened. From arena. */
MUST_USE int file_charts_look(const struct casework *w, const uint8_t file[static ID_LEN], str picture, struct arena *a, struct casefile *out,
                              size_t **elsewhere, struct err *err);

/* What a page calls a record, where it stands, and the day on which it was made there. One for each record of the file. */
struct record_shown { str name, path; struct date made; };

/* elsewhere may be NULL. */
struct links *file_links(struct arena *a, const struct text *text, const struct casefile *f, const struct record_shown shown[], const size_t elsewhere[]);
/* whole: the lane of what tells of nobody in particular. */
struct timeline *file_timeline(struct arena *a, const struct casefile *f, const struct record_shown shown[], str whole);

/* One for each person who may be a victim: whoever is not recorded as something else. Evidence names records by their number in the file. */
struct file_sheet { size_t person; struct element_sheet sheet; };
size_t file_elements(struct arena *a, const struct casefile *f, struct file_sheet **out);

#endif
