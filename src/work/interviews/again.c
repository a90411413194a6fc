/* Another interview of a person who was interviewed before: a ground, her own yes, a second person. */
#include <string.h>

#include "work/interviews/interview_internal.h"

/* What a second person agrees to: the interview's id, that of the consent, the ground, the reasons. */
static bytes write_asked(struct arena *a, const uint8_t *interview, const struct interview_again *again)
{
    struct buf b = buf_new(a);
    buf_add_bytes(&b, interview, ID_LEN);
    buf_add_bytes(&b, again->consent, ID_LEN);
    buf_u16(&b, (uint16_t)again->ground.len);
    buf_add(&b, again->ground);
    buf_add(&b, again->reasons);
    return buf_bytes(&b);
}

int interview_again_asked(bytes in, uint8_t interview[static ID_LEN], struct interview_again *out, struct err *err)
{
    struct reader at = reader_new(in);
    const bytes id = reader_take(&at, ID_LEN), consent = reader_take(&at, ID_LEN);
    out->ground = bytes_str(reader_take(&at, reader_u16(&at)));
    if (!at.ok)
        return err_set(err, ERR_CORRUPT, N_("what was asked of a second person is damaged"));
    out->reasons = bytes_str(reader_take(&at, (size_t)(at.end - at.p)));
    out->consent = consent.p;
    memcpy(interview, id.p, ID_LEN);
    return 0;
}

/* As it stands in this transaction: the interview may be asked for, and her yes is one to a further interview. */
static int check(struct node *node, const struct record *interview, const uint8_t *consent, int64_t now_ms, struct arena *a, struct err *err)
{
    struct interview_counters so_far;
    struct interview_state at;
    struct interview_of who;
    struct record yes;
    int64_t last_ms;
    int r = interview_of_file(node, interview->file, interview->about, a, &who, err);
    if (r == 0)
        r = interview_stands(node, &who, interview, now_ms, a, &at, err);
    if (r == 0)
        r = interview_can(&at, INTERVIEW_AGAIN, INTERVIEW_OURS, err);
    if (r == 0)
        r = interview_last_ms(node, &who, a, &so_far, &last_ms, err);
    if (r == 0)
        r = record_get(node, interview->file, consent, a, &yes, err);
    if (r == ERR_NOT_FOUND || (r == 0 && !interview_is_yes(node, &yes, interview->about, last_ms, now_ms)))
        r = err_set(err, ERR_INPUT, N_("without her own yes since the last interview there is no other one: ask her, and record her consent"));
    return r;
}

int interview_again(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                    const struct interview_again *again, uint8_t approval[static ID_LEN], struct err *err)
{
    struct act act = interview_act(w, VERB_INTERVIEW_AGAIN, file);
    struct record stored;
    if (!interview_ground(again->ground) || again->reasons.len == 0)
        return err_set(err, ERR_INPUT, N_("choose the ground for another interview, and give the reasons"));
    if (again->reasons.len > INTERVIEW_QUESTION_MAX)
        return err_set(err, ERR_INPUT, N_("a reason has at most %d bytes"), INTERVIEW_QUESTION_MAX);
    if (!again->consent)
        return err_set(err, ERR_INPUT, N_("without her own yes since the last interview there is no other one: ask her, and record her consent"));
    int r = interview_record(w->node, file, interview, FIELD_OF_INTERVIEW, a, &stored, err);
    if (r == 0)
        r = check(w->node, &stored, again->consent, w->now_ms, a, err);
    if (r < 0)
        return r;
    act.arguments = write_asked(a, interview, again);
    interview_is_about(&act, interview);
    r = act_run(w->node, &act, interview_again_agreed, NULL, err);
    memcpy(approval, act.approval, ID_LEN);
    return r;
}

int interview_again_agreed(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct arena *a = arena_new();
    struct interview_again again;
    struct record stored;
    uint8_t id[ID_LEN];
    (void)arg;
    int r = interview_again_asked(act->arguments, id, &again, err);
    if (r == 0)
        r = interview_record(node, act->file, id, FIELD_OF_INTERVIEW, a, &stored, err);
    if (r == 0)
        r = check(node, &stored, again.consent, act->now_ms, a, err);
    if (r == 0) {
        interview_is_about(act, id);
        r = interview_change_record(node, act, a, &stored, (const char *const[]){"int_Ground", "int_GroundReasons", "int_OwnYes", "int_OwnConsent", "int_Agreed"},
                                    (const str[]){again.ground, again.reasons, STR("yes"), hex_encode(a, (bytes){again.consent, ID_LEN}), STR("yes")}, 5, err);
    }
    arena_free(a);
    return r;
}
