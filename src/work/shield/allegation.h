/* allegation: an offence is laid to a person of a file; it stops while she is presumed a victim; a prosecutor decides; a step is noted.
 *
 * What: the acts, and the one question that every room asks before something goes against a person: shield_may.
 * Why:  victims are punished for what they were made to do because nobody asked whether somebody else knows them as victims.
 *
 *     allegation_lay(&w, file, a, &record, &err);              // and at once: shield_check (check.h) asks all partners
 *     allegation_rule(&w, file, a, allegation, &ruling, &err); // a prosecutor, who did not lay it
 *     w.purpose = STR("charge");
 *     allegation_proceed(&w, file, a, allegation, &err);       // ERR_DENIED while it is stopped
 *
 * Laid means stopped at once: until all partners have answered nothing goes on. The stop stands in trust/access (stop.h) too, so act_run refuses
 * whatever has a purpose against a person of the file. Not here: the rules (rules.h), what is asked and looked at again (check.h), pages.
 */
#ifndef COMITY_SHIELD_ALLEGATION_H
#define COMITY_SHIELD_ALLEGATION_H

#include "work/cases/casefile.h"
#include "work/shield/rules.h"

extern const struct db_schema shield_schema;

#define ALLEGATIONS_MAX 50 /* in one file */

/* values and whom it is about (has_about) are filled; fills id. ERR_INPUT: what she did, kind, country, who lays it and about whom are needed. */
MUST_USE int allegation_lay(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct record *allegation, struct err *err);
/* values are filled but rul_Allegation; fills id. As shield_rule says; what it does not stop any more goes on. */
MUST_USE int allegation_rule(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t allegation[static ID_LEN],
                             struct record *ruling, struct err *err);
/* Notes that it is charged, that she is detained or removed, by the purpose of w. ERR_DENIED as shield_allows says. */
MUST_USE int allegation_proceed(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t allegation[static ID_LEN],
                                struct err *err);

/* May something with this purpose be done against this person of the file, or, with NULL, against any of it? Within an act of the caller's or
 * before it. 0; ERR_DENIED with why not, also when nothing was laid to her: then nobody was asked. Purposes that go against nobody are allowed. */
MUST_USE int shield_may(struct node *node, const uint8_t file[static ID_LEN], const uint8_t *person, str purpose, struct err *err);

/* How the offences of a file stand; ids, states and times, for whoever looks at the file (casefile_look). From arena, in the order of laying. */
struct allegation_standing {
    uint8_t id[ID_LEN], person[ID_LEN], laid_by[ID_LEN];
    enum allegation_state state;
    int64_t laid_ms, open_ms, ruled_ms;
    bool has_ruling;
    uint8_t ruling[ID_LEN];     /* the last one */
    size_t asked, unanswered;   /* partners */
    struct { uint8_t partner[ID_LEN]; int64_t since_ms; } *presuming; /* who presumes her a victim; zeros: this agency */
    size_t n_presuming;
};
MUST_USE int allegations_of(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct allegation_standing **out, size_t *n, struct err *err);

/* Open decisions in numbers: of all files, or of a member's and, when she supervises, her unit's. level: only those escalated so far. No act. */
struct shield_count { int64_t open, overdue, median_ms, oldest_ms; };
struct shield_whose { const uint8_t *member; bool supervises; int level; }; /* member NULL: all */
struct shield_open { int64_t since_ms; uint8_t file[ID_LEN], id[ID_LEN]; };
MUST_USE int shield_open(struct db *db, const struct shield_whose *whose, int64_t now_ms, struct arena *a, struct shield_open **out, size_t *n, struct err *err); /* oldest first */
MUST_USE int shield_count(struct db *db, const struct shield_whose *whose, int64_t now_ms, struct shield_count *out, struct err *err);

#endif
