/* webm: see webm.h. The numbers are ids of elements (RFC 9559 section 27.1); a length begins with as many zero bits as it has bytes more. */
#include "face/web/webm.h"

#include <string.h>

static const uint8_t ebml_id[] = {0x1a, 0x45, 0xdf, 0xa3}, cluster_id[] = {0x1f, 0x43, 0xb6, 0x75};
#define TIMESTAMP_ID 0xe7

bool webm_begins(bytes in)
{
    return in.len >= sizeof ebml_id && memcmp(in.p, ebml_id, sizeof ebml_id) == 0;
}

/* The id alone may stand in a picture by chance: the length and the time that must follow make that as good as impossible. */
static bool is_cluster(bytes in, size_t at)
{
    size_t length_at = at + sizeof cluster_id, more = 0;
    if (in.len - at <= sizeof cluster_id || memcmp(in.p + at, cluster_id, sizeof cluster_id) != 0)
        return false;
    while (more < 8 && !(in.p[length_at] & (0x80 >> more)))
        more++;
    return more < 8 && length_at + more + 1 < in.len && in.p[length_at + more + 1] == TIMESTAMP_ID;
}

size_t webm_cluster(bytes in)
{
    size_t at = 0;
    while (at < in.len) {
        const uint8_t *found = memchr(in.p + at, cluster_id[0], in.len - at);
        if (!found)
            return in.len;
        at = (size_t)(found - in.p);
        if (is_cluster(in, at))
            return at;
        at++;
    }
    return in.len;
}

size_t webm_head(bytes in)
{
    size_t end = webm_begins(in) ? webm_cluster(in) : in.len;
    return end == in.len ? 0 : end;
}
