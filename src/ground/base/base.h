/* base: what every other room stands on, and nothing below it.
 *
 * What: arenas, length-carrying strings, errors as values, growing buffers, partial dates, codecs, files, the clock.
 * Why:  one way to own memory, one way to fail, one way to hold text; so that no other module invents its own.
 *
 *     struct arena *a = arena_new();
 *     struct err err = {0};
 *     bytes file;
 *     if (file_read(a, "cases.csv", 1 << 20, &file, &err) < 0)
 *         fprintf(stderr, "%s\n", err.text);
 *     arena_free(a);
 *
 * Not here: secrets (they live in ground/crypto only), I/O beyond whole files, anything with a library behind it.
 *
 * The three words on ownership, used in every header of the tree:
 *   borrows      the function reads through a pointer and keeps nothing
 *   fills        the caller owns the struct, the function writes it
 *   from arena   the result lives until that arena is reset or freed
 */
#ifndef COMITY_BASE_H
#define COMITY_BASE_H

#include "ground/base/arena.h"
#include "ground/base/buf.h"
#include "ground/base/clock.h"
#include "ground/base/codec.h"
#include "ground/base/date.h"
#include "ground/base/err.h"
#include "ground/base/file.h"
#include "ground/base/str.h"

/* Marks words that people read for translation, where they are not translated yet: po/, ground/text/catalogue.h. */
#define N_(message) message

#endif
