/* oversight_page: what the pages of those who watch have in common. Private to face/web.
 *
 *     struct colleagues c;
 *     int r = colleagues_load(p, &c);                    // all members, by id and by pseudonym
 *     str who = colleagues_name(&c, member);             // "a member who is not here any more" for an unknown one
 */
#ifndef COMITY_WEB_OVERSIGHT_PAGE_H
#define COMITY_WEB_OVERSIGHT_PAGE_H

#include "face/web/pages.h"
#include "face/web/watch_views.h"
#include "trust/act/past.h"

struct colleagues {
    struct page *page;
    struct member *all;
    size_t n;
};
MUST_USE int colleagues_load(struct page *p, struct colleagues *c);
str colleagues_name(const struct colleagues *c, const uint8_t id[static ID_LEN]);
/* The actor of a past act: a colleague's name, or what else acted. */
str colleagues_actor(const struct colleagues *c, const struct past_act *act);
/* By the pseudonym of leaves; asks the keys once for each member. */
MUST_USE int colleagues_by_pseudonym(const struct colleagues *c, const uint8_t pseudonym[static ACT_PSEUDONYM_LEN], str *name);

/* Acts as rows of a table. From the request's arena. */
struct look_row *page_look_rows(struct page *p, const struct colleagues *c, const struct past_list *list);

#endif
