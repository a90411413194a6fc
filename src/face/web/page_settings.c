/* Administration: units, one member, one partner. No page here shows a case. */
#include <string.h>

#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/words.h"
#include "face/web/watch_views.h"
#include "ground/text/text.h"
#include "trust/people/new_code.h"
#include "trust/peer/directory.h"

/* --- units --- */

static int draw_units(struct page *p, str name)
{
    struct units_view v = {.page = page_layout(p, N_("Units")), .name = name};
    struct access_unit *units;
    struct member *members;
    size_t n = 0;
    int r = access_unit_list(p->node->db, p->a, &units, &v.n, &p->err);
    if (r == 0)
        r = member_list(p->node, p->a, &members, &n, &p->err);
    if (r < 0)
        return r;
    v.rows = arena_array(p->a, struct unit_row, v.n);
    for (size_t i = 0; i < v.n; i++) {
        v.rows[i] = (struct unit_row){.id = page_hex(p, units[i].id), .name = units[i].name};
        for (size_t k = 0; k < n; k++)
            v.rows[i].members += members[k].has_unit && members[k].state != MEMBER_LEFT && memcmp(members[k].unit, units[i].id, ID_LEN) == 0;
    }
    page_units(&p->out, &v);
    return 0;
}

int show_units(struct page *p)
{
    return draw_units(p, STR(""));
}

static int put_unit(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct access_unit *unit = arg;
    act->has_object = true;
    memcpy(act->object, unit->id, ID_LEN);
    act->detail = STR("unit");
    return access_unit_put(node->db, unit, err);
}

static int save_unit(struct page *p, struct access_unit *unit)
{
    struct act act = {.verb = VERB_SETTINGS, .actor = &p->actor, .now_ms = p->now_ms};
    unit->name = page_field(p, "name");
    if (unit->name.len == 0 || unit->name.len > ACCESS_UNIT_NAME_MAX || memchr(unit->name.p, '\n', unit->name.len)) {
        err_set(&p->err, ERR_INPUT, N_("a unit has a name on one line"));
        page_error(p, "name");
        return draw_units(p, unit->name);
    }
    int r = act_run(p->node, &act, put_unit, unit, &p->err);
    return r < 0 ? r : page_go(p, "/units");
}

int do_unit_add(struct page *p)
{
    struct access_unit unit;
    crypto_random(unit.id, ID_LEN);
    return save_unit(p, &unit);
}

int do_unit_rename(struct page *p)
{
    struct access_unit unit;
    int r = page_id(p, 0, unit.id);
    if (r == 0)
        r = access_unit_get(p->node->db, unit.id, &unit, &p->err);
    return r < 0 ? r : save_unit(p, &unit);
}

/* --- one member --- */

static int fill_units(struct page *p, const struct member *m, struct choices *c)
{
    struct access_unit *units;
    size_t n = 0;
    int r = access_unit_list(p->node->db, p->a, &units, &n, &p->err);
    *c = (struct choices){.page = &p->layout, .name = "unit", .label = N_("Unit"), .all = arena_array(p->a, struct choice, n + 1)};
    c->all[c->n++] = (struct choice){STR(""), page_words(p, N_("none")), !m->has_unit};
    for (size_t i = 0; r == 0 && i < n; i++)
        c->all[c->n++] = (struct choice){page_hex(p, units[i].id), units[i].name, m->has_unit && memcmp(m->unit, units[i].id, ID_LEN) == 0};
    return r;
}

static int draw_member(struct page *p, const uint8_t id[static ID_LEN])
{
    struct member m;
    int r = member_get(p->node, id, p->a, &m, &p->err);
    if (r < 0)
        return r;
    struct member_page_view v = {.page = page_layout(p, N_("Member")), .id = page_hex(p, id), .name = m.name, .login = m.login,
                                 .state = page_words(p, member_state_words(m.state)), .self = memcmp(id, p->session.member, ID_LEN) == 0,
                                 .left = m.state == MEMBER_LEFT, .trusted = m.roles & ROLES_OF_TRUST,
                                 .roles = {.page = &p->layout, .name = "roles", .label = N_("Roles"), .all = arena_array(p->a, struct choice, ACCESS_MEMBER_ROLES)}};
    for (; v.roles.n < ACCESS_MEMBER_ROLES; v.roles.n++) {
        const struct access_role *role = &access_roles[v.roles.n];
        v.roles.all[v.roles.n] = (struct choice){str_from(role->name), page_words(p, role->words), m.roles & role->bit};
    }
    r = fill_units(p, &m, &v.units);
    if (r == 0)
        page_member(&p->out, &v);
    return r;
}

int show_member(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    return r < 0 ? r : draw_member(p, id);
}

static int back_to(struct page *p, const uint8_t id[static ID_LEN])
{
    return page_go(p, str_printf(p->a, "/members/%.*s", STR_ARG(page_hex(p, id))).p);
}

int do_member_roles(struct page *p)
{
    uint8_t id[ID_LEN], request[ID_LEN];
    unsigned roles = 0;
    str value;
    for (size_t i = 0; form_nth(&p->form, "roles", i, &value); i++)
        roles |= access_role_bit(value) & ROLES_OF_MEMBERS;
    int r = page_id(p, 0, id);
    if (r == 0)
        r = member_roles_set(p->node, &p->actor, p->now_ms, id, roles, request, &p->err);
    if (r == ERR_USAGE) {
        page_error(p, "roles");
        return draw_member(p, id);
    }
    if (r == ERR_PARKED)
        return page_parked(p, r, request);
    return r < 0 ? r : back_to(p, id);
}

int do_member_unit(struct page *p)
{
    uint8_t id[ID_LEN], unit[ID_LEN];
    bool some = hex_decode_into(form_get(&p->form, "unit"), unit, ID_LEN);
    int r = page_id(p, 0, id);
    if (r == 0)
        r = member_unit_set(p->node, &p->actor, p->now_ms, id, some ? unit : NULL, &p->err);
    return r < 0 ? r : back_to(p, id);
}

int do_member_code(struct page *p)
{
    uint8_t id[ID_LEN], request[ID_LEN];
    char code[MEMBER_CODE_LEN];
    struct member m;
    int r = page_id(p, 0, id);
    if (r == 0)
        r = member_get(p->node, id, p->a, &m, &p->err);
    if (r == 0)
        r = member_code(p->node, &p->actor, p->now_ms, id, code, request, &p->err);
    if (r < 0)
        return page_parked(p, r, request);
    struct member_code_view v = {.page = page_layout(p, N_("A new code to join with")), .login = m.login, .code = str_dup(p->a, str_from(code))};
    page_member_code(&p->out, &v);
    return 0;
}

/* --- one partner --- */

static int find_partner(struct page *p, struct partner *partner)
{
    return partner_find(p->node->db, p->a, p->request->params[0], partner, &p->err);
}

static int draw_partner(struct page *p, const struct partner *partner)
{
    static const char *const words[] = {[PARTNER_ACTIVE] = N_("active"), [PARTNER_SUSPENDED] = N_("suspended"), [PARTNER_REVOKED] = N_("revoked")};
    struct wire_fingerprint now, then;
    struct wire_card card;
    struct partner_page_view v = {.page = page_layout(p, N_("Partner")), .name = partner->name, .agency = partner->agency, .country = page_country(p, partner->country),
                                  .kind = page_agency_kind(p, partner->kind), .paired = page_time(p, partner->paired_ms), .status = words[partner->status],
                                  .active = partner->status == PARTNER_ACTIVE, .revoked = partner->status == PARTNER_REVOKED,
                                  .reference = page_field(p, "reference")};
    int r = directory_announced(p->node->db, partner, p->a, &card, &p->err);
    if (r < 0)
        return r;
    directory_fingerprint(p->a, partner, &now);
    v.fingerprint = str_dup(p->a, str_from(now.digits));
    v.words = str_dup(p->a, str_from(now.words));
    if (r > 0) {
        wire_fingerprint(p->a, &card, &then);
        v.announces = true;
        v.announced = str_dup(p->a, str_from(then.digits));
        v.announced_words = str_dup(p->a, str_from(then.words));
    }
    page_partner(&p->out, &v);
    return 0;
}

int show_partner(struct page *p)
{
    struct partner partner;
    int r = find_partner(p, &partner);
    return r < 0 ? r : draw_partner(p, &partner);
}

/* Only what was typed as it was read out is taken. */
static int confirm(struct page *p, const struct partner *partner, str reference)
{
    struct wire_card card;
    struct wire_fingerprint f;
    int r = directory_announced(p->node->db, partner, p->a, &card, &p->err);
    if (r == 0)
        return err_set(&p->err, ERR_NOT_FOUND, N_("this partner has announced no other keys"));
    if (r < 0)
        return r;
    wire_fingerprint(p->a, &card, &f);
    if (!wire_fingerprint_equal(page_field(p, "fingerprint"), &f))
        return err_set(&p->err, ERR_INPUT, N_("this is not the fingerprint of these keys: nothing was changed. Compare again on the telephone"));
    return directory_confirm(p->node, &p->actor, partner, &card, reference, p->now_ms, &p->err);
}

int do_partner(struct page *p)
{
    struct partner partner;
    str what = form_get(&p->form, "do"), reference = page_field(p, "reference");
    int r = find_partner(p, &partner);
    if (r < 0)
        return r;
    const char *field = "reference";
    if (reference.len == 0)
        r = err_set(&p->err, ERR_INPUT, N_("say in a few words why"));
    else if (str_eq(what, STR("confirm"))) {
        r = confirm(p, &partner, reference);
        field = "fingerprint";
    } else {
        r = directory_suspend(p->node, &p->actor, &partner, str_eq(what, STR("suspend")), reference, p->now_ms, &p->err);
    }
    if (r == ERR_INPUT || r == ERR_EXISTS || r == ERR_NOT_FOUND) {
        page_error(p, r == ERR_INPUT ? field : NULL);
        return draw_partner(p, &partner);
    }
    return r < 0 ? r : page_go(p, str_printf(p->a, "/partners/%.*s", STR_ARG(partner.name)).p);
}
