/* Passkeys: signing in with one, adding and removing; and proving again who one is, with a passkey or with password and code. */
#include <string.h>

#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/views.h"

static str in_base64(struct page *p, bytes b)
{
    return base64_encode(p->a, b);
}

/* --- what a form asks and brings back --- */

int page_passkey_form(struct page *p, enum passkey_use use, struct passkey_form *f)
{
    uint8_t challenge[PASSKEY_CHALLENGE_LEN];
    struct passkey *all;
    size_t n = 0;
    struct buf known = buf_new(p->a);
    int r = passkey_challenge(p->node, use, use == PASSKEY_SIGN_IN ? NULL : &p->session, p->now_ms, challenge, &p->err);
    if (r == 0 && use != PASSKEY_SIGN_IN)
        r = passkey_list(p->node, p->session.member, p->a, &all, &n, &p->err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_byte(&known, ',');
        buf_add(&known, in_base64(p, all[i].credential));
    }
    f->page = &p->layout;
    f->site = web_site(p->worker->web).rp_id;
    f->challenge = in_base64(p, (bytes){challenge, sizeof challenge});
    f->known = buf_str(&known);
    if (use == PASSKEY_ADD) {
        f->user = in_base64(p, (bytes){p->session.member, ID_LEN});
        f->login = p->member.login;
        f->name = p->member.name;
    }
    return 0;
}

static int read_answer(struct page *p, struct passkey_answer *answer)
{
    const struct { const char *name; bytes *out; } parts[] = {
        {"challenge", &answer->challenge}, {"client_data", &answer->client_data}, {"attestation", &answer->attestation},
        {"credential", &answer->credential}, {"authenticator_data", &answer->authenticator_data}, {"signature", &answer->signature},
        {"user", &answer->user},
    };
    *answer = (struct passkey_answer){0};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!base64_decode(p->a, form_get(&p->form, parts[i].name), parts[i].out))
            return err_set(&p->err, ERR_INPUT, N_("the passkey's answer could not be read: load the page anew and try again"));
    return 0;
}

/* What a person can mend by trying again is shown with the form. */
static bool is_hers(int code)
{
    return code == ERR_DENIED || code == ERR_LIMIT || code == ERR_INPUT || code == ERR_USAGE || code == ERR_EXISTS;
}

/* --- signing in --- */

int do_sign_in_passkey(struct page *p)
{
    char token[SESSION_TOKEN_LEN];
    struct passkey_answer answer;
    const struct webauthn_site site = web_site(p->worker->web);
    const struct signin_from from = page_from(p);
    int r = read_answer(p, &answer);
    if (r == 0)
        r = signin_passkey(p->node, &from, &site, &answer, token, &p->err);
    if (r < 0 && !is_hers(r))
        return r;
    if (r < 0) {
        page_error(p, NULL);
        return draw_sign_in(p);
    }
    page_cookie(p, token);
    return page_go(p, "/");
}

/* --- one's own --- */

int page_passkeys(struct page *p, struct passkeys_view *v)
{
    struct passkey *all;
    int r = passkey_list(p->node, p->session.member, p->a, &all, &v->n, &p->err);
    if (r < 0)
        return r;
    v->page = &p->layout;
    v->rows = arena_array(p->a, struct passkey_row, v->n);
    for (size_t i = 0; i < v->n; i++)
        v->rows[i] = (struct passkey_row){page_hex(p, all[i].id), all[i].name, page_time(p, all[i].added_ms), page_time(p, all[i].used_ms)};
    return 0;
}

static int draw_new(struct page *p)
{
    struct passkey_new_view v = {.page = page_layout(p, N_("Add a passkey")), .name = page_field(p, "name"),
                                 .form = {.action = "/account/passkeys/new", .ask = "/account/passkeys/new", .button = N_("Make the passkey")}};
    int r = page_passkey_form(p, PASSKEY_ADD, &v.form);
    if (r == 0)
        page_passkey_new(&p->out, &v);
    return r;
}

int show_passkey_new(struct page *p)
{
    return draw_new(p);
}

int do_passkey_new(struct page *p)
{
    struct passkey_answer answer;
    const struct webauthn_site site = web_site(p->worker->web);
    int r = read_answer(p, &answer);
    if (r == 0)
        r = passkey_add(p->node, &p->actor, &p->session, p->now_ms, &site, page_field(p, "name"), &answer, &p->err);
    if (r == 0)
        return page_go(p, "/account");
    if (!is_hers(r))
        return r;
    page_error(p, r == ERR_USAGE ? "name" : NULL);
    return draw_new(p);
}

int do_passkey_remove(struct page *p)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    if (r == 0)
        r = passkey_remove(p->node, &p->actor, &p->session, p->now_ms, id, &p->err);
    return r < 0 ? r : page_go(p, "/account");
}

/* --- proving again --- */

/* A path of this site and nothing a browser could take for another's; else the start page. */
static str path_of_site(str next)
{
    static const char allowed[] = "-._~%/?=&+";
    if (next.len == 0 || next.len > 500 || next.p[0] != '/' || (next.len > 1 && next.p[1] == '/'))
        return STR("/");
    for (size_t i = 0; i < next.len; i++) {
        char c = next.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || memchr(allowed, c, sizeof allowed - 1)))
            return STR("/");
    }
    return next;
}

/* Where a member goes on who was sent to prove who she is: the page she asked for, or the one that has the form she sent. */
static str next_of(struct page *p)
{
    str path = p->request->path;
    if (!str_eq(p->request->method, STR("POST")))
        return p->request->query.len ? str_printf(p->a, "%.*s?%.*s", STR_ARG(path), STR_ARG(p->request->query)) : path;
    while (path.len > 1 && !web_shows(path))
        do
            path.len--;
        while (path.len > 1 && path.p[path.len] != '/');
    return path;
}

int page_go_confirm(struct page *p)
{
    struct buf b = buf_new(p->a);
    str next = next_of(p);
    buf_add(&b, STR("/confirm?next="));
    for (size_t i = 0; i < next.len; i++) {
        unsigned char c = (unsigned char)next.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || memchr("-._~/", c, 5))
            buf_byte(&b, (char)c);
        else
            buf_addf(&b, "%%%02X", (unsigned)c);
    }
    return page_go(p, buf_str(&b).p);
}

static int draw_confirm(struct page *p, str next)
{
    struct confirm_view v = {.page = page_layout(p, N_("Confirm that it is you")), .next = path_of_site(next),
                             .form = {.action = "/confirm/passkey", .ask = "/confirm", .button = N_("Confirm with a passkey")}};
    int r = page_passkey_form(p, PASSKEY_PROVE, &v.form);
    v.form.next = v.next;
    v.has_passkeys = v.form.known.len > 0;
    if (r == 0)
        page_confirm(&p->out, &v);
    return r;
}

int show_confirm(struct page *p)
{
    return draw_confirm(p, form_get(&p->query, "next"));
}

static int confirmed(struct page *p, int r, const char *field)
{
    str next = form_get(&p->form, "next");
    if (r == 0)
        return page_go(p, str_c(p->a, path_of_site(next)));
    if (!is_hers(r))
        return r;
    page_error(p, field);
    return draw_confirm(p, next);
}

int do_confirm(struct page *p)
{
    const struct signin_from from = page_from(p);
    return confirmed(p, signin_prove(p->node, &from, &p->session, form_get(&p->form, "password"), page_field(p, "code"), &p->err), "password");
}

int do_confirm_passkey(struct page *p)
{
    struct passkey_answer answer;
    const struct signin_from from = page_from(p);
    const struct webauthn_site site = web_site(p->worker->web);
    int r = read_answer(p, &answer);
    if (r == 0)
        r = signin_prove_passkey(p->node, &from, &p->session, &site, &answer, &p->err);
    return confirmed(p, r, NULL);
}
