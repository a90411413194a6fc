/* The start page: what needs whoever is signed in. */
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "trust/peer/partner.h"


static void add(struct home_view *v, const char *label, int64_t count, const char *link_label, const char *link, bool warns)
{
    v->cards[v->n_cards++] = (struct home_card){label, link_label, link, count, warns};
}

static int count_partners(struct page *p, int64_t *active, int64_t *stopped)
{
    struct partner *all;
    size_t n;
    int r = partner_list(p->node->db, p->a, &all, &n, &p->err);
    *active = *stopped = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        ++*(all[i].status == PARTNER_ACTIVE ? active : stopped);
    return r;
}

int show_home(struct page *p)
{
    struct home_view v = {.page = page_layout(p, N_("What needs you"))};
    struct act_watch watch;
    struct err why = {0};
    int64_t active, stopped, records;
    int r = count_partners(p, &active, &stopped);
    if (r == 0)
        r = vault_count(p->node->vault, p->node->db, VAULT_IDENTITY, &records, &p->err);
    if (r == 0)
        r = act_watch_get(p->node->db, &watch, &p->err);
    if (r < 0)
        return r;
    if (p->session.roles & (ROLE_CASEWORKER | ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR))
        add(&v, N_("persons on record"), records, N_("Find a person"), "/search", false);
    add(&v, N_("partners that can be asked"), active, N_("See the partners"), "/partners", false);
    if (stopped > 0)
        add(&v, N_("partners that are stopped"), stopped, N_("See the partners"), "/partners", true);
    if (act_watch_refuses(&watch, p->now_ms, &why))
        v.watch = str_dup(p->a, str_from(why.text));
    else if (act_watch_warns(&watch, p->now_ms))
        v.watch = page_words(p, N_("No quorum of witnesses has confirmed the log for an hour: whoever runs this node should look."));
    page_home(&p->out, &v);
    return 0;
}
