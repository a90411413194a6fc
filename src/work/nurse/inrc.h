/* inrc: instances of the First International Nurse Rostering Competition (2010) as a rota, to measure the solver against what others reached.
 *
 *     struct rota rota;
 *     if (inrc_read(a, text, &rota, err) == 0) rota_solve(&rota, ...);
 *
 * The competition's text format: tables whose heading ends with a count, lines that end with ";". Cover must hold exactly; everything else costs. As
 * in the competition's evaluator, a run that touches the first or last day is judged as if nobody worked outside, and different shifts in a whole
 * weekend count from each side.
 * Not here: no night before a free weekend, two free days behind nights: the competition's instances have them switched off.
 */
#ifndef COMITY_NURSE_INRC_H
#define COMITY_NURSE_INRC_H

#include "work/rota/rota.h"

/* Everything from arena; names borrow from text. ERR_INPUT with the line. */
MUST_USE int inrc_read(struct arena *a, str text, struct rota *out, struct err *err);

#endif
