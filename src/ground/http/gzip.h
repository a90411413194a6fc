/* gzip: compresses an answer (RFC 1952). The only place that includes zlib. Private to ground/http. */
#ifndef COMITY_HTTP_GZIP_H
#define COMITY_HTTP_GZIP_H

#include "ground/base/base.h"

/* From arena; empty when it would not be smaller. */
bytes gzip(struct arena *a, bytes in);

#endif
