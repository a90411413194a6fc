/* What the pages of those who watch have in common: see oversight_page.h. */
#include "face/web/oversight_page.h"

#include <string.h>

int colleagues_load(struct page *p, struct colleagues *c)
{
    c->page = p;
    return member_list(p->node, p->a, &c->all, &c->n, &p->err);
}

str colleagues_name(const struct colleagues *c, const uint8_t id[static ID_LEN])
{
    for (size_t i = 0; i < c->n; i++)
        if (memcmp(c->all[i].id, id, ID_LEN) == 0)
            return c->all[i].name;
    return page_words(c->page, N_("a member who is not here any more"));
}

str colleagues_actor(const struct colleagues *c, const struct past_act *act)
{
    uint8_t id[ID_LEN];
    if (str_eq(act->role, STR("member")) && hex_decode_into(act->name, id, ID_LEN))
        return colleagues_name(c, id);
    for (const struct access_role *role = access_roles; role->name; role++)
        if (str_eq(act->role, str_from(role->name)))
            return page_words(c->page, role->words);
    return hex_encode(c->page->a, (bytes){act->actor, ACT_PSEUDONYM_LEN}); /* what was sealed is erased */
}

int colleagues_by_pseudonym(const struct colleagues *c, const uint8_t pseudonym[static ACT_PSEUDONYM_LEN], str *name)
{
    struct page *p = c->page;
    *name = hex_encode(p->a, (bytes){pseudonym, ACT_PSEUDONYM_LEN});
    for (size_t i = 0; i < c->n; i++) {
        struct actor actor = member_actor(p->a, c->all[i].id);
        uint8_t own[ACT_PSEUDONYM_LEN];
        int r = act_pseudonym(p->node, &actor, own, &p->err);
        if (r < 0)
            return r;
        if (memcmp(own, pseudonym, ACT_PSEUDONYM_LEN) != 0)
            continue;
        *name = c->all[i].name;
        return 0;
    }
    return 0;
}

struct look_row *page_look_rows(struct page *p, const struct colleagues *c, const struct past_list *list)
{
    struct look_row *rows = arena_array(p->a, struct look_row, list->n);
    for (size_t i = 0; i < list->n; i++) {
        const struct past_act *act = &list->acts[i];
        /* what stands as JSON in a detail is for machines; a sentence of a refusal, or of the act, is for people */
        bool words = act->detail.len > 0 && act->detail.p[0] != '{' && act->detail.len < 200;
        rows[i] = (struct look_row){.leaf = str_printf(p->a, "%lld", (long long)act->leaf), .at = page_time(p, act->at_ms), .verb = page_verb(p, act->verb),
                                    .who = colleagues_actor(c, act), .purpose = page_purpose(p, act->purpose), .reference = act->reference,
                                    .refused = str_ends(act->verb, STR(".refused")),
                                    .detail = words ? catalogue_sentence(p->out.words, p->a, str_c(p->a, act->detail)) : STR("")};
        if (act->has_object)
            rows[i].object = page_hex(p, act->object);
    }
    return rows;
}
