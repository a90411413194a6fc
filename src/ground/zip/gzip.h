/* gzip: compresses an answer (RFC 1952). */
#ifndef COMITY_ZIP_GZIP_H
#define COMITY_ZIP_GZIP_H

#include "ground/base/base.h"

/* From arena; empty when it would not be smaller. */
bytes gzip(struct arena *a, bytes in);

#endif
