/* Signing in and out, and joining with a code. */
#include <string.h>

#include "face/web/languages.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "ground/report/qr.h"

int draw_sign_in(struct page *p)
{
    struct sign_in_view v = {.page = page_layout(p, N_("Sign in")), .login = page_field(p, "login"),
                             .passkey = {.action = "/sign-in/passkey", .ask = "/sign-in", .button = N_("Sign in with a passkey")}};
    int r = page_passkey_form(p, PASSKEY_SIGN_IN, &v.passkey);
    if (r == 0)
        page_sign_in(&p->out, &v);
    return r;
}

int show_sign_in(struct page *p)
{
    return p->signed_in ? page_go(p, "/") : draw_sign_in(p);
}

/* What a person did wrong is shown with the form; anything else is our failure. */
static bool is_hers(int code)
{
    return code == ERR_DENIED || code == ERR_LIMIT || code == ERR_INPUT || code == ERR_USAGE || code == ERR_EXISTS;
}

int do_sign_in(struct page *p)
{
    char token[SESSION_TOKEN_LEN];
    const struct signin_from from = page_from(p);
    int r = signin_password(p->node, &from, page_field(p, "login"), form_get(&p->form, "password"), page_field(p, "code"), token, &p->err);
    if (r == 0) {
        page_cookie(p, token);
        return page_go(p, "/");
    }
    if (!is_hers(r))
        return r;
    page_error(p, "login");
    return draw_sign_in(p);
}

/* The browser remembers the language: before signing in too. It changes nothing else, so a link may do it. */
int do_language(struct page *p)
{
    const char *code = languages_code(p->request->params[0]);
    if (!code || (!languages_offered(&p->languages, code) && strcmp(code, p->layout.language) != 0))
        return err_set(&p->err, ERR_NOT_FOUND, N_("there is no such page"));
    p->reply->cookies[0] = (struct site_cookie){"language", str_from(code), INT64_C(365) * 86400};
    p->reply->n_cookies = 1;
    return page_go(p, "/");
}

int do_sign_out(struct page *p)
{
    int r = session_end(p->node, &p->session, p->now_ms, &p->err);
    page_cookie(p, "");
    return r < 0 ? r : page_go(p, "/sign-in");
}

static int draw_join(struct page *p)
{
    struct join_view v = {.page = page_layout(p, N_("Join with your code")), .login = page_field(p, "login")};
    page_join(&p->out, &v);
    return 0;
}

int show_join(struct page *p)
{
    return draw_join(p);
}

int do_join(struct page *p)
{
    char token[SESSION_TOKEN_LEN];
    const struct signin_from from = page_from(p);
    int r = signin_join(p->node, &from, page_field(p, "login"), page_field(p, "code"), token, &p->err);
    if (r == 0) {
        page_cookie(p, token);
        return page_go(p, "/join/password");
    }
    if (!is_hers(r))
        return r;
    page_error(p, "code");
    return draw_join(p);
}

/* "ABCD EFGH ...": letters that a person types. */
static str in_groups(struct arena *a, str s)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < s.len; i++) {
        if (i > 0 && i % 4 == 0)
            buf_byte(&b, ' ');
        buf_byte(&b, s.p[i]);
    }
    return buf_str(&b);
}

static int draw_join_password(struct page *p)
{
    struct join_password_view v = {.page = page_layout(p, N_("How you will sign in"))};
    str uri, secret;
    int r = signin_totp_secret(p->node, &p->session, p->now_ms, p->a, &uri, &secret, &p->err);
    if (r == 0)
        r = qr_path(p->a, uri, &v.path, &v.side, &p->err);
    if (r < 0)
        return r;
    v.secret = in_groups(p->a, secret);
    v.box = str_printf(p->a, "0 0 %u %u", v.side, v.side);
    page_join_password(&p->out, &v);
    return 0;
}

int show_join_password(struct page *p)
{
    return p->session.enrolling ? draw_join_password(p) : page_go(p, "/");
}

int do_join_password(struct page *p)
{
    char recovery[SIGNIN_RECOVERY_CODES][SIGNIN_RECOVERY_LEN];
    const struct signin_from from = page_from(p);
    int r = signin_password_set(p->node, &from, &p->session, form_get(&p->form, "password"), page_field(p, "code"), recovery, &p->err);
    if (r < 0 && !is_hers(r))
        return r;
    if (r < 0) {
        page_error(p, r == ERR_DENIED ? "code" : "password");
        return draw_join_password(p);
    }
    str codes[SIGNIN_RECOVERY_CODES];
    for (size_t i = 0; i < SIGNIN_RECOVERY_CODES; i++)
        codes[i] = str_dup(p->a, str_from(recovery[i]));
    struct join_codes_view v = {.page = page_layout(p, N_("Write these codes down")), .codes = codes, .n = SIGNIN_RECOVERY_CODES};
    page_join_codes(&p->out, &v);
    return 0;
}

int do_join_finish(struct page *p)
{
    char token[SESSION_TOKEN_LEN];
    const struct signin_from from = page_from(p);
    if (!p->session.enrolling)
        return page_go(p, "/");
    int r = signin_join_finish(p->node, &from, &p->session, token, &p->err);
    if (r == ERR_USAGE)
        return page_go(p, "/join/password");
    if (r < 0)
        return r;
    page_cookie(p, token);
    return page_go(p, "/");
}
