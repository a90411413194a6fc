/* What letters do to interviews: see interview.h. */
#include <string.h>

#include "work/interviews/interview_internal.h"

static int read_it(const struct letter_opened *letter, enum interview_paper_kind kind, struct interview_paper *p, struct tie *tie, struct node *node, struct err *err)
{
    int r = interview_paper_read(letter->arena, kind, letter->payload, p, err);
    if (r == 0)
        r = tie_find(node->db, letter->from->id, p->tie, tie, err);
    return r == ERR_LIMIT || r == ERR_NOT_FOUND ? ERR_INPUT : r;
}

static int window_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    struct interview_paper p;
    struct tie tie;
    struct window_row row = {.came_ms = letter->now_ms}, before;
    struct tie known;
    (void)act;
    int r = read_it(letter, PAPER_WINDOW, &p, &tie, node, err);
    if (r < 0)
        return r;
    if (!tie.has_person) { /* by another tie we know whom they mean: that one counts */
        r = window_store_get(node->db, letter->from->id, p.interview, letter->arena, &before, err);
        if (r == 0 && (r = tie_find(node->db, letter->from->id, before.tie, &known, err)) == 0 && known.has_person)
            memcpy(p.tie, before.tie, ID_LEN);
        if (r < 0 && r != ERR_NOT_FOUND)
            return r;
    }
    memcpy(row.partner, letter->from->id, ID_LEN);
    memcpy(row.interview, p.interview, ID_LEN);
    memcpy(row.tie, p.tie, ID_LEN);
    row.until_ms = p.until_ms;
    row.language = p.language;
    return window_store_put(node->db, &row, err);
}

static int count_questions(struct node *node, const struct tie *tie, const uint8_t *interview, struct arena *a, size_t *n, struct err *err)
{
    struct interview_asking *asked;
    struct record *records;
    size_t n_records;
    int r = records_of(node, tie->file, a, &records, &n_records, err);
    if (r == 0)
        interview_questions(a, records, n_records, interview, &asked, n);
    return r;
}

/* The interview that a letter names, of the person whom the tie means here, and can this be done with it. */
static int find_interview(struct node *node, const struct letter_opened *letter, const struct interview_paper *p, const struct tie *tie, enum interview_event event,
                          struct record *interview, struct err *err)
{
    /* when it was written counts: a line that was cut takes nobody's question away. A clock that is ahead gains nothing. */
    const int64_t written_ms = letter->header->time_ms < letter->now_ms ? letter->header->time_ms : letter->now_ms;
    struct arena *a = letter->arena;
    int r = tie->has_person ? 0 : err_set(err, ERR_INPUT, "question: the person is in no case here");
    if (r == 0)
        r = interview_record(node, tie->file, p->interview, FIELD_OF_INTERVIEW, a, interview, err);
    if (r == 0 && memcmp(interview->about, tie->person, ID_LEN) != 0)
        r = err_set(err, ERR_INPUT, "question: the interview is of another person");
    if (r == 0 && !interview_window_is_for(a, interview, letter->from->id))
        r = err_set(err, ERR_INPUT, "question: the window was not opened to this partner");
    if (r == 0)
        r = interview_can_now(node, interview, event, INTERVIEW_ASKER, written_ms, a, err);
    return r == ERR_NOT_FOUND || r == ERR_DENIED ? ERR_INPUT : r;
}

/* The question becomes a record of the file, under the id that the asker gave it. It was asked in time if our window was open then. */
static int questions_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    static const uint8_t nobody[ID_LEN];
    struct arena *a = letter->arena;
    struct record interview, question = {.unit = FIELD_OF_QUESTION, .has_about = true};
    struct interview_paper p;
    struct tie tie;
    size_t n = 0;
    (void)act;
    int r = read_it(letter, PAPER_QUESTION, &p, &tie, node, err);
    if (r == 0)
        r = find_interview(node, letter, &p, &tie, INTERVIEW_FILE, &interview, err);
    if (r == 0)
        r = count_questions(node, &tie, p.interview, a, &n, err);
    if (r == 0 && n >= INTERVIEW_QUESTIONS_MAX)
        r = err_set(err, ERR_INPUT, "question: there are %d already", INTERVIEW_QUESTIONS_MAX);
    if (r < 0)
        return r;
    memcpy(question.file, tie.file, ID_LEN);
    memcpy(question.id, p.question, ID_LEN);
    memcpy(question.about, tie.person, ID_LEN);
    record_add(a, &question, "que_Interview", hex_encode(a, (bytes){p.interview, ID_LEN}));
    record_add(a, &question, "que_Text", p.text);
    record_add(a, &question, "que_Topic", p.topic);
    record_add(a, &question, "que_Phase", STR("Clarify")); /* until who interviews gives it another part */
    record_add(a, &question, "que_Why", p.why);
    record_add(a, &question, "que_From", hex_encode(a, (bytes){letter->from->id, ID_LEN}));
    r = record_insert(node, a, &question, letter->now_ms, nobody, err);
    return r == ERR_EXISTS ? ERR_INPUT : r;
}

/* Whoever asked does not ask it any more: it stays where it is and says so. What was answered stays answered. */
static int back_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    struct arena *a = letter->arena;
    struct interview_answered *answers;
    struct record interview, question;
    struct interview_paper p;
    struct tie tie;
    size_t n;
    int r = read_it(letter, PAPER_BACK, &p, &tie, node, err);
    if (r == 0)
        r = find_interview(node, letter, &p, &tie, INTERVIEW_TAKE_BACK, &interview, err);
    if (r == 0)
        r = interview_record(node, tie.file, p.question, FIELD_OF_QUESTION, a, &question, err);
    if (r == 0 && (!str_eq(record_text(&question, "que_From"), hex_encode(a, (bytes){letter->from->id, ID_LEN})) ||
                   !str_eq(record_text(&question, "que_Interview"), hex_encode(a, (bytes){p.interview, ID_LEN}))))
        r = err_set(err, ERR_INPUT, "question-back: it is no question of this partner in this interview");
    if (r == 0)
        r = interview_answers(node, tie.file, a, &answers, &n, err);
    if (r == 0 && question_after(interview_question_state(&question, answers, n), QUESTION_TAKE_BACK, INTERVIEW_ASKER) == QUESTION_NONE)
        r = err_set(err, ERR_INPUT, "question-back: it was answered, set aside or taken back before");
    if (r < 0)
        return r == ERR_NOT_FOUND ? ERR_INPUT : r;
    return interview_change_record(node, act, a, &question, (const char *const[]){"que_TakenBack"}, (const str[]){interview_number(a, letter->now_ms)}, 1, err);
}

/* A question of ours that this letter's sender has in this interview. */
static int find_asked(struct node *node, const struct letter_opened *letter, const struct interview_paper *p, const struct tie *tie, struct asked_row *row, struct err *err)
{
    struct window_row window;
    struct tie hers;
    int r = asked_store_get(node->db, p->question, letter->arena, row, err);
    if (r == 0 && (memcmp(row->partner, letter->from->id, ID_LEN) != 0 || memcmp(row->interview, p->interview, ID_LEN) != 0))
        r = err_set(err, ERR_INPUT, "question-state: it is of no question of ours");
    if (r == 0)
        r = window_store_get(node->db, row->partner, row->interview, letter->arena, &window, err);
    if (r == 0)
        r = tie_find(node->db, row->partner, window.tie, &hers, err);
    const bool same = r == 0 && (memcmp(hers.id, tie->id, ID_LEN) == 0 || (hers.has_person && tie->has_person && memcmp(hers.person, tie->person, ID_LEN) == 0));
    if (r == 0 && !same)
        r = err_set(err, ERR_INPUT, "question-state: the interview is of another person");
    return r == ERR_NOT_FOUND ? ERR_INPUT : r;
}

static int state_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    static const enum question_event events[QUESTION_STATES] = {[QUESTION_IN] = QUESTION_TAKE, [QUESTION_JOINED] = QUESTION_JOIN, [QUESTION_ASIDE] = QUESTION_SET_ASIDE};
    struct asked_row row;
    struct interview_paper p;
    struct tie tie;
    (void)act;
    int r = read_it(letter, PAPER_STATE, &p, &tie, node, err);
    if (r == 0)
        r = find_asked(node, letter, &p, &tie, &row, err);
    if (r < 0)
        return r;
    const enum question_state next = question_after(asked_state(&row), events[question_state_of(p.state)], INTERVIEW_OURS);
    if (next == QUESTION_NONE) /* we took it back meanwhile, or it was answered: that stands */
        return 0;
    row.state = str_from(question_state_code(next));
    if (p.reason.len) {
        r = vault_put(node->vault, node->db, VAULT_INTERVIEW, str_bytes(p.reason), NULL, &row.reason, NULL, err);
        row.has_reason = r == 0;
    }
    return r < 0 ? r : asked_store_put(node->db, &row, err);
}

/* Their node did not take the question: nobody will ask it. */
static int question_receipt(struct node *node, struct act *act, const struct letter_receipt *receipt, struct err *err)
{
    struct arena *a = arena_new();
    struct asked_row row;
    (void)act;
    int r = receipt->status == LETTER_REFUSED ? asked_store_get(node->db, receipt->id, a, &row, err) : ERR_NOT_FOUND;
    if (r == 0 && question_after(asked_state(&row), QUESTION_TURN_AWAY, INTERVIEW_OURS) != QUESTION_NONE) {
        row.state = str_from(question_state_code(QUESTION_AWAY));
        r = asked_store_put(node->db, &row, err);
    }
    arena_free(a);
    return r == ERR_NOT_FOUND ? 0 : r;
}

/* A question of ours was answered. One that is none of ours, or of another agency's interview, is nothing to us. */
static int answer_came(struct node *node, const struct letter_opened *letter, const struct interview_answered *answer, struct err *err)
{
    struct asked_row row;
    int r = asked_store_get(node->db, answer->question, letter->arena, &row, err);
    if (r == ERR_NOT_FOUND || (r == 0 && memcmp(row.partner, letter->from->id, ID_LEN) != 0))
        return 0;
    row.answered_ms = answer->at_ms;
    return r < 0 ? r : asked_store_put(node->db, &row, err);
}

static int register_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    struct interview_paper p;
    struct tie tie;
    (void)act;
    int r = read_it(letter, PAPER_REGISTER, &p, &tie, node, err);
    if (r < 0)
        return r;
    memcpy(p.reg.partner, letter->from->id, ID_LEN);
    p.reg.at_ms = letter->now_ms;
    r = register_store_put(node->db, p.tie, &p.reg, err);
    for (size_t i = 0; r == 0 && i < p.reg.n_answered; i++)
        r = answer_came(node, letter, &p.reg.answered[i], err);
    return r;
}

const struct letter_kind interview_kinds[] = {
    {.name = "interview-window", .effect = window_effect},
    {.name = "interview-questions", .effect = questions_effect, .receipt = question_receipt},
    {.name = "question-state", .effect = state_effect},
    {.name = "interview-register", .effect = register_effect},
    {.name = "question-back", .effect = back_effect},
    {0},
};
