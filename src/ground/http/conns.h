/* conns: the open connections of a server and how long each may still take. Private to ground/http.
 *
 * libmicrohttpd's own timeout starts anew with every byte, so one byte a second would hold a connection for ever. Here
 * each phase (handshake and head, body, answer, rest between requests) has one deadline that no byte moves; a watchdog
 * thread shuts down what is late.
 *
 * Connections whose other end has not proved who it is are few: one more than CONNS_STRANGERS_MAX shuts down the oldest of them. So
 * whoever opens hundreds and says nothing only displaces himself, and a partner, who needs some milliseconds to prove who it is, gets in.
 */
#ifndef COMITY_HTTP_CONNS_H
#define COMITY_HTTP_CONNS_H

#include "ground/http/http.h"

#define CONNS_STRANGERS_MAX 256

struct conns;

struct conn {
    struct conn *before, *after;
    int fd;
    int64_t deadline_ns; /* monotonic */
    bool has_peer;
    bool shut;
    uint8_t peer[HTTP_PIN_LEN];
};

MUST_USE int conns_open(struct conns **out, struct err *err); /* starts the watchdog */
void conns_close(struct conns *cs);

struct conn *conns_add(struct conns *cs, int fd, unsigned seconds);
/* Before the descriptor is closed, so that the watchdog never shuts down somebody else's. */
void conns_remove(struct conns *cs, struct conn *c);
void conns_allow(struct conns *cs, struct conn *c, unsigned seconds); /* a new deadline from now */
/* Notes whose connection it is; returns how many that peer has open now, this one included. */
size_t conns_identify(struct conns *cs, struct conn *c, const uint8_t peer[static HTTP_PIN_LEN]);

#endif
