/* Partners and the log, for those who watch over the node. */
#include <string.h>

#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/words.h"
#include "ground/json/json.h"
#include "trust/peer/partner.h"

#define LEAVES_SHOWN 50
#define LEAF_MAX 65536

int show_partners(struct page *p)
{
    static const char *const words[] = {[PARTNER_ACTIVE] = N_("active"), [PARTNER_SUSPENDED] = N_("suspended"), [PARTNER_REVOKED] = N_("revoked")};
    struct partners_view v = {.page = page_layout(p, N_("Partners")), .may_change = p->session.roles & ROLE_ADMINISTRATOR};
    struct partner *all;
    int r = partner_list(p->node->db, p->a, &all, &v.n, &p->err);
    if (r < 0)
        return r;
    v.rows = arena_array(p->a, struct partner_row, v.n);
    for (size_t i = 0; i < v.n; i++)
        v.rows[i] = (struct partner_row){.name = all[i].name, .agency = all[i].agency, .country = page_country(p, all[i].country), .kind = page_agency_kind(p, all[i].kind),
                                         .paired = page_time(p, all[i].paired_ms), .status = words[all[i].status],
                                         .active = all[i].status == PARTNER_ACTIVE};
    page_partners(&p->out, &v);
    return 0;
}

static str member_of(const struct json *leaf, const char *name)
{
    str value = STR("");
    struct err none = {0};
    return json_find(leaf, name) && json_get_str(leaf, name, LEAF_MAX, &value, &none) == 0 ? value : STR("");
}

static int read_leaf(struct page *p, int64_t index, struct leaf_row *row)
{
    bytes leaf;
    const struct json *root;
    int64_t time_ms;
    int r = log_leaf_get(p->node->log, p->node->db, index, p->a, &leaf, &p->err);
    if (r == 0)
        r = json_parse(p->a, "leaf", leaf, LEAF_MAX, &root, &p->err);
    if (r == 0)
        r = json_get_time(root, "time", &time_ms, &p->err);
    if (r == 0)
        *row = (struct leaf_row){.index = index, .time = page_time(p, time_ms), .actor = member_of(root, "actor"),
                                 .verb = page_verb(p, member_of(root, "verb")), .purpose = page_purpose(p, member_of(root, "purpose")),
                                 .object = member_of(root, "object")};
    return r;
}

static int fill_log(struct page *p, struct log_view *v)
{
    struct act_watch watch;
    struct err why = {0};
    int r = log_size(p->node->log, p->node->db, &v->size, &p->err);
    if (r == 0)
        r = act_watch_get(p->node->db, &watch, &p->err);
    if (r < 0)
        return r;
    v->needed = watch.needed;
    v->quorum = watch.quorum_ms ? page_time(p, watch.quorum_ms) : page_words(p, N_("never"));
    if (act_watch_refuses(&watch, p->now_ms, &why))
        v->warning = str_dup(p->a, str_from(why.text));
    v->rows = arena_array(p->a, struct leaf_row, LEAVES_SHOWN);
    for (int64_t index = v->size - 1; r == 0 && index >= 0 && v->n < LEAVES_SHOWN; index--)
        r = read_leaf(p, index, &v->rows[v->n++]);
    return r;
}

int show_log(struct page *p)
{
    struct log_view v = {.page = page_layout(p, N_("The log"))};
    int r = fill_log(p, &v);
    if (r == 0)
        page_log(&p->out, &v);
    return r;
}

int do_check_log(struct page *p)
{
    struct log_view v = {.page = page_layout(p, N_("The log")), .checked = true};
    int verdict = log_verify(p->node->log, p->node->db, NULL, NULL, &p->err);
    if (verdict < 0 && verdict != ERR_CORRUPT)
        return verdict;
    v.holds = verdict == 0;
    v.verdict = str_dup(p->a, str_from(p->err.text));
    int r = fill_log(p, &v);
    if (r == 0)
        page_log(&p->out, &v);
    return r;
}
