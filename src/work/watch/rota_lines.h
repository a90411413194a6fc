/* rota_lines: a rota that is over, as lines of the watch: each shift, whether she was ill or it was changed by hand; each half of a shift whose counters
 * were drawn, whether she sat elsewhere.
 *
 * What: from the rota with its changes and from who sat where, lines as draws.h takes them: of an officer, drawn to a post or a counter.
 * Why:  counters are drawn so that nobody knows where an officer sits. It is of no use when she sits where she likes.
 *
 *     const struct rota_lines_about about = {.family = STR("Practice bridge"), .codes = codes, .midnights = midnights, .holds = holds, .sat = sat, .n = n};
 *     rota_lines(&seen, &about, draws, &err);
 *
 * Where she sat in a half is where she sat longest in it. Not counted: halves in which she sat nowhere (she may have been the relief, or away), whoever
 * was drawn as relief, and shifts that a hand changed, which are counted as that. Pure. Not here: which rotas (watched_rotas.c).
 */
#ifndef COMITY_WATCH_ROTA_LINES_H
#define COMITY_WATCH_ROTA_LINES_H

#include "work/rota/rotas.h"
#include "work/watch/draws.h"

struct rota_sat { int officer; unsigned counter; int64_t since_ms, until_ms; };
struct rota_lines_about {
    str family;
    const str *codes;         /* of each officer of the rota */
    const int64_t *midnights; /* when each of its days begins, and the one after the last: n_days + 1 */
    const bool *holds;        /* of each day: no newer rota took its place */
    const struct rota_sat *sat;
    size_t n;
};

MUST_USE int rota_lines(const struct rotas_seen *seen, const struct rota_lines_about *about, struct draws *to, struct err *err);

#endif
