/* match: whether a path is one of a route: for both servers, and for who looks a page up in a table of routes. */
#ifndef COMITY_HTTP_MATCH_H
#define COMITY_HTTP_MATCH_H

#include "ground/base/base.h"

/* pattern: "/v1/map/{}/{}", {} is one segment that is not empty; what stands there goes into params, at most max of them. */
bool http_match(const char *pattern, str path, str params[], size_t max);

#endif
