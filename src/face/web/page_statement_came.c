/* Statements that partners gave: which came, whether each proves itself, and hearing one for a reason. */
#include <string.h>

#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/room_media.h"
#include "face/web/room_page.h"
#include "ground/json/json.h"
#include "trust/access/relation.h"
#include "trust/peer/partner.h"
#include "work/interviews/interview.h"
#include "work/statements/statement_give.h"

#define HEAR "hear"

static const char lost_words[] = N_("It can no longer be read: it was taken back, or its time is over.");

static void fill_row(struct page *p, const struct statement_received *s, struct came_row *row)
{
    static const char *const standings[] = {[STATEMENT_UNCHECKED] = N_("being checked"), [STATEMENT_HOLDS] = N_("it proves itself"),
                                            [STATEMENT_BROKEN] = N_("it does not prove itself: do not rely on it")};
    struct partner from;
    struct err gone = {0};
    bool lost = statement_lost(p->node, s, p->now_ms);
    *row = (struct came_row){.letter = page_hex(p, s->letter), .when = page_time(p, s->taken_ms), .lost = lost, .transcript = str_eq(s->statement.type, STR(TRANSCRIPT_TYPE)),
                             .standing = lost ? lost_words : standings[s->standing],
                             .from = partner_by_id(p->node->db, p->a, s->partner, &from, &gone) < 0 ? STR("?") : from.agency,
                             .length = s->standing == STATEMENT_HOLDS ? room_clock(p, s->statement.length_ms) : STR("")};
}

/* Whom it is about, for those who have a part in her case; *placed: it is in one. */
static bool is_about(struct page *p, const struct statement_received *s, struct tie *tie, bool *placed)
{
    struct err nobody = {0};
    unsigned relation = 0, state;
    *placed = statement_about(p->node, s, tie, &nobody) == 0;
    return *placed && access_relation(p->node->db, tie->file, p->session.member, p->session.roles, p->now_ms, &relation, &state, &nobody) == 0 && relation & RELATION_PART;
}

/* Whoever puts one to a case comes from the person in it, as with requests. */
static bool from_person(struct page *p, str *file, str *person)
{
    uint8_t id[ID_LEN];
    *file = form_get(&p->query, "file");
    *person = form_get(&p->query, "person");
    if (hex_decode_into(*file, id, ID_LEN) && hex_decode_into(*person, id, ID_LEN))
        return true;
    *file = *person = STR("");
    return false;
}

/* The list and what it says of each, with its leaf. */
static int look(struct page *p, const uint8_t *letter)
{
    struct act act = {.verb = VERB_LOOK, .actor = &p->actor, .purpose = file_purpose(p), .now_ms = p->now_ms, .has_object = letter != NULL, .detail = STR("statements")};
    if (letter)
        memcpy(act.object, letter, ID_LEN);
    return act_run(p->node, &act, NULL, NULL, &p->err);
}

int show_statements_came(struct page *p)
{
    struct came_list_view v = {.page = page_layout(p, N_("Statements that came"))};
    struct statement_received *all;
    int r = look(p, NULL);
    if (r == 0)
        r = statements_received(p->node, p->a, &all, &v.n, &p->err);
    if (r < 0)
        return r;
    (void)from_person(p, &v.file, &v.person);
    v.rows = arena_array(p->a, struct came_row, v.n);
    for (size_t i = 0; i < v.n; i++)
        fill_row(p, &all[i], &v.rows[i]);
    page_came_list(&p->out, &v);
    return 0;
}

static int find(struct page *p, struct statement_received *s)
{
    uint8_t letter[ID_LEN];
    int r = page_id(p, 0, letter);
    return r < 0 ? r : statement_received_find(p->node, letter, p->a, s, &p->err);
}

static int draw(struct page *p, const struct statement_received *s)
{
    struct came_view v = {.page = page_layout(p, N_("A statement that came")), .holds = s->standing == STATEMENT_HOLDS, .leaf = s->statement.leaf_index,
                          .held = s->held, .leaves = s->statement.leaves, .digest = hex_encode(p->a, (bytes){s->statement.root, HASH_LEN}),
                          .sealed = page_time(p, s->statement.sealed_ms), .reason = page_field(p, "reference")};
    struct tie tie;
    fill_row(p, s, &v.row);
    v.transcript = v.row.transcript;
    v.about = is_about(p, s, &tie, &v.placed);
    if (v.about) {
        v.file = page_hex(p, tie.file);
        v.person = page_hex(p, tie.person);
    } else if (!v.placed && from_person(p, &v.file, &v.person)) {
        uint8_t file[ID_LEN];
        v.number = hex_decode_into(v.file, file, ID_LEN) ? casefile_number(p->a, file) : STR("");
    }
    v.purposes = page_purposes(p, form_has(&p->form, "purpose") ? form_get(&p->form, "purpose") : file_purpose(p));
    page_came(&p->out, &v);
    return 0;
}

int show_statement_came(struct page *p)
{
    struct statement_received s;
    int r = find(p, &s);
    if (r == 0)
        r = look(p, s.letter);
    return r < 0 ? r : draw(p, &s);
}

int do_statement_place(struct page *p)
{
    const struct casework w = file_casework(p);
    struct statement_received s;
    uint8_t file[ID_LEN], person[ID_LEN];
    int r = find(p, &s);
    if (r == 0 && (!hex_decode_into(page_field(p, "file"), file, ID_LEN) || !hex_decode_into(page_field(p, "person"), person, ID_LEN)))
        r = err_set(&p->err, ERR_INPUT, N_("choose the person of this case whom the statement is about"));
    if (r == 0)
        r = statement_place(&w, s.letter, file, person, &p->err);
    if (r == ERR_INPUT || r == ERR_EXISTS) {
        page_error(p, NULL);
        return draw(p, &s);
    }
    return r < 0 ? r : page_go(p, str_printf(p->a, "/statements/%s", page_hex(p, s.letter).p).p);
}

/* --- hearing --- */

int do_statement_hear(struct page *p)
{
    struct statement_received s;
    struct casework w = file_casework(p);
    char ticket[SESSION_TICKET_LEN];
    w.purpose = form_get(&p->form, "purpose");
    w.reference = page_field(p, "reference");
    int r = find(p, &s);
    if (r < 0)
        return r;
    r = w.reference.len ? statement_hear(&w, s.letter, &p->err) : err_set(&p->err, ERR_INPUT, N_("say why you listen"));
    if (r == ERR_DENIED && statement_lost(p->node, &s, p->now_ms))
        r = err_set(&p->err, ERR_DENIED, "%s", lost_words);
    if (r == ERR_DENIED || r == ERR_INPUT) {
        page_error(p, w.reference.len ? "purpose" : "reference");
        return draw(p, &s);
    }
    if (r == 0)
        r = session_ticket(p->node, &p->session, HEAR, s.letter, ticket, &p->err);
    return r < 0 ? r : page_go(p, str_printf(p->a, "/statements/%s/listen/%s", page_hex(p, s.letter).p, ticket).p);
}

/* The marks of a copy stand in front of its media. Where each part's beginning is among them, reading ends there; where some were left out, it
 * goes on, and the parts begin with what is held of them. */
struct collecting {
    struct page *p;
    struct recording_mark *all;
    size_t n, max, heads;
    struct room_part *parts; /* one for each head */
    bool done;
};

static bool is_whole(struct collecting *c)
{
    struct room_part *parts;
    size_t n = room_parts(c->p->a, c->all, c->n, &parts);
    if (n == c->heads)
        c->parts = parts;
    return n == c->heads;
}

static void note_chunk(struct collecting *c, const struct statement_piece *piece)
{
    if (piece->session < 0 || (size_t)piece->session >= c->heads)
        return;
    for (size_t i = (size_t)piece->session; i-- > 0;)
        if (c->parts[i].until_ms > piece->at_ms)
            c->parts[i].until_ms = piece->at_ms;
    if (c->parts[piece->session].from_ms > piece->at_ms)
        c->parts[piece->session].from_ms = piece->at_ms;
}

static int collect(void *arg, const struct statement_header *h, const struct statement_piece *piece, struct err *err)
{
    struct collecting *c = arg;
    const struct json *o;
    str kind, question;
    if (!c->all) {
        c->max = (size_t)(h->marks < RECORDING_MARKS_MAX ? h->marks : RECORDING_MARKS_MAX);
        c->all = arena_array(c->p->a, struct recording_mark, c->max + 1);
        c->heads = (size_t)(h->heads < RECORDING_MARKS_MAX ? h->heads : RECORDING_MARKS_MAX);
    }
    if (piece->kind == LEAF_CHUNK && !c->parts) {
        c->done = is_whole(c);
        if (c->done)
            return err_set(err, ERR_EXISTS, "enough was read");
        c->parts = arena_array(c->p->a, struct room_part, c->heads + 1);
        for (size_t i = 0; i < c->heads; i++)
            c->parts[i] = (struct room_part){INT64_MAX, INT64_MAX};
    }
    if (piece->kind == LEAF_CHUNK)
        note_chunk(c, piece);
    if (piece->kind != LEAF_MARK || c->n == c->max)
        return 0;
    struct recording_mark *m = &c->all[c->n];
    int r = json_parse(c->p->a, "a mark", piece->content, STATEMENT_ABOUT_MAX, &o, err);
    if (r == 0)
        r = json_get_int(o, "at_ms", 0, INT64_MAX, &m->at_ms, err);
    if (r == 0)
        r = json_get_str(o, "kind", 100, &kind, err);
    if (r == 0 && json_find(o, "text"))
        r = json_get_str(o, "text", RECORDING_WORDS_MAX, &m->text, err);
    m->has_question = r == 0 && json_find(o, "question") && json_get_str(o, "question", 2 * ID_LEN, &question, err) == 0 &&
                      hex_decode_into(question, m->question, ID_LEN);
    for (int k = MARK_BEGINS; r == 0 && k <= MARK_ENDS; k++)
        if (str_eq(kind, str_from(recording_mark_name((enum recording_mark_kind)k))))
            m->kind = (enum recording_mark_kind)k;
    c->n += r == 0;
    return r;
}

/* This session said why; and her part in the case is looked at again, since it may have been taken away. */
static int may_hear(struct page *p, struct statement_received *s)
{
    struct tie tie;
    bool placed;
    int r = find(p, s);
    if (r == 0)
        r = session_ticket_check(p->node, &p->session, HEAR, s->letter, p->request->params[1], &p->err);
    return r == 0 && !is_about(p, s, &tie, &placed) ? err_set(&p->err, ERR_DENIED, N_("you have no part in this case")) : r;
}

static int read_marks(struct page *p, const struct statement_received *s, struct collecting *c)
{
    *c = (struct collecting){.p = p};
    int r = statement_leaves(p->node, s->letter, collect, c, &p->err);
    return c->done ? (p->err = (struct err){0}, 0) : r;
}

struct reading { struct page *p; struct came_heard_view *v; size_t room; };

static int read_line(void *arg, const struct statement_header *h, const struct statement_piece *piece, struct err *err)
{
    struct reading *r = arg;
    struct transcript_line line;
    (void)h, (void)err;
    if (piece->kind != LEAF_CHUNK || !transcript_line_read(r->p->a, piece->content, &line))
        return 0;
    arena_one_more(r->p->a, r->v->lines, r->v->n_lines, r->room);
    r->v->lines[r->v->n_lines++] = (struct spoken_line){.at = room_clock(r->p, line.at_ms), .text = line.text, .at_ms = line.at_ms, .timed = true};
    return 0;
}

static int show_read(struct page *p, const struct statement_received *s)
{
    struct came_heard_view v = {.page = page_layout(p, N_("Transcript")), .transcript = true};
    struct reading reading = {.p = p, .v = &v};
    fill_row(p, s, &v.row);
    int r = statement_leaves(p->node, s->letter, read_line, &reading, &p->err);
    if (r == 0)
        page_came_heard(&p->out, &v);
    return r;
}

int show_statement_heard(struct page *p)
{
    struct statement_received s;
    struct collecting c;
    int r = may_hear(p, &s);
    if (r == 0)
        r = look(p, s.letter);
    if (r == 0 && str_eq(s.statement.type, STR(TRANSCRIPT_TYPE)))
        return show_read(p, &s);
    if (r == 0)
        r = read_marks(p, &s, &c);
    if (r < 0)
        return r;
    struct came_heard_view v = {.page = page_layout(p, N_("Listen to the statement")), .marks = arena_array(p->a, struct room_mark, c.n + 1), .n = c.n};
    fill_row(p, &s, &v.row);
    for (size_t i = 0; i < c.n; i++) {
        str question = STR("");
        if (c.all[i].has_question && (r = interview_own_question_text(p->node, c.all[i].question, p->a, &question, &p->err)) < 0)
            return r;
        v.marks[i] = (struct room_mark){.at = room_clock(p, c.all[i].at_ms), .at_ms = c.all[i].at_ms, .what = page_words(p, room_mark_words(c.all[i].kind)),
                                        .text = c.all[i].text, .question = question};
    }
    room_sort_marks(v.marks, v.n);
    v.player = (struct player_view){.kind = "statements", .id = v.row.letter, .ticket = p->request->params[1], .length_ms = s.statement.length_ms,
                                    .picture = str_starts(s.statement.type, STR("video/"))};
    (void)!str_to_int(form_get(&p->query, "at"), 0, INT64_C(1) << 40, &v.player.at_ms);
    page_came_heard(&p->out, &v);
    return 0;
}

/* From a moment on, to the end of the part in which it lies. */
int show_statement_media(struct page *p)
{
    struct statement_received s;
    struct statement_stream *stream;
    struct collecting c;
    struct node *own = NULL;
    int64_t from_ms = 0;
    int r = may_hear(p, &s);
    if (r == 0)
        r = read_marks(p, &s, &c);
    if (r < 0)
        return r;
    (void)!str_to_int(form_get(&p->query, "from"), 0, INT64_C(1) << 40, &from_ms);
    size_t part = c.parts ? room_part_at(c.parts, c.heads, from_ms) : c.heads;
    if (part == c.heads)
        return err_set(&p->err, ERR_NOT_FOUND, N_("there is nothing to hear at this place"));
    r = node_open_again(p->node, &own, &p->err);
    if (r == 0)
        r = statement_stream_open(own, s.letter, (int64_t)part, from_ms, &stream, &p->err);
    if (r < 0)
        return r;
    p->reply->type = str_starts(s.statement.type, STR("audio/")) ? "audio/webm" : "video/webm";
    p->reply->produce = statement_stream_pull;
    p->reply->done = statement_stream_close;
    p->reply->state = stream;
    return 0;
}
