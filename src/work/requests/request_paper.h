/* request_paper: what travels between the two sides of a request, as bytes: strict JSON with a version. Pure. */
#ifndef COMITY_REQUESTS_PAPER_H
#define COMITY_REQUESTS_PAPER_H

#include "work/requests/request.h"

#define REQUEST_PAPER_MAX (256 * 1024)

struct paper_request {
    uint8_t tie[ID_LEN];
    bool has_handle;
    int64_t epoch, handle; /* of the record that the asker's question hit, in the holder's answer map */
    str kind, clock, basis, basis_words, why;
    bool evidence;
};
struct paper_answer { uint8_t request[ID_LEN]; int64_t part; bool last; str text, fields; /* fields: JSON, or empty */ };
struct paper_state { uint8_t request[ID_LEN]; enum request_event event; str code, words; /* code: of a refusal, or the new clock */ };

str paper_request_write(struct arena *a, const struct paper_request *p);
str paper_answer_write(struct arena *a, const struct paper_answer *p);
str paper_state_write(struct arena *a, const struct paper_state *p);
/* Strings from arena. ERR_INPUT, ERR_LIMIT say what does not fit; ERR_PEER: a later version. */
MUST_USE int paper_request_read(struct arena *a, bytes in, struct paper_request *out, struct err *err);
MUST_USE int paper_answer_read(struct arena *a, bytes in, struct paper_answer *out, struct err *err);
MUST_USE int paper_state_read(struct arena *a, bytes in, struct paper_state *out, struct err *err);

#endif
