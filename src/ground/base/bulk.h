/* bulk: files of gigabytes, written past the system's cache where the file system allows it.
 *
 * Why:  in the cache they would push out what others need, and the copy into fresh pages of it costs more than enciphering them; the disk takes them
 *       in large pieces from our own memory at its full speed.
 *
 *     if (bulk_open(&b, path, O_CREAT | O_EXCL, 0) < 0) ...   // errno says why
 *     bulk_write(&b, data);                                   // gathered into pieces of BULK_PIECE, but for what is aligned already
 *     bulk_flush(&b); bulk_sync(&b);                          // what is gathered goes out; the disk has it
 *     bulk_close(&b);
 *
 * Functions give 0, or -1 with errno. Nothing is durable before bulk_sync. Where there is no way past the cache (tmpfs, places that are no
 * multiple of 4096) it is written as ever. Not here: plain text (the buffer is not wiped), what a half-written file means (trust/letter).
 */
#ifndef COMITY_BASE_BULK_H
#define COMITY_BASE_BULK_H

#include "ground/base/base.h"

#define BULK_PIECE ((size_t)1 << 20)
#define BULK_ALIGN 4096

struct bulk {
    int fd;
    bool past_cache;
    uint64_t at;  /* in the file, of buf[0] */
    size_t n;     /* gathered */
    uint8_t *buf; /* BULK_PIECE, aligned; NULL: nothing had to be gathered yet */
};

/* For writing from `at` on; flags beside O_WRONLY, made with mode 0600. */
MUST_USE int bulk_open(struct bulk *b, const char *path, int flags, uint64_t at);
MUST_USE int bulk_write(struct bulk *b, bytes data);
MUST_USE int bulk_flush(struct bulk *b);
MUST_USE int bulk_sync(struct bulk *b); /* flushes too */
void bulk_close(struct bulk *b);        /* what was not flushed is lost */

/* Up to max bytes of a file from `at` on, from arena; fewer only at its end. */
MUST_USE int bulk_read(struct arena *a, const char *path, uint64_t at, size_t max, bytes *out);

#endif
