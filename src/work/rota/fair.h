/* fair: what a roster asks of each officer, to be seen side by side.
 *
 *     struct rota_load *loads = rota_loads(a, rota, roster);      // one for each officer
 *
 * Wishes are those that were only wished, not what must hold. Not here: bounds on all of this (the table's contracts), words, pictures.
 */
#ifndef COMITY_ROTA_FAIR_H
#define COMITY_ROTA_FAIR_H

#include "work/rota/rota.h"

#define ROTA_NIGHT_MINUTES 180 /* of a shift between 23:00 and 06:00 make it a night (Directive 2003/88/EC, article 2) */

struct rota_load { int shifts, minutes, nights, weekends, wishes, granted; };

struct rota_load *rota_loads(struct arena *a, const struct rota *rota, const uint8_t *roster);
bool rota_is_night(const struct rota_duty *duty);

#endif
