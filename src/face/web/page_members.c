/* Members of the agency, for administrators; and one's own account. */
#include <string.h>

#include "face/web/oversight_page.h"
#include "face/web/pages.html.h"
#include "trust/people/new_code.h"

int show_members(struct page *p)
{
    struct members_view v = {.page = page_layout(p, N_("Members"))};
    struct member *all;
    int r = member_list(p->node, p->a, &all, &v.n, &p->err);
    if (r < 0)
        return r;
    v.rows = arena_array(p->a, struct member_row, v.n);
    for (size_t i = 0; i < v.n; i++) {
        const struct member *m = &all[i];
        bool self = memcmp(m->id, p->session.member, ID_LEN) == 0;
        v.rows[i] = (struct member_row){.id = page_hex(p, m->id), .name = m->name, .login = m->login, .roles = page_roles(p, m->roles),
                                        .state = page_words(p, member_state_words(m->state)), .can_suspend = m->state == MEMBER_ACTIVE && !self,
                                        .can_resume = m->state == MEMBER_SUSPENDED};
    }
    page_members(&p->out, &v);
    return 0;
}

static bool role_sent(const struct page *p, const char *name)
{
    str value;
    for (size_t i = 0; form_nth(&p->form, "roles", i, &value); i++)
        if (str_eq(value, str_from(name)))
            return true;
    return false;
}

static int draw_member_new(struct page *p)
{
    struct member_new_view v = {.page = page_layout(p, N_("Invite somebody")), .name = page_field(p, "name"), .login = page_field(p, "login"),
                                .languages = page_field(p, "languages"), .roles = {.page = &p->layout, .name = "roles", .label = N_("Roles")}};
    v.roles.all = arena_array(p->a, struct choice, ACCESS_MEMBER_ROLES);
    for (; v.roles.n < ACCESS_MEMBER_ROLES; v.roles.n++) {
        const struct access_role *role = &access_roles[v.roles.n];
        v.roles.all[v.roles.n] = (struct choice){str_from(role->name), page_words(p, role->words), role_sent(p, role->name)};
    }
    page_member_new(&p->out, &v);
    return 0;
}

int show_member_new(struct page *p)
{
    return draw_member_new(p);
}

/* What the agency does not offer is given to nobody anew; what these pages do not have says in which tongue to speak to her. */
static int check_languages(struct page *p, str codes)
{
    str one;
    while (str_split(&codes, ' ', &one)) {
        const char *code = languages_code(one);
        if (code && !languages_offered(&p->languages, code))
            return err_set(&p->err, ERR_INPUT, N_("the agency does not offer its pages in this language: see Languages"));
    }
    return 0;
}

int do_member_new(struct page *p)
{
    struct member_new m = {.name = page_field(p, "name"), .login = page_field(p, "login"), .languages = page_field(p, "languages")};
    uint8_t id[ID_LEN];
    char code[MEMBER_CODE_LEN];
    for (size_t i = 0; i < ACCESS_MEMBER_ROLES; i++)
        if (role_sent(p, access_roles[i].name))
            m.roles |= access_roles[i].bit;
    unsigned all = m.roles;
    m.roles &= ~(unsigned)ROLES_OF_TRUST; /* those wait for a second person */
    m.roles_follow = all & ROLES_OF_TRUST;
    int r = check_languages(p, m.languages);
    if (r < 0) {
        page_error(p, "languages");
        return draw_member_new(p);
    }
    if (m.languages.len == 0)
        m.languages = str_from(p->languages.usual);
    r = member_add(p->node, &p->actor, p->now_ms, &m, id, code, &p->err);
    if (r == 0 && m.roles_follow && (r = member_roles_set(p->node, &p->actor, p->now_ms, id, all, NULL, &p->err)) == ERR_PARKED)
        r = 0;
    if (r == ERR_USAGE || r == ERR_EXISTS || r == ERR_INPUT) {
        page_error(p, r == ERR_EXISTS ? "login" : all ? "name" : "roles");
        return draw_member_new(p);
    }
    if (r < 0)
        return r;
    struct member_code_view v = {.page = page_layout(p, N_("Invite somebody")), .login = m.login, .code = str_dup(p->a, str_from(code)),
                                 .roles_wait = m.roles_follow};
    page_member_code(&p->out, &v);
    return 0;
}

int do_member_state(struct page *p)
{
    uint8_t id[ID_LEN];
    str wanted = form_get(&p->form, "state");
    enum member_state state = str_eq(wanted, STR("active")) ? MEMBER_ACTIVE : MEMBER_SUSPENDED;
    int r = page_id(p, 0, id);
    if (r == 0)
        r = member_state_set(p->node, &p->actor, p->now_ms, id, state, &p->err);
    return r < 0 ? r : page_go(p, "/members");
}

/* --- one's own account --- */

static int fill_codes(struct page *p, struct account_view *v)
{
    struct new_code *codes;
    struct colleagues c;
    int r = new_code_list(p->node->db, p->session.member, p->a, &codes, &v->n_codes, &p->err);
    if (r < 0 || v->n_codes == 0 || (r = colleagues_load(p, &c)) < 0)
        return r;
    v->codes = arena_array(p->a, struct code_row, v->n_codes);
    for (size_t i = 0; i < v->n_codes; i++)
        v->codes[i] = (struct code_row){page_time(p, codes[i].at_ms), codes[i].has_maker ? colleagues_name(&c, codes[i].maker) : STR(""),
                                        codes[i].has_second ? colleagues_name(&c, codes[i].second) : STR("")};
    return 0;
}

int show_account(struct page *p)
{
    struct account_view v = {.page = page_layout(p, N_("Your account")), .login = p->member.login, .roles = page_roles(p, p->member.roles)};
    struct session *all = NULL;
    int r = page_passkeys(p, &v.passkeys);
    if (r == 0)
        r = fill_codes(p, &v);
    if (r == 0)
        r = session_list_own(p->node, &p->session, p->now_ms, p->a, &all, &v.n, &p->err);
    if (r < 0)
        return r;
    v.rows = arena_array(p->a, struct session_row, v.n);
    for (size_t i = 0; i < v.n; i++)
        v.rows[i] = (struct session_row){page_hex(p, all[i].id), all[i].agent, page_time(p, all[i].started_ms), page_time(p, all[i].seen_ms),
                                         memcmp(all[i].id, p->session.id, ID_LEN) == 0};
    page_account(&p->out, &v);
    return 0;
}

int do_end_session(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    if (r == 0)
        r = session_end_own(p->node, &p->session, id, p->now_ms, &p->err);
    return r < 0 ? r : page_go(p, "/account");
}

int show_password(struct page *p)
{
    struct password_view v = {.page = page_layout(p, N_("Change your password"))};
    page_password(&p->out, &v);
    return 0;
}

int do_password(struct page *p)
{
    struct password_view v = {.page = page_layout(p, N_("Change your password"))};
    const struct signin_from from = page_from(p);
    int r = signin_password_change(p->node, &from, &p->session, form_get(&p->form, "now"), page_field(p, "code"), form_get(&p->form, "password"), &p->err);
    if (r == 0)
        return page_go(p, "/account");
    if (r != ERR_USAGE && r != ERR_DENIED && r != ERR_LIMIT)
        return r;
    page_error(p, r == ERR_USAGE ? "password" : "now");
    page_password(&p->out, &v);
    return 0;
}
