/* Another rule for a hall that is set up: the form with the rule as it is, what would be otherwise, and a second person who is asked. */
#include <string.h>

#include "face/web/hall_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "ground/crypto/crypto.h"
#include "work/desk/hall_rule.h"

/* --- what would be otherwise --- */

static str number(struct page *p, unsigned n)
{
    return str_printf(p->a, "%u", n);
}

/* "1-4, 6" of those that serve a lane. */
static str serving(struct page *p, const struct line_rule *rule, unsigned lane)
{
    struct buf b = buf_new(p->a);
    for (unsigned c = 0, end; c < rule->n_counters; c = end + 1) {
        for (end = c; end < rule->n_counters && rule->serves[end] >> lane & 1u; end++)
            ;
        if (end == c)
            continue;
        if (b.len)
            buf_add(&b, STR(", "));
        buf_add(&b, end - c == 1 ? number(p, c + 1) : str_printf(p->a, "%u-%u", c + 1, end));
    }
    return bytes_str(buf_bytes(&b));
}

static void differs(struct hall_otherwise *o, const char *label, unsigned lane, unsigned counter, str was, str now)
{
    if (!str_eq(was, now))
        o->rows[o->n++] = (struct hall_rule_row){label, lane, counter, was, now};
}

static str yes(struct page *p, bool is)
{
    return page_words(p, is ? N_("Yes") : N_("No"));
}

static void lane_differs(struct page *p, const struct hall_rule *rule, unsigned i, struct hall_otherwise *o)
{
    const bool new = i >= rule->was.rule.n_lanes;
    const struct line_lane *was = &rule->was.rule.lanes[i], *now = &rule->now.rule.lanes[i];
    const str none = STR("");
    differs(o, N_("Name"), i + 1, 0, new ? none : rule->was.lanes[i], rule->now.lanes[i]);
    differs(o, N_("Share"), i + 1, 0, new ? none : number(p, was->weight), number(p, now->weight));
    differs(o, N_("Counters"), i + 1, 0, new ? none : serving(p, &rule->was.rule, i), serving(p, &rule->now.rule, i));
    differs(o, N_("Only with the right papers"), i + 1, 0, yes(p, was->needs & ~LINE_NOBODY), yes(p, now->needs & ~LINE_NOBODY));
    differs(o, N_("Closed"), i + 1, 0, yes(p, was->needs & LINE_NOBODY), yes(p, now->needs & LINE_NOBODY));
}

struct hall_otherwise hall_otherwise_of(struct page *p, const struct hall_rule *rule)
{
    const struct line_rule *was = &rule->was.rule, *now = &rule->now.rule;
    struct hall_otherwise o = {.rows = arena_array(p->a, struct hall_rule_row, 6 + 5 * LINE_LANES_MAX + LINE_COUNTERS_MAX),
                               .alone = arena_array(p->a, str, LINE_LANES_MAX)};
    differs(&o, N_("Name of the hall"), 0, 0, rule->was.name, rule->now.name);
    differs(&o, N_("Number of counters"), 0, 0, number(p, was->n_counters), number(p, now->n_counters));
    differs(&o, N_("Posts of the secondary check"), 0, 0, number(p, was->n_posts), number(p, now->n_posts));
    differs(&o, N_("Drawn from so many of the first in line"), 0, 0, number(p, was->window), number(p, now->window));
    differs(&o, N_("Overtaken at most so many times"), 0, 0, number(p, was->cap), number(p, now->cap));
    differs(&o, N_("Calls without service, then the secondary check"), 0, 0, number(p, was->tries), number(p, now->tries));
    for (unsigned i = 0; i < now->n_lanes; i++)
        lane_differs(p, rule, i, &o);
    for (unsigned c = 0; c < now->n_counters; c++)
        differs(&o, N_("In use"), 0, c + 1, c < was->n_counters ? yes(p, was->serves[c]) : STR(""), yes(p, now->serves[c]));
    for (unsigned i = 0; i < now->n_lanes; i++) {
        unsigned counters = 0;
        for (unsigned c = 0; c < now->n_counters; c++)
            counters += now->serves[c] >> i & 1u;
        if (counters == 1 && !(now->lanes[i].needs & LINE_NOBODY))
            o.alone[o.n_alone++] = rule->now.lanes[i];
    }
    return o;
}

/* --- the form --- */

static str field_of(struct page *p, const char *key, size_t i)
{
    return page_field(p, str_printf(p->a, "%s-%zu", key, i).p);
}

/* As many lanes as there are, and two more. */
static size_t lanes_shown(const struct hall_setup *s)
{
    return s->rule.n_lanes + 2 > LINE_LANES_MAX ? LINE_LANES_MAX : s->rule.n_lanes + 2u;
}

static void fill_sent(struct page *p, struct hall_rule_view *v)
{
    v->name = page_field(p, "name");
    v->counters = page_field(p, "counters");
    v->posts = page_field(p, "posts");
    v->window = page_field(p, "window");
    v->cap = page_field(p, "cap");
    v->tries = page_field(p, "tries");
    for (size_t i = 0; i < v->n_lanes; i++)
        v->lanes[i] = (struct hall_lane_input){field_of(p, "lane", i + 1), field_of(p, "weight", i + 1), field_of(p, "at", i + 1),
                                              field_of(p, "checked", i + 1).len > 0, field_of(p, "closed", i + 1).len > 0, i < v->n_there};
}

static void fill_posted(struct page *p, const struct hall_setup *s, struct hall_rule_view *v)
{
    v->name = s->name;
    v->counters = number(p, s->rule.n_counters);
    v->posts = number(p, s->rule.n_posts);
    v->window = number(p, s->rule.window);
    v->cap = number(p, s->rule.cap);
    v->tries = number(p, s->rule.tries);
    for (unsigned i = 0; i < s->rule.n_lanes; i++)
        v->lanes[i] = (struct hall_lane_input){s->lanes[i], number(p, s->rule.lanes[i].weight), serving(p, &s->rule, i),
                                              (s->rule.lanes[i].needs & ~LINE_NOBODY) != 0, (s->rule.lanes[i].needs & LINE_NOBODY) != 0, true};
}

/* otherwise: what the second would be asked, or NULL; seen: its digest, which comes back with her word. */
static int draw_rule(struct page *p, const struct hall_setup *is, const struct hall_rule *rule, str seen)
{
    struct hall_rule_view v = {.page = page_layout(p, N_("Another rule for the hall")), .reference = page_field(p, "reference"), .seen = seen};
    v.head = (struct hall_head){.id = page_hex(p, is->id), .name = is->name, .where = "", .supervisor = true, .officer = true};
    v.n_there = is->rule.n_lanes;
    v.n_lanes = lanes_shown(is);
    v.lanes = arena_array(p->a, struct hall_lane_input, v.n_lanes);
    if (p->form.n)
        fill_sent(p, &v);
    else
        fill_posted(p, is, &v);
    if (rule)
        v.otherwise = hall_otherwise_of(p, rule);
    page_hall_rule(&p->out, &v);
    return 0;
}

static int find(struct page *p, struct hall_setup *is)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    return r < 0 ? r : hall_find(p->node->db, id, p->a, is, &p->err);
}

int show_hall_rule(struct page *p)
{
    struct hall_setup is;
    int r = find(p, &is);
    return r < 0 ? r : draw_rule(p, &is, NULL, STR(""));
}

/* --- what was sent --- */

static int take_numbers(struct page *p, struct hall_setup *s, const char **field)
{
    int64_t got[5];
    static const struct { const char *name; int64_t min, max; const char *wrong; } all[5] = {
        {"counters", 1, LINE_COUNTERS_MAX, N_("How many counters? A number from 1 to 64.")},
        {"posts", 0, LINE_WINDOW_MAX, N_("How many posts for the secondary check? A number from 0 to 32.")},
        {"window", 1, LINE_WINDOW_MAX, N_("From how many of the first in line is drawn? A number from 1 to 32.")},
        {"cap", 1, UINT16_MAX, N_("How often may somebody be overtaken? A number from 1 to 65535.")},
        {"tries", 1, 100, N_("How many calls may end without service? A number from 1 to 100.")}};
    for (size_t i = 0; i < 5; i++) {
        *field = all[i].name;
        if (!str_to_int(page_field(p, all[i].name), all[i].min, all[i].max, &got[i]))
            return err_set(&p->err, ERR_INPUT, "%s", all[i].wrong);
    }
    s->rule = (struct line_rule){.n_counters = (uint8_t)got[0], .n_posts = (uint8_t)got[1], .window = (uint16_t)got[2], .cap = (uint16_t)got[3],
                                 .tries = (uint16_t)got[4]};
    return 0;
}

/* What a ticket of a lane must be eligible for: the bit that it has, or one that no lane has. */
static uint32_t papers_bit(const struct hall_setup *is, const struct hall_setup *s, unsigned lane)
{
    const uint32_t own = lane < is->rule.n_lanes ? is->rule.lanes[lane].needs & ~LINE_NOBODY : 0;
    uint32_t taken = 0;
    unsigned bit = 0;
    for (unsigned i = 0; i < LINE_LANES_MAX; i++)
        taken |= (i < is->rule.n_lanes ? is->rule.lanes[i].needs : 0) | (i < lane ? s->rule.lanes[i].needs : 0);
    while (bit < 30 && taken >> bit & 1u)
        bit++;
    return own ? own : UINT32_C(1) << bit;
}

/* One lane of the form; a new one without a name is none. */
static int take_lane(struct page *p, const struct hall_setup *is, struct hall_setup *s, size_t i, const char **field)
{
    const unsigned at = s->rule.n_lanes;
    const unsigned most = s->rule.n_counters > is->rule.n_counters ? s->rule.n_counters : is->rule.n_counters; /* fewer: hall_rule_check says it */
    const str name = field_of(p, "lane", i);
    int64_t share = 1;
    uint64_t counters;
    *field = str_printf(p->a, "lane-%zu", i).p;
    if (!name.len)
        return i > is->rule.n_lanes ? 0 : err_set(&p->err, ERR_INPUT, N_("each lane needs a name"));
    *field = str_printf(p->a, "weight-%zu", i).p;
    if (field_of(p, "weight", i).len && !str_to_int(field_of(p, "weight", i), 1, 100, &share))
        return err_set(&p->err, ERR_INPUT, N_("The share of a lane is a whole number from 1 to 100."));
    *field = str_printf(p->a, "at-%zu", i).p;
    if (!hall_counters_typed(field_of(p, "at", i), most, &counters))
        return err_set(&p->err, ERR_INPUT, N_("Which counters serve the lane? Numbers of counters, such as 1-4, 6; empty: all."));
    s->lanes[at] = name;
    const uint32_t needs = (field_of(p, "checked", i).len ? papers_bit(is, s, at) : 0) | (field_of(p, "closed", i).len ? LINE_NOBODY : 0);
    s->rule.lanes[at] = (struct line_lane){(uint16_t)share, needs};
    for (unsigned c = 0; c < s->rule.n_counters; c++)
        s->rule.serves[c] |= (counters >> c & 1u) << at;
    s->rule.n_lanes++;
    return 0;
}

static int take_rule(struct page *p, const struct hall_setup *is, struct hall_rule *rule, const char **field)
{
    *rule = (struct hall_rule){.now = {.name = page_field(p, "name")}};
    memcpy(rule->now.id, is->id, ID_LEN);
    int r = take_numbers(p, &rule->now, field);
    for (size_t i = 1; r == 0 && i <= lanes_shown(is); i++)
        r = take_lane(p, is, &rule->now, i, field);
    if (r < 0)
        return r;
    *field = rule->now.name.len ? "counters" : "name";
    return hall_rule_check(p->node->db, p->a, rule, &p->err);
}

/* The same twice: first it is shown, then, with the digest of what was shown, it is asked. */
int do_hall_rule(struct page *p)
{
    uint8_t digest[HASH_LEN], request[ID_LEN];
    struct hall_setup is;
    struct hall_rule rule;
    const char *field = NULL;
    const str reason = page_field(p, "reference");
    int r = find(p, &is);
    if (r < 0)
        return r;
    r = take_rule(p, &is, &rule, &field);
    if (r == 0 && !hall_otherwise_of(p, &rule).n)
        r = err_set(&p->err, ERR_INPUT, N_("Nothing would be otherwise."));
    if (r == ERR_INPUT || r == ERR_LIMIT) {
        page_error(p, field);
        return draw_rule(p, &is, NULL, STR(""));
    }
    if (r < 0)
        return r;
    crypto_sha256(digest, hall_rule_bytes(p->a, &rule));
    const str seen = hex_encode(p->a, (bytes){digest, sizeof digest});
    if (!str_eq(page_field(p, "seen"), seen))
        return draw_rule(p, &is, &rule, seen);
    if (!reason.len || reason.len > ACCESS_REFERENCE_MAX)
        r = err_set(&p->err, ERR_INPUT, N_("say in a few words why"));
    else
        r = hall_rule_ask(p->node, &p->actor, &rule, reason, p->now_ms, request, &p->err);
    if (r == ERR_INPUT || r == ERR_LIMIT) {
        page_error(p, "reference");
        return draw_rule(p, &is, &rule, seen);
    }
    return page_parked(p, r, request);
}
