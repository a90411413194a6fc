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
    struct window_row row = {.came_ms = letter->now_ms};
    (void)act;
    int r = read_it(letter, PAPER_WINDOW, &p, &tie, node, err);
    if (r < 0)
        return r;
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

/* The question becomes a record of the file, under the id that the asker gave it. It came in time if our window is open now. */
static int questions_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    static const uint8_t nobody[ID_LEN];
    struct arena *a = letter->arena;
    struct record interview, question = {.unit = FIELD_OF_QUESTION, .has_about = true};
    struct interview_paper p;
    struct tie tie;
    int64_t until = 0;
    size_t n = 0;
    (void)act;
    int r = read_it(letter, PAPER_QUESTION, &p, &tie, node, err);
    if (r == 0 && !tie.has_person)
        r = err_set(err, ERR_INPUT, "question: the person is in no case here");
    if (r == 0)
        r = interview_record(node, tie.file, p.interview, FIELD_OF_INTERVIEW, a, &interview, err);
    if (r == 0 && memcmp(interview.about, tie.person, ID_LEN) != 0)
        r = err_set(err, ERR_INPUT, "question: the interview is of another person");
    if (r == 0 && (!str_to_int(record_text(&interview, "int_WindowUntil"), 0, INT64_MAX, &until) || until <= letter->now_ms))
        r = err_set(err, ERR_INPUT, "question: the window is shut");
    if (r == 0)
        r = count_questions(node, &tie, p.interview, a, &n, err);
    if (r == 0 && n >= INTERVIEW_QUESTIONS_MAX)
        r = err_set(err, ERR_INPUT, "question: there are %d already", INTERVIEW_QUESTIONS_MAX);
    if (r < 0)
        return r == ERR_NOT_FOUND ? ERR_INPUT : r;
    memcpy(question.file, tie.file, ID_LEN);
    memcpy(question.id, p.question, ID_LEN);
    memcpy(question.about, tie.person, ID_LEN);
    record_add(a, &question, "que_Interview", hex_encode(a, (bytes){p.interview, ID_LEN}));
    record_add(a, &question, "que_Text", p.text);
    record_add(a, &question, "que_Phase", p.phase);
    record_add(a, &question, "que_Why", p.why);
    record_add(a, &question, "que_From", hex_encode(a, (bytes){letter->from->id, ID_LEN}));
    r = record_insert(node, a, &question, letter->now_ms, nobody, err);
    return r == ERR_EXISTS ? ERR_INPUT : r;
}

static int state_effect(struct node *node, struct act *act, const struct letter_opened *letter, struct err *err)
{
    struct asked_row row;
    struct interview_paper p;
    struct tie tie;
    (void)act;
    int r = read_it(letter, PAPER_STATE, &p, &tie, node, err);
    if (r == 0)
        r = asked_store_get(node->db, p.question, letter->arena, &row, err);
    if (r == 0 && (memcmp(row.partner, letter->from->id, ID_LEN) != 0 || memcmp(row.interview, p.interview, ID_LEN) != 0))
        r = err_set(err, ERR_INPUT, "question-state: it is of no question of ours");
    if (r < 0)
        return r == ERR_NOT_FOUND ? ERR_INPUT : r;
    row.state = p.state;
    if (p.reason.len) {
        r = vault_put(node->vault, node->db, VAULT_INTERVIEW, str_bytes(p.reason), NULL, &row.reason, NULL, err);
        row.has_reason = r == 0;
    }
    return r < 0 ? r : asked_store_put(node->db, &row, err);
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
    {.name = "interview-questions", .effect = questions_effect},
    {.name = "question-state", .effect = state_effect},
    {.name = "interview-register", .effect = register_effect},
    {0},
};
