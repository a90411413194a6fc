/* embedded: a file that was built into the program by tools/embed.c: a schema, a rule table. NUL behind the last byte. */
#ifndef COMITY_BASE_EMBEDDED_H
#define COMITY_BASE_EMBEDDED_H

#include <stddef.h>

struct embedded {
    const char *name; /* file name without folder, for error texts */
    const char *p;
    size_t len;
};

#endif
