/* Whether the node may change anything: only while its log is witnessed. */
#include <inttypes.h>

#include "trust/act/act_internal.h"

#define MINUTE_MS 60000

bool act_watch_warns(const struct act_watch *watch, int64_t now_ms)
{
    return watch->behind || (watch->needed > 0 && now_ms - watch->quorum_ms >= ACT_QUORUM_WARNING_MS);
}

bool act_watch_refuses(const struct act_watch *watch, int64_t now_ms, struct err *why)
{
    if (watch->behind) {
        err_set(why, ERR_DENIED,
                "this node is read-only: a witness holds a later head of its log than the log itself: an old backup was restored, or "
                "leaves were removed. Find out which; then: comity log DIR recover --reference R");
        return true;
    }
    if (watch->needed == 0 || now_ms - watch->quorum_ms < ACT_QUORUM_LIMIT_MS)
        return false;
    err_set(why, ERR_DENIED,
            "this node is read-only: for %" PRId64 " h %02" PRId64 " min fewer than %" PRId64 " of its witnesses have confirmed its log. Keep comity "
            "serve running and the line to the partners open, or run: comity witness DIR sync; comity witness DIR tells who is missing",
            (now_ms - watch->quorum_ms) / (60 * MINUTE_MS), (now_ms - watch->quorum_ms) / MINUTE_MS % 60, watch->needed);
    return true;
}

int act_read_only(struct node *node, int64_t now_ms, bool *read_only, struct err *why, struct err *err)
{
    struct act_watch watch;
    int result = act_watch_get(node->db, &watch, err);
    *read_only = result == 0 && act_watch_refuses(&watch, now_ms, why);
    return result;
}
