/* The door for people: a request becomes a page. The life of a request is answer -> let_in -> the route's page function -> finish. */
#include "face/web/web.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "face/web/assets.h"
#include "face/web/gate.h"
#include "face/web/import_jobs.h"
#include "face/web/languages.h"
#include "face/web/page.h"
#include "face/web/pages.html.h"
#include "face/web/uploads.h"
#include "trust/people/setting.h"
#include "work/desk/halls.h"

#define THREADS_MAX 64

struct web {
    const struct node *node;
    struct web_settings settings;
    struct arena *arena;
    struct text *text;
    struct names *names;
    struct languages languages;
    struct uploads *uploads;
    struct import_jobs *imports;
    struct gate *gate;
    struct site *site;
    struct web_worker workers[THREADS_MAX];
    struct web_worker nobody; /* for requests that no page function sees: has nothing but web */
    unsigned n_workers;
    _Atomic unsigned locked; /* how often the keys were locked */
    const char *host, *url;
};

const struct names *web_names(const struct web *w)
{
    return w->names;
}

const struct catalogue *web_words(const struct web *w, const char *language)
{
    return languages_words(&w->languages, language);
}

const struct text *web_text(const struct web *w)
{
    return w->text;
}

struct webauthn_site web_site(const struct web *w)
{
    return (struct webauthn_site){.rp_id = str_from(w->host), .origin = str_from(w->url)};
}

struct uploads *web_uploads(const struct web *w)
{
    return w->uploads;
}

struct import_jobs *web_imports(const struct web *w)
{
    return w->imports;
}

struct gate *web_gate(const struct web *w)
{
    return w->gate;
}

/* --- what page functions use --- */

struct halls *page_halls(struct page *p)
{
    if (!p->worker->halls)
        p->worker->halls = halls_new(p->node, NULL);
    return p->worker->halls;
}

void page_speak(struct page *p, const char *language)
{
    p->layout.language = language;
    p->out.words = web_words(p->worker->web, language);
    p->when = languages_when(&p->worker->web->languages, language);
}

str page_words(struct page *p, const char *message)
{
    return catalogue_find(p->out.words, message);
}

struct layout *page_layout(struct page *p, const char *title)
{
    p->layout.title = page_words(p, title);
    return &p->layout;
}

int page_go(struct page *p, const char *path)
{
    p->reply->status = 303;
    p->reply->location = str_from(path);
    return 0;
}

void page_error(struct page *p, const char *field)
{
    p->reply->status = p->err.code == ERR_DENIED ? 403 : p->err.code == ERR_LIMIT ? 429 : 422;
    p->layout.failed = true;
    p->layout.error = catalogue_sentence(p->out.words, p->a, p->err.text);
    p->layout.error_field = field;
    str sent = form_get(&p->form, "stamp"); /* what is typed now goes on from what was sent */
    p->layout.follows = sent.len ? sent : form_get(&p->form, "follows");
    p->err = (struct err){0};
    page_pocket(p);
}

void page_pocket(struct page *p)
{
    uint8_t key[KEYRING_POCKET_LEN];
    struct err nobody = {0};
    if (p->signed_in && keyring_pocket_public(p->node->keys, p->session.member, key, &nobody) == 0) /* without it a page is as it is without a script */
        p->layout.pocket = base64_encode(p->a, (bytes){key, sizeof key});
}

static const char *cookie_name(const struct site_request *request)
{
    return request->secure ? "__Host-session" : "session";
}

void page_cookie(struct page *p, const char *token)
{
    p->reply->cookies[0] = (struct site_cookie){cookie_name(p->request), str_dup(p->a, str_from(token)), *token ? 0 : -1};
    p->reply->n_cookies = 1;
}

str page_time(struct page *p, int64_t ms)
{
    return ms == 0 ? STR("") : when_time(p->when, p->a, ms);
}

struct date page_today(const struct page *p)
{
    return when_day_of(p->when, p->now_ms);
}

str page_date(struct page *p, struct date d)
{
    return when_date(p->when, p->a, d);
}

str page_field(struct page *p, const char *name)
{
    return str_trim(text_nfc(p->worker->web->text, p->a, form_get(&p->form, name)));
}

int page_id(struct page *p, size_t nth, uint8_t id[static ID_LEN])
{
    str text = p->request->params[nth];
    if (!hex_decode_into(text, id, ID_LEN) || !str_eq(text, page_hex(p, id))) /* one address for each thing: no capitals */
        return err_set(&p->err, ERR_NOT_FOUND, N_("there is no such page"));
    return 0;
}

str page_hex(struct page *p, const uint8_t id[static ID_LEN])
{
    return hex_encode(p->a, (bytes){id, ID_LEN});
}

struct signin_from page_from(const struct page *p)
{
    return (struct signin_from){.address = p->request->address, .agent = p->request->header.user_agent, .now_ms = p->now_ms};
}

str page_roles(struct page *p, unsigned roles)
{
    struct buf b = buf_new(p->a);
    for (size_t i = 0; i < ACCESS_MEMBER_ROLES; i++) {
        str words = page_words(p, access_roles[i].words);
        if (roles & access_roles[i].bit)
            buf_addf(&b, "%s%.*s", b.len ? "; " : "", STR_ARG(words));
    }
    return buf_str(&b);
}

struct choices page_purposes(struct page *p, str chosen)
{
    struct choices c = {.page = &p->layout, .name = "purpose", .label = N_("Why you look")};
    size_t room = 0;
    while (access_purposes[room].code)
        room++;
    c.all = arena_array(p->a, struct choice, room);
    for (size_t i = 0; i < room; i++) {
        str code = str_from(access_purposes[i].code);
        if (!access_purposes[i].against) /* nobody looks around for that: the pages of an offence say it themselves */
            c.all[c.n++] = (struct choice){code, page_words(p, access_purposes[i].words), str_eq(code, chosen)};
    }
    return c;
}

/* --- who asks --- */

int page_session(const struct site_request *request, struct node *node, int64_t now_ms, struct session *session, struct err *err)
{
    str token;
    if (!site_cookie(request->header.cookie, cookie_name(request), &token) || token.len == 0)
        return err_set(err, ERR_DENIED, N_("sign in first"));
    return session_resume(node, token, now_ms, session, err);
}

static void resume(struct page *p)
{
    struct err nobody = {0};
    if (page_session(p->request, p->node, p->now_ms, &p->session, &nobody) < 0 ||
        member_get_kept(p->node, p->worker->book, p->session.member, p->a, &p->member, &nobody) < 0)
        return;
    p->signed_in = true;
    p->actor = member_actor(p->a, p->session.member);
    p->actor.proved_ms = p->session.proved_ms;
}

static void fill_nav(struct page *p)
{
    static const struct { const char *path, *label; unsigned roles; } items[] = {
        {"/", N_("Start"), 0},
        {"/search", N_("Find a person"), ROLE_CASEWORKER | ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR},
        {"/files", N_("Cases"), ROLE_CASEWORKER | ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR},
        {"/requests", N_("Requests"), ROLE_CASEWORKER | ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR},
        {"/letters", N_("Letters"), ROLE_CASEWORKER | ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR},
        {"/import", N_("Import"), ROLE_CASEWORKER | ROLE_SUPERVISOR},
        {"/desk/hall", N_("Hall"), ROLE_OFFICER | ROLE_SUPERVISOR},
        {"/desk/shifts", N_("My shifts"), ROLE_OFFICER},
        {"/partners", N_("Partners"), 0},
        {"/oversight", N_("Oversight"), ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR},
        {"/log", N_("The log"), ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR},
        {"/members", N_("Members"), ROLE_ADMINISTRATOR},
        {"/units", N_("Units"), ROLE_ADMINISTRATOR},
        {"/languages", N_("Languages"), ROLE_ADMINISTRATOR},
    };
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        str path = str_from(items[i].path);
        bool current = path.len == 1 ? str_eq(p->request->path, path) : str_starts(p->request->path, path);
        if (items[i].roles == 0 || (items[i].roles & p->session.roles))
            p->layout.nav[p->layout.n_nav++] = (struct nav_item){items[i].path, items[i].label, current};
    }
}

static bool is_unchecked(const struct catalogue *words)
{
    return words && catalogue_header(words, STR("X-Checked-By")).len == 0;
}

static int page_languages(struct page *p, struct languages_offer *out)
{
    str decided;
    int r = setting_get(p->node->db, LANGUAGES_SETTING, p->a, &decided, &p->err);
    languages_offer(decided, out);
    return r;
}

static int fill_layout(struct page *p)
{
    const struct languages *languages = &p->worker->web->languages;
    str remembered = STR("");
    (void)site_cookie(p->request->header.cookie, "language", &remembered);
    int r = page_languages(p, &p->languages); /* an error is told in some language too */
    p->layout.language = languages_choose(&p->languages, remembered, p->signed_in, p->member.languages, p->request->header.accept_language);
    languages_menu(&p->languages, p->layout.language);
    p->layout.languages = p->languages.menu;
    p->out.words = languages_words(languages, p->layout.language);
    p->when = languages_when(languages, p->layout.language);
    p->layout.unchecked = is_unchecked(p->out.words);
    p->layout.agency = p->node->agency.name;
    if (!p->signed_in || r < 0)
        return r;
    char token[SESSION_CSRF_LEN];
    r = session_csrf(p->node, &p->session, token, &p->err);
    if (r < 0)
        return r;
    p->layout.csrf = str_dup(p->a, str_from(token));
    p->layout.member = p->member.name;
    if (!p->session.enrolling)
        fill_nav(p);
    return 0;
}

static int read_forms(struct page *p)
{
    int r = form_parse(p->a, p->request->query, &p->query, &p->err);
    if (r < 0 || p->route->raw || !str_eq(p->request->method, STR("POST")))
        return r;
    if (p->route->files && multipart_is(p->request->header.content_type))
        return multipart_parse(p->a, p->worker->web->text, p->request->header.content_type, p->request->body, &p->form, &p->files, &p->err);
    str type, rest = p->request->header.content_type;
    (void)str_split(&rest, ';', &type);
    if (p->request->body.len > 0 && !str_eq_nocase(str_trim(type), STR("application/x-www-form-urlencoded")))
        return err_set(&p->err, ERR_INPUT, N_("this page takes a form only"));
    return form_parse(p->a, bytes_str(p->request->body), &p->form, &p->err);
}

/* 1: the page function may run; 0: answered already (to the sign-in page); negative: refused. */
static int let_in(struct page *p)
{
    const struct web_route *route = p->route;
    if (route->people == WEB_ANYBODY)
        return 1;
    if (!p->signed_in)
        return page_go(p, "/sign-in");
    if (p->session.enrolling && route->people != WEB_ENROLLING)
        return page_go(p, "/join/password");
    if (route->roles && !(route->roles & p->session.roles))
        return err_set(&p->err, ERR_DENIED, N_("this page is not for your role"));
    if (str_eq(p->request->method, STR("POST"))) {
        str token = route->raw ? p->request->header.form_token : form_get(&p->form, "csrf");
        int r = session_csrf_check(p->node, &p->session, token, &p->err);
        if (r < 0)
            return r;
    }
    if (route->fresh && p->now_ms - p->session.proved_ms >= ACCESS_FRESH_MS)
        return page_go_confirm(p);
    return 1;
}

/* --- answering --- */

static int status_of(int code)
{
    switch (code) {
    case ERR_INPUT: return 400;
    case ERR_DENIED: case ERR_STALE: return 403;
    case ERR_NOT_FOUND: return 404;
    case ERR_USAGE: case ERR_EXISTS: return 409; /* the sentence says what to do first */
    case ERR_LIMIT: return 429;
    case ERR_RETRY: return 503;
    case ERR_PARKED: return 202;
    default: return 500;
    }
}

/* The file that a member who works on persons was refused, since she has no part in it; else empty. */
static str file_refused(const struct page *p, int status)
{
    uint8_t file[ID_LEN];
    unsigned work = ROLE_CASEWORKER | ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR;
    bool about_file = status == 403 && p->signed_in && p->session.roles & work && str_starts(str_from(p->route->path), STR("/files/{}")) &&
                      str_eq(p->request->method, STR("GET")) && hex_decode_into(p->request->params[0], file, ID_LEN);
    return about_file ? p->request->params[0] : STR("");
}

static void show_error(struct page *p, int status, str sentence)
{
    static const struct { int status; const char *title; } titles[] = {
        {202, N_("This waits for a second person")}, {403, N_("You may not do this")}, {404, N_("There is no such page")}, {405, N_("There is no such page")},
        {409, N_("This could not be done")}, {429, N_("Too often")},
        {503, N_("Try again in a moment")}, {500, N_("Something went wrong")},
    };
    const char *title = N_("This could not be read");
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        if (titles[i].status == status)
            title = titles[i].title;
    p->reply->status = status;
    p->out = html_new(p->a, p->out.words);
    p->layout.failed = false;
    struct error_view v = {.page = page_layout(p, title), .sentence = sentence, .glass = file_refused(p, status)};
    page_error_page(&p->out, &v);
}

static void finish(struct page *p)
{
    if (p->reply->location.len || p->reply->produce || p->reply->body.p)
        return;
    p->reply->type = "text/html; charset=utf-8";
    p->reply->body = buf_bytes(&p->out.buf);
}

/* What went wrong inside is for the operator; the page says only that it did. */
static void fail(struct page *p)
{
    if (p->err.code == ERR_STALE && p->signed_in) {
        (void)page_go_confirm(p);
        return;
    }
    int status = status_of(p->err.code);
    if (status == 500 && p->worker->web->settings.note)
        p->worker->web->settings.note(p->err.text);
    show_error(p, status, status == 500 ? page_words(p, N_("It was not your doing. Nothing was lost; whoever runs this node sees what happened."))
                                        : catalogue_sentence(p->out.words, p->a, p->err.text));
}

/* Once after each lock, each thread before it does anything else. */
static void forget_names(struct web_worker *worker)
{
    unsigned locked = atomic_load(&worker->web->locked);
    if (worker->locked != locked)
        member_book_forget(worker->book);
    worker->locked = locked;
}

static void answer(const struct site_request *request, struct site_reply *reply)
{
    struct page *p = arena_new_of(request->arena, struct page);
    struct web_worker *worker = request->worker;
    *p = (struct page){.route = &web_routes[request->route], .request = request, .reply = reply, .a = request->arena, .worker = worker,
                       .node = worker->node, .now_ms = clock_now_ms(), .out = html_new(request->arena, NULL)};
    reply->status = 200;
    forget_names(worker);
    int r = read_forms(p);
    if (r == 0)
        r = db_snapshot(p->node->db, &p->err);
    if (r == 0)
        resume(p);
    if (r == 0)
        r = fill_layout(p);
    if (r == 0)
        r = let_in(p);
    db_snapshot_end(p->node->db);
    if (r > 0)
        r = p->route->show(p);
    if (r < 0)
        fail(p);
    finish(p);
}

static void show_asset(const struct site_request *request, struct site_reply *reply)
{
    *reply = (struct site_reply){.status = 404, .type = "text/plain"};
    for (const struct asset *asset = assets; asset->name; asset++)
        if (str_eq(request->path, str_from(asset->path)))
            *reply = (struct site_reply){.status = 200, .type = asset->type, .body = asset->content, .body_gzip = asset->gzip, .cache = SITE_IMMUTABLE,
                                         .etag = asset->etag};
}

/* A request that no page function sees: a wrong address, another site's form, too much of something. */
static void refused(const struct site_request *request, struct site_reply *reply)
{
    const struct web *web = ((const struct web_worker *)request->worker)->web;
    str remembered = STR(""), sentence = str_trim(bytes_str(reply->body));
    (void)site_cookie(request->header.cookie, "language", &remembered);
    struct languages_offer all;
    languages_offer(STR(""), &all);
    const char *language = languages_choose(&all, remembered, false, STR(""), request->header.accept_language);
    struct html o = html_new(request->arena, web_words(web, language));
    struct layout l = {.language = language, .languages = languages_all, .agency = STR("Comity"), .title = catalogue_find(o.words, N_("This could not be done")),
                       .unchecked = is_unchecked(o.words)};
    struct error_view v = {.page = &l, .sentence = catalogue_sentence(o.words, request->arena, str_c(request->arena, sentence))};
    page_error_page(&o, &v);
    reply->type = "text/html; charset=utf-8";
    reply->body = buf_bytes(&o.buf);
}

/* --- start and stop --- */

static struct site_route *site_routes(struct arena *a, size_t *n)
{
    while (web_routes[*n].method)
        ++*n;
    struct site_route *routes = arena_array(a, struct site_route, *n + 1);
    for (size_t i = 0; i < *n; i++)
        routes[i] = (struct site_route){web_routes[i].method, web_routes[i].path, web_routes[i].max_body, answer};
    routes[(*n)++] = (struct site_route){"GET", "/a/{}", 0, show_asset};
    return routes;
}

/* "http://localhost:8080": what people type, and what passkeys are bound to. */
static void name_site(struct web *w)
{
    bool secure = w->settings.cert != NULL;
    unsigned port = site_port(w->site), usual = secure ? 443 : 80;
    w->host = w->settings.host ? w->settings.host : "localhost";
    w->url = str_printf(w->arena, port == usual ? "%s://%s" : "%s://%s:%u", secure ? "https" : "http", w->host, port).p;
}

static int open_workers(struct web *w, struct err *err)
{
    unsigned wanted = w->settings.threads < 1 ? 1 : w->settings.threads > THREADS_MAX ? THREADS_MAX : w->settings.threads;
    for (; w->n_workers < wanted; w->n_workers++) {
        struct web_worker *worker = &w->workers[w->n_workers];
        worker->web = w;
        worker->book = member_book_new();
        int r = node_open_again(w->node, &worker->node, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_pem(struct arena *a, const char *path, const char **pem, struct err *err)
{
    bytes content;
    int r = path ? file_read(a, path, 1 << 20, &content, err) : 0;
    *pem = path && r == 0 ? (const char *)content.p : NULL; /* file_read puts a NUL behind */
    return r;
}

int web_start(const struct node *node, const struct web_settings *settings, struct web **out, struct err *err)
{
    struct web *w = mem_calloc(1, sizeof *w);
    w->node = node;
    w->settings = *settings;
    w->nobody.web = w;
    w->arena = arena_new();
    w->uploads = uploads_new();
    w->gate = gate_new(w->arena);
    struct site_config config = {.listen = settings->listen, .host = settings->host, .error_page = refused, .error_worker = &w->nobody, .admit = upload_admit, .release = upload_release};
    void **workers = NULL;
    int r = read_pem(w->arena, settings->cert, &config.cert_pem, err);
    if (r == 0)
        r = read_pem(w->arena, settings->key, &config.key_pem, err);
    if (r == 0)
        r = text_open(&w->text, err);
    if (r == 0)
        r = names_open(&w->names, err);
    if (r == 0)
        r = languages_open(w->arena, node->time_zone, &w->languages, err);
    if (r == 0)
        r = open_workers(w, err);
    if (r == 0)
        r = import_jobs_open(node, w->names, w->text, &w->imports, err);
    if (r == 0) {
        workers = arena_array(w->arena, void *, w->n_workers);
        for (unsigned i = 0; i < w->n_workers; i++)
            workers[i] = &w->workers[i];
        config.routes = site_routes(w->arena, &config.n_routes);
        config.workers = workers;
        config.n_workers = w->n_workers;
        r = site_start(&config, &w->site, err);
    }
    if (r < 0) {
        web_stop(w);
        return r;
    }
    name_site(w);
    *out = w;
    return 0;
}

unsigned web_port(const struct web *w)
{
    return site_port(w->site);
}

void web_locked(struct web *w)
{
    atomic_fetch_add(&w->locked, 1);
}

const char *web_url(const struct web *w)
{
    return w->url;
}

void web_stop(struct web *w)
{
    if (!w)
        return;
    site_stop(w->site);
    uploads_free(w->uploads);
    import_jobs_close(w->imports);
    for (unsigned i = 0; i < THREADS_MAX; i++) {
        search_close(w->workers[i].search);
        member_book_free(w->workers[i].book);
        halls_free(w->workers[i].halls);
        if (w->workers[i].node)
            node_close(w->workers[i].node);
    }
    languages_close(&w->languages);
    names_close(w->names);
    text_close(w->text);
    arena_free(w->arena);
    free(w);
}
