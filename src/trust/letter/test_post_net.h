/* For tests of the post: what would travel between two agencies, as bytes in memory; and a kind of letter whose effects are counted. */
#ifndef COMITY_TEST_POST_NET_H
#define COMITY_TEST_POST_NET_H

#include "trust/letter/test_post_house.h"

#define NET_DUE 256

extern const struct post_kinds net_kinds; /* "counted" (table net_effect at the recipient, net_receipt at the sender), "no", and those for people */

/* Two or three houses that know each other, with the tables of "counted". */
void net_open(struct post_house *houses, size_t n);
void net_send(struct post_house *from, const struct post_house *to, const char *kind, int64_t now_ms, uint8_t id[static ID_LEN]);

/* What is due, in order; the bytes that travel are in frames. From arena. */
size_t net_due(struct post_house *from, const struct post_house *to, struct arena *a, struct post_out **out, bytes **frames);
/* letter_receive; ends the test on an error. */
void net_receive(struct post_house *at, const struct post_house *from, const bytes frames[], size_t n, int64_t now_ms, struct arena *a,
                 struct post_answer *answers);
/* The sender takes in what the answers say. Their numbers of receipts. */
size_t net_answer(struct post_house *at, const struct post_house *from, const struct post_answer answers[], size_t n, int64_t now_ms);
/* Both directions once, whole: how many letters travelled. */
size_t net_exchange(struct post_house *x, struct post_house *y, int64_t now_ms);
/* As the line does when a partner comes back: receipts that are not known here, then the position. */
void net_resume(struct post_house *at, struct post_house *from, int64_t now_ms);

int64_t net_effects(struct post_house *h);
int64_t net_effects_of(struct post_house *h, const uint8_t id[static ID_LEN]);
enum post_state net_state(struct post_house *h, const uint8_t id[static ID_LEN]);
void net_assert_log(struct post_house *h);

/* Only where the database is a file: a copy of it, and back. */
bool net_can_restore(const struct post_house *h);
void net_backup(struct post_house *h);
void net_restore(struct post_house *h);

#endif
