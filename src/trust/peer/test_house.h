/* For tests of trust/peer: agencies with folders of their own, paired, with invented persons. */
#ifndef COMITY_PEER_TEST_HOUSE_H
#define COMITY_PEER_TEST_HOUSE_H

#include "trust/act/act.h"
#include "trust/names/identity.h"
#include "trust/peer/pair.h"

struct house {
    struct arena *a;
    struct node *node;
    char folder[64], dir[80];
    struct http_identity identity;
    struct partner other; /* whom it paired with last */
};

extern const struct actor test_operator;

void house_open(struct house *h, str agency, str country, str kind); /* ends the test when it cannot */
void house_open_rooms(struct house *h, str agency, str country, str kind, const struct db_schema *const *rooms);
void house_close(struct house *h);
void house_pair(struct house *x, struct house *y, int64_t budget); /* both ways */
/* h takes in an invitation of from, which says where from answers and its key for letters (NULL: none). */
void house_accept(struct house *h, struct house *from, str address, const struct pair_letter_key *letter, int64_t budget);
void house_add(struct house *h, str given, str family, struct date born, str document);
void house_index(struct house *h);
int64_t house_log_size(struct house *h);
struct identity some_identity(struct arena *a, str given, str family, struct date born, str document);

#endif
