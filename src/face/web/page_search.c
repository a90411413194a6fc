/* Finding a person among one's own records; searches that are kept. */
#include "face/web/file_page.h"
#include "face/web/identity_words.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/words.h"
#include "ground/json/json.h"

#define PURPOSE_DEFAULT "identification"

str page_purpose_asked(const struct form *form)
{
    str purpose = form_get(form, "purpose");
    return access_purpose(purpose) ? purpose : STR(PURPOSE_DEFAULT);
}

/* The search of this thread; made anew when the index says that it must be. Derived data is not worth an error. */
static int open_search(struct page *p)
{
    struct web_worker *w = p->worker;
    const char *dir = node_path(p->node, p->a, "search");
    if (w->search)
        return 0;
    int r = search_open(dir, p->node->keys, web_names(w->web), &w->search, &p->err);
    if (r != ERR_CORRUPT)
        return r;
    r = search_rebuild(dir, p->node->keys, web_names(w->web), p->node->vault, p->node->db, NULL, NULL, &p->err);
    return r < 0 ? r : search_open(dir, p->node->keys, web_names(w->web), &w->search, &p->err);
}

struct looked {
    struct page *page;
    str text;
    struct search_result result;
};

static int find(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct looked *l = arg;
    struct arena *a = l->page->a;
    int r = search_run(l->page->worker->search, node->vault, node->db, a, l->text, &l->result, err);
    if (r < 0)
        return r;
    struct json *detail = json_object_new(a);
    json_put_str(detail, "asked", l->text);
    struct json *shown = json_put_array(detail, "shown");
    for (size_t i = 0; i < l->result.n; i++)
        json_add_str(shown, hex_encode(a, (bytes){l->result.hits[i].id.b, ID_LEN}));
    act->detail = json_write(a, detail, JSON_ONE_LINE);
    return 0;
}

static int run_search(struct page *p, struct search_view *v)
{
    struct looked *l = arena_new_of(p->a, struct looked);
    struct act act = {.verb = VERB_SEARCH, .actor = &p->actor, .purpose = v->purpose, .now_ms = p->now_ms};
    l->page = p;
    l->text = v->text;
    int r = open_search(p);
    if (r == 0)
        r = act_run(p->node, &act, find, l, &p->err);
    if (r < 0)
        return r;
    v->asked = true;
    v->n = l->result.n;
    v->hits = arena_array(p->a, struct hit_row, v->n);
    for (size_t i = 0; i < v->n; i++) {
        const struct search_hit *hit = &l->result.hits[i];
        v->hits[i] = (struct hit_row){
            .id = page_hex(p, hit->id.b), .name = hit->who.n_names ? identity_name(p->a, &hit->who.names[0]) : STR("?"), .others = identity_others(p->a, &hit->who),
            .born = page_date(p, hit->who.born), .documents = identity_documents(p->a, &hit->who), .reason = page_reasons(p, hit->reason)};
    }
    return 0;
}

int page_search_known(struct page *p, str name, str born, struct hit_row **out, size_t *n)
{
    struct search_view v = {.text = str_trim(str_printf(p->a, "%.*s %.*s", STR_ARG(name), STR_ARG(born))), .purpose = file_purpose(p)};
    *n = 0;
    if (name.len == 0 || v.text.len > SEARCH_TEXT_MAX)
        return 0;
    int r = run_search(p, &v);
    *out = v.hits;
    *n = v.n;
    return r == ERR_INPUT ? 0 : r;
}

/* --- a search's own address: its words sealed for this session, so that reloading and going back find it again --- */

/* What is sealed: purpose, a line end, the words. In hex, the wrapped key first. */
static int seal_address(struct page *p, str text, str purpose, str *out)
{
    str plain = str_printf(p->a, "%.*s\n%.*s", STR_ARG(purpose), STR_ARG(text));
    size_t len = KEYRING_WRAPPED_LEN + plain.len + SEAL_OVERHEAD;
    uint8_t *sealed = arena_alloc(p->a, len);
    int r = keyring_seal(p->node->keys, str_bytes(plain), (bytes){p->session.id, ID_LEN}, sealed, sealed + KEYRING_WRAPPED_LEN, &p->err);
    *out = r == 0 ? hex_encode(p->a, (bytes){sealed, len}) : STR("");
    return r;
}

/* Leaves v as it is when it was sealed for another session, or by nobody. */
static int open_address(struct page *p, str address, struct search_view *v)
{
    struct err other = {0};
    bytes in;
    if (!hex_decode(p->a, address, &in) || in.len < KEYRING_WRAPPED_LEN + SEAL_OVERHEAD)
        return 0;
    bytes sealed = {in.p + KEYRING_WRAPPED_LEN, in.len - KEYRING_WRAPPED_LEN};
    uint8_t *plain = arena_alloc(p->a, sealed.len);
    int r = keyring_unseal(p->node->keys, (bytes){in.p, KEYRING_WRAPPED_LEN}, sealed, (bytes){p->session.id, ID_LEN}, plain, &other);
    if (r < 0 && r != ERR_CRYPTO)
        return err_set(&p->err, r, "%s", other.text);
    if (r < 0)
        return 0;
    v->text = bytes_str((bytes){plain, sealed.len - SEAL_OVERHEAD});
    (void)str_split(&v->text, '\n', &v->purpose);
    v->again = address;
    return 0;
}

/* --- searches that she keeps: under their words, with who was found the last time --- */

/* Purpose, a line end, the ids that were seen. */
static str seen_text(struct page *p, const struct search_view *v)
{
    struct buf b = buf_new(p->a);
    buf_addf(&b, "%.*s\n", STR_ARG(v->purpose));
    for (size_t i = 0; i < v->n; i++)
        buf_addf(&b, "%.*s ", STR_ARG(v->hits[i].id));
    return buf_str(&b);
}

static bool was_seen(str ids, str id)
{
    str one;
    while (str_split(&ids, ' ', &one))
        if (str_eq(one, id))
            return true;
    return false;
}

/* Marks who is new since the search was kept or opened last; that is then remembered. */
static int mark_new(struct page *p, struct search_view *v)
{
    str kept, purpose;
    int r = kept_get(p->node, &p->actor, p->now_ms, KEPT_SEARCH, v->text, p->a, &kept, NULL, &p->err);
    v->kept = r > 0;
    if (r <= 0)
        return r;
    (void)str_split(&kept, '\n', &purpose);
    bool any = false;
    for (size_t i = 0; i < v->n; i++)
        any = (v->hits[i].is_new = !was_seen(kept, v->hits[i].id)) || any;
    return any ? kept_put(p->node, &p->actor, p->now_ms, KEPT_SEARCH, v->text, seen_text(p, v), &p->err) : 0;
}

static int list_kept(struct page *p, struct search_view *v)
{
    struct kept_item *items;
    int r = kept_list(p->node, &p->actor, p->now_ms, KEPT_SEARCH, p->a, &items, &v->n_searches, &p->err);
    if (r < 0)
        return r;
    v->searches = arena_array(p->a, struct kept_search, v->n_searches);
    for (size_t i = 0; i < v->n_searches; i++) {
        str purpose, rest = items[i].text;
        (void)str_split(&rest, '\n', &purpose);
        v->searches[i] = (struct kept_search){.text = items[i].name};
        if ((r = seal_address(p, items[i].name, purpose, &v->searches[i].again)) < 0)
            return r;
    }
    return 0;
}

int do_search_keep(struct page *p)
{
    struct search_view v = {.purpose = page_purpose_asked(&p->form), .text = page_field(p, "text")};
    bool drop = form_has(&p->form, "drop");
    int r = v.text.len == 0 || v.text.len > SEARCH_TEXT_MAX ? err_set(&p->err, ERR_INPUT, N_("there is no such search")) : 0;
    if (r == 0 && drop)
        r = kept_drop(p->node, &p->actor, p->now_ms, KEPT_SEARCH, v.text, &p->err);
    if (r == 0 && !drop && (r = run_search(p, &v)) == 0)
        r = kept_put(p->node, &p->actor, p->now_ms, KEPT_SEARCH, v.text, seen_text(p, &v), &p->err);
    return r < 0 ? r : page_go(p, "/search");
}

static int draw_search(struct page *p, struct search_view *v)
{
    v->page = page_layout(p, N_("Find a person"));
    v->purposes = page_purposes(p, v->purpose);
    int r = v->text.len ? run_search(p, v) : 0;
    if (r == ERR_INPUT) {
        page_error(p, "text");
        r = 0;
    }
    if (r == 0)
        r = v->asked ? mark_new(p, v) : list_kept(p, v);
    if (r < 0)
        return r;
    page_search(&p->out, v);
    return 0;
}

/* An address of another session, or of none, is the page where one begins. */
int show_search(struct page *p)
{
    struct search_view v = {.purpose = page_purpose_asked(&p->query)};
    str again = form_get(&p->query, "again");
    int r = again.len ? open_address(p, again, &v) : 0;
    return r < 0 ? r : draw_search(p, &v);
}

/* The words come in the body and go on sealed: no address, history or proxy's log has them. */
int do_search_find(struct page *p)
{
    struct search_view v = {.purpose = page_purpose_asked(&p->form), .text = page_field(p, "text")};
    bool alone = str_eq(p->request->header.requested_with, STR("fetch")); /* the list alone, for search as you type */
    if (v.text.len == 0 || v.text.len > SEARCH_TEXT_MAX)
        return draw_search(p, &v);
    int r = seal_address(p, v.text, v.purpose, &v.again);
    if (r == 0 && !alone)
        return page_go(p, str_printf(p->a, "/search?again=%.*s", STR_ARG(v.again)).p);
    if (r == 0)
        r = run_search(p, &v);
    if (r < 0)
        return r;
    search_hits(&p->out, &v);
    return 0;
}
