/* What was recorded and sealed: its digest, its marks, and listening to it, for which a reason is asked. */
#include <string.h>

#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/room_media.h"
#include "face/web/room_page.h"
#include "trust/peer/partner.h"
#include "work/cases/firewall.h"
#include "work/interviews/interview.h"

#define LISTEN "listen"

/* Whose question it is; empty: our own. */
static str asked_by(struct page *p, str partner)
{
    uint8_t id[ID_LEN];
    struct partner from;
    struct err gone = {0};
    if (!hex_decode_into(partner, id, ID_LEN))
        return STR("");
    return partner_by_id(p->node->db, p->a, id, &from, &gone) < 0 ? STR("?") : from.agency;
}

/* In the order of the interview's own page; those that were joined to another, set aside or taken back are not asked. */
size_t room_questions(struct page *p, const struct casefile *f, const struct recording *recording, struct room_asked **out)
{
    struct interview_asking *all;
    size_t n_all, n = 0, before = SIZE_MAX;
    interview_questions(p->a, f->records, f->n, recording->interview, &all, &n_all);
    *out = arena_array(p->a, struct room_asked, n_all);
    const bool sealed = recording->state == RECORDING_SEALED; /* what was asked in it is read, whatever became of it since */
    for (size_t i = 0; i < n_all && (sealed || (!all[i].joined && !all[i].set_aside && !all[i].taken_back)); i++) {
        const char *words = interview_phases[all[i].phase].words; /* NULL behind the last */
        (*out)[n] = (struct room_asked){.text = record_text(all[i].record, "que_Text"), .from = asked_by(p, all[i].from),
                                        .phase = words && all[i].phase != before ? page_words(p, words) : STR("")};
        memcpy((*out)[n++].id, all[i].record->id, ID_LEN);
        before = all[i].phase;
    }
    return n;
}

static int fill_transcripts(struct page *p, const struct recording *recording, const struct casefile *f, struct room_sealed_view *v)
{
    struct recording *all;
    struct transcript_line *lines;
    str language;
    bool same = false;
    size_t n;
    int r = transcripts_of(p->node, recording, p->a, &all, &n, &p->err);
    v->n_lines = transcript_to_seal(p, f, recording, &lines, &language);
    if (r == 0 && n)
        r = transcript_is(p->node, &all[0], lines, v->n_lines, &same, &p->err);
    if (r < 0)
        return r;
    v->changed = n && !same;
    v->transcripts = arena_array(p->a, struct sealed_transcript, n);
    for (size_t i = 0; i < n; i++)
        v->transcripts[v->n_transcripts++] = (struct sealed_transcript){page_time(p, all[i].sealed_ms), hex_encode(p->a, (bytes){all[i].root, HASH_LEN}), all[i].leaf_index, all[i].chunks - 1};
    return 0;
}

int room_draw_sealed(struct page *p, const struct recording *recording, const struct casefile *f, const struct recording_mark *marks, size_t n)
{
    struct room_sealed_view v = {.end = {.page = page_layout(p, N_("The sealed recording"))}, .reason = page_field(p, "reference"), .sealed = page_time(p, recording->sealed_ms)};
    room_fill_end(p, recording, f, marks, n, &v.end);
    v.digest = hex_encode(p->a, (bytes){recording->root, HASH_LEN});
    v.leaf = recording->leaf_index;
    int r = room_given(p, recording, &v.given, &v.n_given);
    if (r == 0)
        r = fill_transcripts(p, recording, f, &v);
    if (r < 0)
        return r;
    v.purposes = page_purposes(p, form_has(&p->form, "purpose") ? form_get(&p->form, "purpose") : file_purpose(p));
    page_room_sealed(&p->out, &v);
    return 0;
}

/* --- listening --- */

static int only_sealed(struct page *p, const struct recording *recording)
{
    return recording->state == RECORDING_SEALED ? 0 : err_set(&p->err, ERR_USAGE, N_("seal the recording first: then it can be heard"));
}

/* The act: who listens, why. What follows from it is good for this session. */
int do_listen(struct page *p)
{
    struct recording recording;
    char ticket[SESSION_TICKET_LEN];
    int r = room_find(p, &recording);
    if (r < 0)
        return r;
    struct act act = {.verb = VERB_LISTEN, .actor = &p->actor, .purpose = form_get(&p->form, "purpose"), .reference = page_field(p, "reference"), .now_ms = p->now_ms,
                      .has_file = true, .has_object = true};
    memcpy(act.file, recording.file, ID_LEN);
    memcpy(act.object, recording.id, ID_LEN);
    if (act.reference.len == 0) {
        struct casefile f;
        struct recording_mark *marks = NULL;
        size_t n = 0;
        (void)err_set(&p->err, ERR_INPUT, N_("say why you listen"));
        page_error(p, "reference");
        r = room_look(p, &recording, &f);
        if (r == 0)
            r = recording_marks(p->node, recording.id, p->a, &marks, &n, &p->err);
        if (r == 0)
            r = only_sealed(p, &recording);
        return r < 0 ? r : room_draw_sealed(p, &recording, &f, marks, n);
    }
    r = only_sealed(p, &recording);
    if (r == 0)
        r = act_run(p->node, &act, firewall_told, NULL, &p->err);
    if (r == 0)
        r = session_ticket(p->node, &p->session, LISTEN, recording.id, ticket, &p->err);
    return r < 0 ? r : page_go(p, str_printf(p->a, "/recordings/%s/listen/%s", page_hex(p, recording.id).p, ticket).p);
}

/* Whether this session said why; and her part in the case is looked at again, since it may have been taken away. */
static int may_listen(struct page *p, const struct recording *recording, str ticket)
{
    unsigned relation, state;
    int r = session_ticket_check(p->node, &p->session, LISTEN, recording->id, ticket, &p->err);
    if (r == 0)
        r = access_relation(p->node->db, recording->file, p->session.member, p->session.roles, p->now_ms, &relation, &state, &p->err);
    if (r == 0 && !(relation & RELATION_PART))
        r = err_set(&p->err, ERR_DENIED, N_("you have no part in this case"));
    return r < 0 ? r : only_sealed(p, recording);
}

/* "0-31200 40000-52000" in milliseconds: what the player knows of the parts. */
str room_parts_text(struct page *p, const struct recording_mark *marks, size_t n_marks, int64_t length_ms)
{
    struct room_part *parts = NULL;
    struct buf b = buf_new(p->a);
    size_t n = room_parts(p->a, marks, n_marks, &parts);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%s%lld-%lld", i ? " " : "", (long long)parts[i].from_ms, (long long)(parts[i].until_ms == INT64_MAX ? length_ms : parts[i].until_ms));
    return buf_str(&b);
}

static void fill_player(struct page *p, const struct recording *recording, const struct recording_mark *marks, size_t n, str ticket, struct player_view *v)
{
    *v = (struct player_view){.kind = "recordings", .id = page_hex(p, recording->id), .ticket = ticket, .type = recording->type, .length_ms = recording->length_ms,
                              .picture = str_starts(recording->type, STR("video/"))};
    v->parts = room_parts_text(p, marks, n, recording->length_ms);
    (void)!str_to_int(form_get(&p->query, "at"), 0, INT64_C(1) << 40, &v->at_ms);
}

int show_listen(struct page *p)
{
    struct recording recording;
    struct recording_mark *marks = NULL;
    struct casefile f;
    size_t n = 0;
    int r = room_look(p, &recording, &f);
    if (r == 0)
        r = may_listen(p, &recording, p->request->params[1]);
    if (r == 0)
        r = recording_marks(p->node, recording.id, p->a, &marks, &n, &p->err);
    if (r < 0)
        return r;
    struct listen_view v = {.end = {.page = page_layout(p, N_("Listen to the recording"))}};
    room_fill_end(p, &recording, &f, marks, n, &v.end);
    fill_player(p, &recording, marks, n, p->request->params[1], &v.player);
    v.n_lines = transcript_lines(p, &f, &recording, &v.lines);
    page_listen(&p->out, &v);
    return 0;
}

int room_player(struct page *p, const struct recording *recording, str ticket, struct player_view *v)
{
    struct recording_mark *marks = NULL;
    size_t n = 0;
    int r = may_listen(p, recording, ticket);
    if (r == 0)
        r = recording_marks(p->node, recording->id, p->a, &marks, &n, &p->err);
    if (r == 0)
        fill_player(p, recording, marks, n, ticket, v);
    return r;
}

int show_media(struct page *p)
{
    struct recording recording;
    struct recording_mark *marks = NULL;
    struct room_part *parts = NULL;
    struct room_media *media;
    struct node *own = NULL;
    int64_t from_ms = 0, until_ms = INT64_MAX;
    size_t n = 0;
    int r = room_find(p, &recording);
    if (r == 0)
        r = may_listen(p, &recording, p->request->params[1]);
    if (r == 0)
        r = recording_marks(p->node, recording.id, p->a, &marks, &n, &p->err);
    if (r < 0)
        return r;
    (void)!str_to_int(form_get(&p->query, "from"), 0, INT64_C(1) << 40, &from_ms);
    (void)!str_to_int(form_get(&p->query, "until"), 0, INT64_C(1) << 40, &until_ms);
    size_t n_parts = room_parts(p->a, marks, n, &parts), part = room_part_at(parts, n_parts, from_ms);
    if (part == n_parts)
        return err_set(&p->err, ERR_NOT_FOUND, N_("there is nothing to hear at this place"));
    r = node_open_again(p->node, &own, &p->err);
    if (r == 0 && (r = room_media_open(own, &recording, &parts[part], from_ms, until_ms, &media, &p->err)) < 0)
        node_close(own);
    if (r < 0)
        return r;
    p->reply->type = str_starts(recording.type, STR("audio/")) ? "audio/webm" : "video/webm";
    p->reply->produce = room_media_pull;
    p->reply->done = room_media_close;
    p->reply->state = media;
    return 0;
}
