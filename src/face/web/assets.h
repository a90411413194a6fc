/* assets: style sheet, scripts and fonts, built into the program (web-assets/build.mjs makes the table). */
#ifndef COMITY_WEB_ASSETS_H
#define COMITY_WEB_ASSETS_H

#include "ground/base/base.h"

struct asset {
    const char *name; /* "comity.css" */
    const char *path; /* "/a/comity.075d31cf389a.css": another content has another path */
    const char *type, *etag;
    bytes content, gzip; /* gzip empty: it would not be smaller */
};
extern const struct asset assets[]; /* ends with a NULL name */

#endif
