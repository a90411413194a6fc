/* passkey_views: what the pages and forms of passkeys show. */
#ifndef COMITY_WEB_PASSKEY_VIEWS_H
#define COMITY_WEB_PASSKEY_VIEWS_H

#include "face/web/layout.h"

/* A form that web-assets/passkey.js fills in and sends; hidden until it can. Bytes are base64. */
struct passkey_form {
    const struct layout *page;
    const char *action; /* where it is sent */
    const char *ask;    /* the page that has it, for a newer challenge when it was left open long */
    const char *button; /* message */
    str site;           /* the rp id: a page under another name shows no form */
    str challenge;
    str known;          /* ids of her credentials, with a comma between */
    str user, login, name; /* of whom the new passkey is to be; empty: one is used */
    str next;           /* where to go on, or empty */
};

struct passkey_row { str id, name, added, used; };
struct passkeys_view { const struct layout *page; struct passkey_row *rows; size_t n; };

struct passkey_new_view { const struct layout *page; struct passkey_form form; str name; };
struct confirm_view { const struct layout *page; struct passkey_form form; str next; bool has_passkeys; };

#endif
