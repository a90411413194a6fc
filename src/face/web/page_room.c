/* The interview room: a recording begins, goes on whatever breaks, is marked, ends, is sealed. What the browser does: web-assets/room.js. */
#include <string.h>

#include "face/web/assess_page.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/room_page.h"
#include "work/cases/firewall.h"
#include "work/interviews/interview.h"
#include "ground/json/json.h"

#define TIME_MAX (INT64_C(1) << 40) /* ms: more than anybody lives */

/* --- marks by name --- */

static const struct { enum recording_mark_kind kind; const char *name, *words; } mark_kinds[] = {
    {MARK_BEGINS, "begins", N_("the recording begins")},
    {MARK_ASKED, "asked", N_("asked")},
    {MARK_ANSWERED, "answered", N_("answered")},
    {MARK_NOT_ANSWERED, "not_answered", N_("not answered")},
    {MARK_BREAK, "break", N_("a break begins")},
    {MARK_BREAK_ENDS, "break_ends", N_("the break is over")},
    {MARK_ENTERS, "enters", N_("comes in")},
    {MARK_LEAVES, "leaves", N_("goes out")},
    {MARK_NOTE, "note", N_("note")},
    {MARK_NOTE, "free_account", N_("she tells freely")},
    {MARK_INTERRUPTED, "interrupted", N_("it was interrupted and goes on")},
    {MARK_ENDS, "ends", N_("the recording ends")},
};
#define MARK_KINDS (sizeof mark_kinds / sizeof mark_kinds[0])

static size_t mark_named(str name)
{
    size_t i = 0;
    while (i < MARK_KINDS && !str_eq(name, str_from(mark_kinds[i].name)))
        i++;
    return i;
}

static size_t mark_of(enum recording_mark_kind kind)
{
    size_t i = 0;
    while (i < MARK_KINDS && mark_kinds[i].kind != kind)
        i++;
    return i;
}

const char *room_mark_words(enum recording_mark_kind kind)
{
    size_t i = mark_of(kind);
    return i < MARK_KINDS ? mark_kinds[i].words : "?";
}

str room_clock(struct page *p, int64_t ms)
{
    long long s = ms < 0 ? 0 : (long long)(ms / 1000);
    return str_printf(p->a, "%02lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
}

/* --- what a page of the room begins with --- */

int room_find(struct page *p, struct recording *out)
{
    uint8_t id[ID_LEN];
    int r = page_id(p, 0, id);
    if (r == 0)
        r = recording_find(p->node, id, p->a, out, &p->err);
    return r == 0 && recording_is_transcript(out) ? err_set(&p->err, ERR_NOT_FOUND, N_("there is no such recording")) : r; /* it stands beside its recording */
}

int room_look(struct page *p, struct recording *recording, struct casefile *f)
{
    struct casework w = file_casework(p);
    int r = room_find(p, recording);
    if (r == 0)
        r = file_look(p, &w, recording->file, f);
    return r < 0 ? r : firewall_tells(p->node, recording->file, recording->id, w.purpose, &p->err);
}

int room_look_marks(struct page *p, struct recording *recording, struct casefile *f, struct recording_mark **marks, size_t *n)
{
    int r = room_look(p, recording, f);
    return r < 0 ? r : recording_marks(p->node, recording->id, p->a, marks, n, &p->err);
}

/* Whether it is hers to go on with: asked every minute, so no look and no leaf. What there is she does not learn. */
static int is_hers(struct page *p, const struct recording *recording)
{
    unsigned relation, state;
    int r = access_relation(p->node->db, recording->file, p->session.member, p->session.roles, p->now_ms, &relation, &state, &p->err);
    if (r == 0 && !(relation & (RELATION_WORKER | RELATION_LEAD | RELATION_SUPERVISOR)))
        r = err_set(&p->err, ERR_NOT_FOUND, N_("there is no such page"));
    return r;
}

static int answer_json(struct page *p, int status, const char *text)
{
    p->reply->status = status;
    p->reply->type = "application/json";
    p->reply->body = str_bytes(str_from(text));
    return 0;
}

static bool is_picture(const struct recording *recording)
{
    return str_starts(recording->type, STR("video/"));
}

int show_recordings(struct page *p)
{
    struct casefile f;
    struct recording *all = NULL;
    size_t n = 0;
    int r = assess_look(p, &f);
    if (r == 0)
        r = recordings_of(p->node, f.id, p->a, &all, &n, &p->err);
    if (r < 0)
        return r;
    struct recordings_view v = {.page = page_layout(p, N_("Recordings")), .file = page_hex(p, f.id), .rows = arena_array(p->a, struct recording_row, n)};
    while (n-- > 0)
        v.rows[v.n++] = (struct recording_row){.id = page_hex(p, all[n].id), .begun = page_time(p, all[n].begun_ms), .sealed = page_time(p, all[n].sealed_ms),
                                               .length = room_clock(p, all[n].length_ms), .picture = is_picture(&all[n])};
    page_recordings(&p->out, &v);
    return 0;
}

/* --- it begins --- */

int show_room_new(struct page *p)
{
    struct casefile f;
    uint8_t interview[ID_LEN];
    int r = assess_look(p, &f);
    if (r < 0)
        return r;
    str asked = form_get(&p->query, "interview");
    struct room_new_view v = {.page = page_layout(p, N_("Record the interview")), .file = page_hex(p, f.id), .title = record_title(p->a, &f.records[0]),
                              .interview = hex_decode_into(asked, interview, ID_LEN) ? asked : STR("")};
    p->reply->listens = true;
    page_room_new(&p->out, &v);
    return 0;
}

int do_recording(struct page *p)
{
    uint8_t file[ID_LEN], interview[ID_LEN] = {0}, id[ID_LEN];
    struct casework w = file_casework(p);
    bool picture = str_eq(form_get(&p->form, "picture"), STR("yes"));
    str asked = form_get(&p->form, "interview");
    struct casefile f;
    int r = assess_look(p, &f);
    memcpy(file, f.id, ID_LEN);
    if (r == 0 && asked.len && !hex_decode_into(asked, interview, ID_LEN))
        r = err_set(&p->err, ERR_INPUT, N_("there is no such interview in this case"));
    if (r == 0)
        r = interview_ready(p->node, file, asked.len ? interview : NULL, p->now_ms, p->a, &p->err);
    if (r == 0)
        r = recording_begin(&w, file, interview, picture ? STR("video/webm;codecs=vp8,opus") : STR("audio/webm;codecs=opus"), id, &p->err);
    return r < 0 ? r : page_go(p, str_printf(p->a, "/recordings/%s", page_hex(p, id).p).p);
}

/* --- it goes on --- */

static void fill_question(struct page *p, const struct recording_mark *marks, size_t n, struct room_question *q, const uint8_t id[static ID_LEN])
{
    q->id = page_hex(p, id);
    q->is = "";
    q->at = STR("");
    for (size_t i = 0; i < n; i++)
        if (marks[i].has_question && memcmp(marks[i].question, id, ID_LEN) == 0) {
            q->is = mark_kinds[mark_of(marks[i].kind)].name;
            q->at = room_clock(p, marks[i].at_ms);
        }
}

int show_recording(struct page *p)
{
    struct recording recording;
    struct recording_mark *marks = NULL;
    struct casefile f;
    size_t n = 0;
    int r = room_look_marks(p, &recording, &f, &marks, &n);
    if (r < 0)
        return r;
    if (recording.state == RECORDING_SEALED)
        return room_draw_sealed(p, &recording, &f, marks, n);
    struct room_view v = {.page = page_layout(p, N_("The interview")), .id = page_hex(p, recording.id), .file = page_hex(p, f.id), .type = recording.type,
                          .title = record_title(p->a, &f.records[0]), .begun = page_time(p, recording.begun_ms), .picture = is_picture(&recording)};
    struct room_asked *asked = NULL;
    v.n = room_questions(p, &f, &recording, &asked);
    v.questions = arena_array(p->a, struct room_question, v.n);
    for (size_t i = 0; i < v.n; i++) {
        v.questions[i] = (struct room_question){.text = asked[i].text, .from = asked[i].from, .phase = asked[i].phase};
        fill_question(p, marks, n, &v.questions[i], asked[i].id);
    }
    p->reply->listens = true;
    page_room(&p->out, &v);
    return 0;
}

/* For the page that records: what the node has, its clock, and the token of the session as it is now. */
int show_recording_state(struct page *p)
{
    struct recording recording;
    struct recording_mark *marks;
    struct recording_place *last;
    size_t n = 0, n_last = 0;
    int r = room_find(p, &recording);
    if (r == 0)
        r = is_hers(p, &recording);
    if (r == 0)
        r = recording_marks(p->node, recording.id, p->a, &marks, &n, &p->err);
    if (r == 0 && recording.chunks > 0)
        r = recording_places(p->node, recording.id, recording.chunks - 1, 1, p->a, &last, &n_last, &p->err);
    if (r < 0)
        return r;
    return answer_json(p, 200, str_printf(p->a, "{\"have\":%lld,\"session\":%lld,\"marks\":%zu,\"begun\":%lld,\"now\":%lld,\"sealed\":%s,\"csrf\":\"%.*s\"}",
                                          (long long)recording.chunks, n_last ? (long long)last->session + 1 : 0, n, (long long)recording.begun_ms, (long long)p->now_ms,
                                          recording.state == RECORDING_SEALED ? "true" : "false", STR_ARG(p->layout.csrf)).p);
}

/* A piece, as it came from the browser. It is durable before this answers; 409 tells which one comes next. */
int do_recording_chunk(struct page *p)
{
    uint8_t id[ID_LEN];
    int64_t have = 0;
    struct recording_chunk chunk = {.media = p->request->body};
    struct casework w = file_casework(p);
    int r = page_id(p, 0, id);
    if (r < 0)
        return r;
    if (!str_to_int(p->request->params[1], 0, INT32_MAX, &chunk.sequence) || !str_to_int(form_get(&p->query, "at"), 0, TIME_MAX, &chunk.at_ms) ||
        !str_to_int(form_get(&p->query, "session"), 0, INT32_MAX, &chunk.session) || chunk.media.len == 0)
        return err_set(&p->err, ERR_INPUT, N_("a piece of a recording has a number, a time and bytes"));
    r = recording_append(&w, id, &chunk, &have, &p->err);
    const char *text = str_printf(p->a, "{\"have\":%lld}", (long long)have).p;
    return r == 0 ? answer_json(p, 200, text) : r == ERR_RETRY || r == ERR_EXISTS ? answer_json(p, 409, text) : r;
}

/* --- marks --- */

/* A press whose answer was lost on the way is sent again: it counts once. */
static bool is_there(const struct recording_mark *mark, const struct recording_mark *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].kind == mark->kind && all[i].at_ms == mark->at_ms && all[i].has_question == mark->has_question &&
            memcmp(all[i].question, mark->question, ID_LEN) == 0 && str_eq(all[i].text, mark->text))
            return true;
    return false;
}

static int read_mark(struct page *p, const struct recording *recording, struct recording_mark *mark)
{
    str at = form_get(&p->form, "at"), question = form_get(&p->form, "question");
    size_t kind = mark_named(form_get(&p->form, "kind"));
    if (kind == MARK_KINDS)
        return err_set(&p->err, ERR_INPUT, N_("say what happened"));
    *mark = (struct recording_mark){.kind = mark_kinds[kind].kind, .at_ms = p->now_ms - recording->begun_ms, .text = page_field(p, "text")};
    if (str_eq(str_from(mark_kinds[kind].name), STR("free_account")))
        mark->text = page_words(p, mark_kinds[kind].words);
    if (at.len && !str_to_int(at, 0, TIME_MAX, &mark->at_ms))
        return err_set(&p->err, ERR_INPUT, N_("this time cannot be read"));
    if (mark->text.len > RECORDING_WORDS_MAX)
        return err_set(&p->err, ERR_INPUT, N_("write less: a few sentences at most"));
    mark->has_question = question.len > 0;
    if (mark->has_question && !hex_decode_into(question, mark->question, ID_LEN))
        return err_set(&p->err, ERR_INPUT, N_("there is no such question in this interview"));
    return 0;
}

int do_recording_mark(struct page *p)
{
    struct recording recording;
    struct recording_mark mark = {0}, *marks = NULL;
    size_t n = 0;
    struct casework w = file_casework(p);
    int r = room_find(p, &recording);
    if (r == 0)
        r = is_hers(p, &recording);
    if (r == 0)
        r = recording_marks(p->node, recording.id, p->a, &marks, &n, &p->err);
    if (r == 0)
        r = read_mark(p, &recording, &mark);
    if (r == 0 && !is_there(&mark, marks, n))
        r = recording_mark(&w, recording.id, &mark, &p->err);
    if (r < 0)
        return r;
    return p->request->header.requested_with.len ? answer_json(p, 200, "{}") : page_go(p, str_printf(p->a, "/recordings/%s", page_hex(p, recording.id).p).p);
}

/* --- it ends --- */

/* By the clock: what was pressed while the line was gone, or before the first piece was there, came later than it happened. */
void room_sort_marks(struct room_mark *marks, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct room_mark one = marks[i];
        size_t k = i;
        for (; k > 0 && marks[k - 1].at_ms > one.at_ms; k--)
            marks[k] = marks[k - 1];
        marks[k] = one;
    }
}

void room_fill_end(struct page *p, const struct recording *recording, const struct casefile *f, const struct recording_mark *marks, size_t n,
                   struct room_end_view *v)
{
    struct room_asked *asked = NULL;
    size_t n_asked = room_questions(p, f, recording, &asked);
    v->id = page_hex(p, recording->id);
    v->file = page_hex(p, f->id);
    v->title = record_title(p->a, &f->records[0]);
    v->begun = page_time(p, recording->begun_ms);
    v->length = room_clock(p, recording->length_ms);
    v->chunks = recording->chunks;
    v->marks = arena_array(p->a, struct room_mark, n);
    for (size_t i = 0; i < n; i++) {
        struct room_mark *m = &v->marks[v->n++];
        *m = (struct room_mark){.at = room_clock(p, marks[i].at_ms), .at_ms = marks[i].at_ms, .text = marks[i].text,
                                .what = page_words(p, room_mark_words(marks[i].kind))};
        for (size_t k = 0; k < n_asked && marks[i].has_question; k++)
            if (memcmp(asked[k].id, marks[i].question, ID_LEN) == 0)
                m->question = asked[k].text;
    }
    room_sort_marks(v->marks, v->n);
}

int show_recording_seal(struct page *p)
{
    struct recording recording;
    struct recording_mark *marks;
    struct casefile f;
    size_t n;
    int r = room_look_marks(p, &recording, &f, &marks, &n);
    if (r < 0)
        return r;
    if (recording.state == RECORDING_SEALED)
        return page_go(p, str_printf(p->a, "/recordings/%s", page_hex(p, recording.id).p).p);
    struct room_end_view v = {.page = page_layout(p, N_("Seal the recording"))};
    room_fill_end(p, &recording, &f, marks, n, &v);
    page_room_end(&p->out, &v);
    return 0;
}

/* What is known of how it was made: its first leaf. */
static str about_of(struct page *p)
{
    struct json *o = json_object_new(p->a);
    json_put_str(o, "agency", p->layout.agency);
    json_put_str(o, "recorded_by", p->member.name);
    json_put_str(o, "recorded_with", STR("Comity, in a browser"));
    return json_write(p->a, o, JSON_ONE_LINE);
}

int do_recording_seal(struct page *p)
{
    uint8_t id[ID_LEN];
    struct statement statement;
    struct casework w = file_casework(p);
    int r = page_id(p, 0, id);
    if (r == 0)
        r = statement_seal(&w, id, about_of(p), p->a, &statement, &p->err);
    return r < 0 ? r : page_go(p, str_printf(p->a, "/recordings/%s", page_hex(p, id).p).p);
}
