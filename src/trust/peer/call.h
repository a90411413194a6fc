/* call: one request to a partner, and its refusal in words for a person.
 *
 *     peer_call(client, &partner, a, "/v1/position", (bytes){0}, LETTER_POSITION_MAX, 20000, &body, err);
 *
 * Not here: what is asked (line.h, serve/letters.h), connections (ground/http).
 */
#ifndef COMITY_PEER_CALL_H
#define COMITY_PEER_CALL_H

#include "ground/http/http.h"
#include "trust/peer/partner.h"

/* GET (body.p NULL) or POST. Anything but a 200 becomes an error with what the partner said, tamed: ERR_RETRY, ERR_LIMIT, ERR_DENIED,
 * ERR_NOT_FOUND, ERR_EXISTS as the partner means them, ERR_PEER for the rest; ERR_IO and ERR_CRYPTO as http_client_send. */
MUST_USE int peer_call(struct http_client *client, const struct partner *partner, struct arena *a, const char *path, bytes body,
                       size_t max_answer, unsigned timeout_ms, bytes *out, struct err *err);

#endif
