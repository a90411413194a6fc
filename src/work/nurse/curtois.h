/* curtois: the shift scheduling instances of Tim Curtois (schedulingbenchmarks.org) as a rota, to measure the solver against what others reached.
 *
 *     struct rota rota;
 *     if (curtois_read(a, text, &rota, err) == 0) rota_solve(&rota, ...);
 *
 * The text format: sections SECTION_HORIZON, _SHIFTS, _STAFF, _DAYS_OFF, _SHIFT_ON_REQUESTS, _SHIFT_OFF_REQUESTS, _COVER; "#" begins a comment. The
 * first day is a Monday. Contract, days off and successions must hold; requests and cover cost. At most ROTA_DAYS_MAX days: instances 1 to 18.
 */
#ifndef COMITY_NURSE_CURTOIS_H
#define COMITY_NURSE_CURTOIS_H

#include "work/rota/rota.h"

/* Everything from arena; names borrow from text. ERR_INPUT with the line. */
MUST_USE int curtois_read(struct arena *a, str text, struct rota *out, struct err *err);

#endif
