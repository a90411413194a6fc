/* firewall: what was obtained to protect a person does not get into a charge, a detention or a removal, unless it is released for that.
 *
 * What: one table: what was obtained for which purpose may be used for which purpose that goes against a person (access.h); one function that
 *       decides; and the one that holds back, which record_store.h calls for every record it reads.
 * Why:  whoever tells a shelter, a doctor or a helpline what was done to her must not read it in the papers that deport her. Nobody has to
 *       remember that when a page, a print, a letter or an export is written: none of them gets the record.
 *
 *     firewall_flows(FIELD_OF_NOTE, "protection", STR("charge"))      // false
 *     firewall_flows(FIELD_OF_NOTE, "investigation", STR("charge"))   // true: it was obtained for that
 *     act.withheld                                                    // behind act_run: how many were held back, for the reader to know
 *
 * Kept with each record is the purpose of the act that wrote it, the stricter one when several did. A record of which it is not known counts as
 * protection. What somebody copies by hand from a screen cannot be stopped here (docs/threat-model.md). Not here: releases (release.h).
 */
#ifndef COMITY_CASES_FIREWALL_H
#define COMITY_CASES_FIREWALL_H

#include "trust/act/act.h"
#include "work/cases/record.h"

/* May a record of this unit, obtained for origin (a code of access_purposes; NULL: not known), be used for purpose without a release? Yes for
 * purposes that go against nobody. Pure. */
bool firewall_flows(enum field_unit unit, const char *origin, str purpose);

/* The origin of a record that was obtained for one and then written for another: what may flow by both. purpose: of the act; empty: none. */
const char *firewall_origin(const char *stored, str purpose);

/* Within an act: may its purpose have this record? Else it is counted in the act. */
MUST_USE int firewall_may(struct node *node, const struct record *r, bool *may, struct err *err);

/* The same of something told in a file that is no record, such as a recording: always obtained to protect. ERR_DENIED unless it is released. */
MUST_USE int firewall_tells(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], str purpose, struct err *err);
/* act_fn: of an act whose object that is. */
MUST_USE int firewall_told(struct node *node, struct act *act, void *unused, struct err *err);

/* What a record that is held back is refused with. Always ERR_DENIED. */
MUST_USE int firewall_denied(struct err *err);

#endif
