/* listen: "127.0.0.1:8443" becomes a listening socket. Private to ground/http. */
#ifndef COMITY_HTTP_LISTEN_H
#define COMITY_HTTP_LISTEN_H

#include "ground/base/base.h"

MUST_USE int listen_on(const char *address, int *fd, struct err *err);
unsigned listen_port(int fd);

#endif
