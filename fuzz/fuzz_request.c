/* The papers of requests and referrals, and what was given with them: what is read is written again the same, or is refused. */
#include "work/cases/consent_act.h"
#include "work/requests/referral_paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct err err = {0};
    struct paper_request p, p2;
    struct paper_answer n;
    struct paper_state s, s2;
    const bytes in = {data, size};
    if (paper_request_read(a, in, &p, &err) == 0 && (paper_request_read(a, str_bytes(paper_request_write(a, &p)), &p2, &err) < 0 || !str_eq(p.why, p2.why)))
        __builtin_trap();
    if (paper_answer_read(a, in, &n, &err) == 0 && (n.part < 1 || n.part > REQUEST_PARTS_MAX))
        __builtin_trap();
    if (paper_state_read(a, in, &s, &err) == 0 && (paper_state_read(a, str_bytes(paper_state_write(a, &s)), &s2, &err) < 0 || s.event != s2.event))
        __builtin_trap();
    struct paper_referral f, f2;
    struct paper_step t, t2;
    if (paper_referral_read(a, in, &f, &err) == 0 && (paper_referral_read(a, str_bytes(paper_referral_write(a, &f)), &f2, &err) < 0 || !str_eq(f.fields, f2.fields)))
        __builtin_trap();
    if (paper_step_read(a, in, &t, &err) == 0 && (paper_step_read(a, str_bytes(paper_step_write(a, &t)), &t2, &err) < 0 || t.event != t2.event || !str_eq(t.day, t2.day)))
        __builtin_trap();
    static struct text *text;
    struct casefile_change *changes;
    size_t n_changes;
    if (!text && text_open(&text, &err) < 0)
        __builtin_trap();
    if (consent_payload_read(a, &(struct field_rules){text, {2026, 11, 28}}, in, &changes, &n_changes, &err) == 0 && (n_changes < 2 || n_changes > CASEFILE_CHANGES_MAX))
        __builtin_trap();
    arena_free(a);
    return 0;
}
