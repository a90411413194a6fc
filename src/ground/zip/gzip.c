#include "ground/zip/gzip.h"

#include <zlib.h>

#define LEVEL 5            /* pages: nearly as small as 9, at a third of the time */
#define GZIP_WINDOW 31     /* zlib: 15 bits of window, with the header of gzip */

bytes gzip(struct arena *a, bytes in)
{
    z_stream z = {0};
    bytes out = {0};
    if (in.len > UINT32_MAX / 2 || deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return out;
    uint8_t *p = arena_alloc(a, in.len);
    z.next_in = (Bytef *)(uintptr_t)in.p;
    z.avail_in = (uInt)in.len;
    z.next_out = p;
    z.avail_out = (uInt)in.len;
    if (deflate(&z, Z_FINISH) == Z_STREAM_END)
        out = (bytes){p, in.len - z.avail_out};
    deflateEnd(&z);
    return out;
}
