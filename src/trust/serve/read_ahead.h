/* read_ahead: the next part of a large letter is read while the one before it is on the line.
 *
 *     r = read_ahead(ra, path, offset, max, arena, &part, err);   // waits for what was begun, or reads; then begins with what follows
 *
 * What is read ahead is from an arena of its own and lives until the next call. Not here: what is sent when.
 */
#ifndef COMITY_SERVE_READ_AHEAD_H
#define COMITY_SERVE_READ_AHEAD_H

#include "ground/base/base.h"

struct read_ahead;
struct read_ahead *read_ahead_new(void);
/* Up to max bytes from offset on, fewer only at the end of the file. ERR_CORRUPT: it cannot be read. */
MUST_USE int read_ahead(struct read_ahead *r, const char *path, uint64_t offset, size_t max, bytes *out, struct err *err);
void read_ahead_free(struct read_ahead *r); /* NULL is allowed */

#endif
