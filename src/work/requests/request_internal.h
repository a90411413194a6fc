/* request_internal: what the acts and the letters of requests share. */
#ifndef COMITY_REQUESTS_INTERNAL_H
#define COMITY_REQUESTS_INTERNAL_H

#include "work/requests/request_paper.h"
#include "work/requests/request_store.h"

/* Sealed words of a request, from arena. */
MUST_USE int request_said_put(struct node *node, struct arena *a, const struct request *r, struct vault_id *id, struct err *err);
MUST_USE int request_said_get(struct node *node, struct arena *a, const struct vault_id *id, struct request *r, struct err *err);

/* The row after an event; ended and due follow. ERR_USAGE: it cannot happen to a request that stands where this one does. */
MUST_USE int request_move(struct request_row *row, enum request_event event, enum request_side by, int64_t now_ms, struct err *err);
/* Stores words of a refusal or a withdrawal beside it. */
MUST_USE int request_words_put(struct node *node, struct request_row *row, str words, struct err *err);
/* Who is about a person of a file is for those who have a part in it. ERR_DENIED. */
MUST_USE int request_may_see(struct node *node, const struct act *act, const struct tie *tie, struct err *err);

#endif
