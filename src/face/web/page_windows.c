/* Windows of partners' interviews: what may be asked there, what was asked, taking it back. */
#include <string.h>

#include "face/web/assess_page.h"
#include "face/web/interviews_views.h"
#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "work/interviews/interview.h"

int show_windows(struct page *p)
{
    const struct casework w = file_casework(p);
    struct windows_view v = {.page = page_layout(p, N_("Interviews of partners that take questions"))};
    struct interview_open_window *all;
    int r = interview_windows(&w, p->a, &all, &v.n, &p->err);
    if (r < 0)
        return r;
    v.rows = arena_array(p->a, struct window_line, v.n);
    for (size_t i = 0; i < v.n; i++)
        v.rows[i] = (struct window_line){page_hex(p, all[i].tie.partner), page_hex(p, all[i].interview), interview_agency(p, page_hex(p, all[i].tie.partner)),
                                         page_time(p, all[i].until_ms), page_hex(p, all[i].tie.file), all[i].until_ms > p->now_ms};
    page_windows(&p->out, &v);
    return 0;
}

/* Until when it is open, and whom it is about. */
static int fill_about(struct page *p, const struct casework *w, const uint8_t *interview, struct window_view *v)
{
    struct interview_open_window *all;
    size_t n;
    int r = interview_windows(w, p->a, &all, &n, &p->err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (memcmp(all[i].interview, interview, ID_LEN) == 0) {
            v->file = page_hex(p, all[i].tie.file);
            v->until = all[i].until_ms > p->now_ms ? page_time(p, all[i].until_ms) : STR("");
        }
    return r;
}

static int draw_window(struct page *p, bool again)
{
    const struct casework w = file_casework(p);
    struct interview_own_question *own;
    uint8_t partner[ID_LEN], interview[ID_LEN];
    struct err shown = p->err;
    int r = page_id(p, 0, partner);
    if (r == 0)
        r = page_id(p, 1, interview);
    const struct field *topics = field_find(STR("que_Topic"));
    struct window_view v = {.page = page_layout(p, N_("Interview")), .text = page_field(p, "text"), .why = page_field(p, "why"), .needs_again = again,
                            .again = page_field(p, "again"), .topics = interview_topics(p)};
    if (r == 0)
        r = interview_own_questions(&w, partner, interview, p->a, &own, &v.n, &p->err);
    if (r == 0)
        r = fill_about(p, &w, interview, &v);
    if (r < 0)
        return r;
    p->err = shown;
    v.partner = page_hex(p, partner);
    v.interview = page_hex(p, interview);
    v.partner_name = interview_agency(p, v.partner);
    v.questions = arena_array(p->a, struct own_question_row, v.n);
    for (size_t i = 0; i < v.n; i++) {
        const struct field_code *topic = field_code_find(topics, own[i].topic);
        v.questions[i] = (struct own_question_row){.id = page_hex(p, own[i].id), .text = own[i].text, .reason = interview_end_words(own[i].reason) ? page_words(p, interview_end_words(own[i].reason)) : own[i].reason, .number = (int64_t)i + 1,
                                                   .answered = own[i].answered_ms >= 0 ? interview_clock(p, own[i].answered_ms) : STR(""),
                                                   .topic = topic ? topic->label : "", .state = question_state_words(own[i].state),
                                                   .may_take_back = question_after(own[i].state, QUESTION_TAKE_BACK, INTERVIEW_ASKER) != QUESTION_NONE};
        v.answered = v.answered || own[i].answered_ms >= 0;
        if (again && !v.asked && interview_alike(p->a, v.text, own[i].text) >= INTERVIEW_NEAR)
            v.asked = &v.questions[i];
    }
    page_window(&p->out, &v);
    return 0;
}

int show_window(struct page *p)
{
    return draw_window(p, false);
}

int do_window(struct page *p)
{
    const struct casework w = file_casework(p);
    uint8_t partner[ID_LEN], interview[ID_LEN], id[ID_LEN];
    int r = page_id(p, 0, partner);
    if (r == 0)
        r = page_id(p, 1, interview);
    const struct interview_question question = {page_field(p, "text"), page_field(p, "topic"), page_field(p, "why"), page_field(p, "again")};
    if (r == 0)
        r = interview_file_question(&w, partner, interview, &question, id, &p->err);
    if (r == ERR_INPUT || r == ERR_EXISTS || r == ERR_DENIED) { /* who has no part in it is refused when it is drawn */
        page_error(p, r == ERR_EXISTS ? "again" : question.text.len ? "topic" : "text");
        return draw_window(p, r == ERR_EXISTS);
    }
    return r < 0 ? r : page_go(p, p->request->path.p);
}

int do_window_back(struct page *p)
{
    const struct casework w = file_casework(p);
    uint8_t partner[ID_LEN], interview[ID_LEN], question[ID_LEN];
    int r = page_id(p, 0, partner);
    if (r == 0)
        r = page_id(p, 1, interview);
    if (r == 0)
        r = page_id(p, 2, question);
    if (r == 0)
        r = interview_take_back(&w, partner, question, &p->err);
    return r < 0 ? r : page_go(p, str_printf(p->a, "/windows/%s/%s", page_hex(p, partner).p, page_hex(p, interview).p).p);
}
