/* views: what each template shows. Filled by the page functions; every text is from the request's arena. */
#ifndef COMITY_WEB_VIEWS_H
#define COMITY_WEB_VIEWS_H

#include "face/web/passkey_views.h"

struct error_view { const struct layout *page; str sentence; str glass; }; /* glass: the file that may be opened in an emergency, or empty */

/* --- signing in --- */

struct sign_in_view { const struct layout *page; str login; struct passkey_form passkey; };
struct join_view { const struct layout *page; str login; };
struct join_password_view {
    const struct layout *page;
    str secret;          /* base32, in groups of four, for typing */
    str path;            /* of its QR code */
    unsigned side;
    str box;             /* "0 0 SIDE SIDE" */
};
struct join_codes_view { const struct layout *page; const str *codes; size_t n; };

/* --- start --- */

struct home_card { const char *label, *link_label, *link; int64_t count; bool warns; str oldest; /* since when the oldest waits; or empty */ };
struct home_view {
    const struct layout *page;
    struct home_card cards[32];
    size_t n_cards;
    str watch;           /* what is wrong with the log's witnesses, or empty */
};

/* --- a person --- */

struct hit_row { str id, name, others, born, documents, reason; bool is_new; }; /* since a kept search was opened last */
struct kept_search { str text, again; }; /* again: its address, as below */
struct search_view {
    const struct layout *page;
    str text, purpose, again; /* again: sealed, what finds it once more in this session; or empty */
    struct choices purposes;
    struct hit_row *hits;
    size_t n;
    bool asked, kept;
    struct kept_search *searches;
    size_t n_searches;
};

struct person_line { const char *label; str value; };
struct person_view {
    const struct layout *page;
    str id, name;
    struct person_line lines[8];
    size_t n_lines;
    struct file_row *files;            /* she is in; which of them may be opened is theirs to say */
    size_t n_files;
    bool may_erase;                    /* a supervisor: with a second person */
    struct choices partners, purposes; /* of the blind question */
    str reference;
};

struct answer_hit { const char *band; str explanation, number; int percent; bool presumed; };
struct answer_row {
    str agency, name;     /* name: of the partner, as addresses and forms have it */
    const char *headline; /* message */
    bool failed, hit;
    str trouble;
    struct answer_hit *hits;
    size_t n_hits;
    int64_t left, leaf, their_leaf;
};
struct answers_view {
    const struct layout *page;
    str id, name, purpose;
    struct answer_row *rows;
    size_t n;
};

/* --- letters --- */

struct letter_row { str id, partner, kind, time; const char *state; bool outgoing, readable; };
struct letters_view { const struct layout *page; struct letter_row *rows; size_t n; };
struct letter_view { const struct layout *page; str from, kind, purpose, reference, text; bool is_text; };
struct letter_new_view { const struct layout *page; struct choices partners, purposes; str reference, text; };

/* --- partners, the log --- */

struct partner_row { str name, agency, country, kind, paired; const char *status; bool active; };
struct partners_view { const struct layout *page; struct partner_row *rows; size_t n; bool may_change; };

struct leaf_row { int64_t index; str time, actor, verb, purpose, object; };
struct log_view {
    const struct layout *page;
    int64_t size, needed;
    str quorum, warning;
    bool checked, holds;
    str verdict;
    struct leaf_row *rows;
    size_t n;
};

/* --- members, account --- */

struct member_row { str id, name, login, roles, unit, state; bool can_suspend, can_resume; };
struct members_view { const struct layout *page; struct member_row *rows; size_t n; };
struct member_new_view {
    const struct layout *page;
    str name, login, languages;
    struct choices roles;
};
struct member_code_view { const struct layout *page; str login, code; bool roles_wait; };

struct session_row { str id, agent, started, seen; bool current; };
struct password_view { const struct layout *page; };
struct code_row { str at, maker, second; }; /* maker empty: whoever runs the machine */
struct account_view {
    const struct layout *page;
    str login, roles;
    struct session_row *rows;
    size_t n, n_codes;
    struct code_row *codes;
    struct passkeys_view passkeys;
};

#endif
