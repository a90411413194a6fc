/* holders_internal: what asking and being asked share. */
#ifndef COMITY_DESK_HOLDERS_INTERNAL_H
#define COMITY_DESK_HOLDERS_INTERNAL_H

#include "work/desk/holders_store.h"
#include "work/desk/holders_talk.h"

/* setup, day, kind, number, known */
#define ASKED_LEN (ID_LEN + 4 + 1 + 4 + HASH_LEN)

void holders_own_id(const struct node *node, uint8_t id[static ID_LEN]);
/* This node's part in a round: what it says, signed (not in the last round, whose word is the keys). Checks everything said before. */
MUST_USE int holders_step(struct node *node, const struct talk *t, unsigned round, int64_t now_ms, uint8_t said[static TALK_SAID_MAX], size_t *len,
                          uint8_t signature[static SIGNATURE_LEN], struct err *err);
/* Keeps who was at fault, with a leaf; again: nothing. silent: it did not open what it was to. */
MUST_USE int holders_judged(struct node *node, const struct talk *t, unsigned dealer, unsigned holder, unsigned fault, bool silent, int64_t now_ms,
                            struct err *err);
/* Is it signed by that holder's agency? */
MUST_USE int holders_signed(struct node *node, const struct holders_what *w, unsigned round, unsigned i, bytes said, const uint8_t signature[static SIGNATURE_LEN],
                            struct err *err);
/* This node's share answers. */
MUST_USE int holders_answer_own(const struct node *node, const struct share_row *row, const struct draw *d, bytes known, struct threshold_answer *out,
                                struct err *err);

#endif
