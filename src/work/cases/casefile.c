#include "work/cases/casefile.h"

#include <string.h>

#include "ground/json/json.h"
#include "work/cases/firewall.h"

#define HOUR_MS (INT64_C(3600) * 1000)
#define DAY_MS (24 * HOUR_MS)

str casefile_number(struct arena *a, const uint8_t id[static ID_LEN])
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* without those that are taken for others */
    uint64_t bits = get_u64be(id) >> 24;
    char text[10] = "";
    for (int i = 8, at = 8; i > 0; i--, at--, bits >>= 5) {
        if (i == 4)
            text[at--] = '-';
        text[at] = letters[bits & 31];
    }
    return str_dup(a, str_from(text));
}

int64_t casefile_task_due(const struct record *task, int64_t now_ms)
{
    static const struct { const char *clock; int64_t ms; } clocks[] = {{"Hours8", 8 * HOUR_MS}, {"Days3", 3 * DAY_MS}, {"Days7", 7 * DAY_MS}};
    str clock = record_text(task, "cmt_TaskClock");
    struct date day;
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++)
        if (str_eq(clock, str_from(clocks[i].clock)))
            return now_ms + clocks[i].ms;
    if (!date_parse_iso(record_text(task, "cmt_TaskDue"), &day) || day.year == 0)
        return 0;
    struct date last = {day.year, day.month ? day.month : 12, 0};
    last.day = day.day ? day.day : (uint8_t)date_days_in_month(last.year, last.month);
    return (date_to_days(last) + 1) * DAY_MS - 1;
}

/* --- within an act --- */

struct writing {
    struct node *node;
    struct arena *arena;
    int64_t now_ms;
    const uint8_t *member, *file;
    struct casefile_change *changes;
    size_t n;
    struct casefile_indexing *indexing;
};

/* Only what search knows decides whether a person must be indexed anew. */
static bool same_identity(struct arena *a, const struct record *x, const struct record *y)
{
    struct identity one = record_identity(a, x), other = record_identity(a, y);
    return str_eq(bytes_str(identity_encode(a, &one)), bytes_str(identity_encode(a, &other)));
}

/* Whether a record says of a person just what is known of her already; that she is presumed a victim may be known from another case. */
static int says_the_same(const struct writing *w, const struct record *r, bool *same, struct err *err)
{
    struct record known = {.unit = FIELD_OF_PERSON};
    struct identity who;
    bytes content;
    int result = vault_get(w->node->vault, w->node->db, VAULT_IDENTITY, &r->identity, w->arena, &content, err);
    if (result == 0)
        result = identity_decode(w->arena, content, &who, err);
    if (result < 0)
        return result;
    record_from_identity(w->arena, &who, &known);
    struct identity one = record_identity(w->arena, &known), other = record_identity(w->arena, r);
    one.presumed = who.presumed || other.presumed;
    other.presumed = who.presumed || other.presumed;
    *same = (who.presumed || !other.presumed) && str_eq(bytes_str(identity_encode(w->arena, &one)), bytes_str(identity_encode(w->arena, &other)));
    return 0;
}

/* Her identity becomes what the record says; what it was before is no longer found. */
static int keep_identity(const struct writing *w, struct record *r, bool adopts, struct err *err)
{
    struct vault_id old = r->identity;
    bool had = r->has_identity, same = false;
    struct identity who = record_identity(w->arena, r);
    if (adopts) {
        int result = says_the_same(w, r, &same, err);
        if (result < 0 || same)
            return result;
    }
    r->has_identity = false;
    if (!identity_is_empty(&who)) {
        int result = vault_put(w->node->vault, w->node->db, VAULT_IDENTITY, identity_encode(w->arena, &who), NULL, &r->identity, NULL, err);
        if (result == 0 && w->indexing)
            result = search_writer_add(w->indexing->writer, &who, &r->identity, err);
        if (result < 0)
            return result;
        r->has_identity = true;
    }
    if (!had)
        return 0;
    struct record_place places[2];
    size_t n;
    int result = record_places(w->node->db, &old, places, 2, &n, err);
    if (result < 0 || n > (adopts ? 0 : 1)) /* others hold on to it; a new record does not count among them yet */
        return result;
    if (w->indexing)
        w->indexing->old[w->indexing->n_old++] = old;
    result = vault_erase(w->node->vault, w->node->db, VAULT_IDENTITY, &old, err);
    return result == ERR_NOT_FOUND ? 0 : result;
}

static int add_record(const struct writing *w, struct casefile_change *c, struct err *err)
{
    struct record *r = &c->record;
    int result = 0;
    memcpy(r->file, w->file, ID_LEN);
    if (r->unit == FIELD_OF_FILE)
        memcpy(r->id, w->file, ID_LEN);
    if (c->about_index > 0 && (size_t)c->about_index <= w->n) {
        r->has_about = true;
        memcpy(r->about, w->changes[c->about_index - 1].record.id, ID_LEN);
    }
    if (r->unit == FIELD_OF_PERSON) {
        r->has_identity = c->adopts;
        result = keep_identity(w, r, c->adopts, err);
    }
    if (result == 0 && r->unit == FIELD_OF_ATTACHMENT) {
        result = vault_put(w->node->vault, w->node->db, VAULT_ATTACHMENT, c->attached, NULL, &r->attached, NULL, err);
        r->has_attached = result == 0;
    }
    return result < 0 ? result : record_insert(w->node, w->arena, r, w->now_ms, w->member, err);
}

static int replace(const struct writing *w, const struct record *stored, struct record *merged, struct err *err)
{
    int result = 0;
    if (stored->unit == FIELD_OF_PERSON && !same_identity(w->arena, stored, merged))
        result = keep_identity(w, merged, false, err);
    return result < 0 ? result : record_replace(w->node, w->arena, stored, merged, w->now_ms, w->member, err);
}

int casefile_person_replace(struct node *node, struct arena *a, int64_t now_ms, const uint8_t by[static ID_LEN], const struct record *stored,
                            struct record *merged, struct casefile_indexing *indexing, struct err *err)
{
    const struct writing w = {.node = node, .arena = a, .now_ms = now_ms, .member = by, .file = stored->file, .indexing = indexing};
    return replace(&w, stored, merged, err);
}

static int change_record(const struct writing *w, struct casefile_change *c, struct err *err)
{
    struct record stored, merged;
    bool changed;
    int result = record_get(w->node, w->file, c->record.id, w->arena, &stored, err);
    if (result < 0)
        return result;
    c->conflicts = arena_array(w->arena, struct record_conflict, c->typed.n_shown);
    c->n_conflicts = record_merge(w->arena, &stored, &c->typed, c->conflicts, &merged, &changed);
    if (c->n_conflicts)
        return err_set(err, ERR_EXISTS, N_("somebody else has changed the same meanwhile: both are shown below; choose, and send again"));
    if (stored.unit == FIELD_OF_TASK) {
        merged.due_ms = c->record.due_ms;
        merged.done = c->record.done;
        merged.has_assignee = c->record.has_assignee;
        memcpy(merged.assignee, c->record.assignee, ID_LEN);
        changed = changed || merged.due_ms != stored.due_ms || merged.done != stored.done || merged.has_assignee != stored.has_assignee ||
                  memcmp(merged.assignee, stored.assignee, ID_LEN) != 0;
    }
    c->record = merged;
    if (!changed)
        return 0;
    result = replace(w, &stored, &merged, err);
    c->record = merged;
    return result;
}

static int write_all(const struct writing *w, struct err *err)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < w->n; i++)
        result = w->changes[i].exists ? change_record(w, &w->changes[i], err) : add_record(w, &w->changes[i], err);
    return result == 0 ? record_touch(w->node->db, w->file, w->now_ms, err) : result;
}

int casefile_make(struct node *node, int64_t now_ms, const uint8_t member[static ID_LEN], struct arena *a, struct casefile_change changes[], size_t n,
              uint8_t file[static ID_LEN], struct casefile_indexing *indexing, struct err *err)
{
    struct writing w = {node, a, now_ms, member, file, changes, n, indexing};
    if (n == 0 || n > CASEFILE_CHANGES_MAX || changes[0].record.unit != FIELD_OF_FILE)
        return err_set(err, ERR_USAGE, "a file begins with its own record and has at most %d others at first", CASEFILE_CHANGES_MAX - 1);
    crypto_random(file, ID_LEN);
    struct access_file row = {.state = FILE_OPEN};
    struct access_part lead = {.relation = RELATION_LEAD, .since_ms = now_ms};
    memcpy(row.id, file, ID_LEN);
    memcpy(lead.file, file, ID_LEN);
    memcpy(lead.member, member, ID_LEN);
    int result = access_unit_of(node->db, member, &row.has_unit, row.unit, err);
    if (result == 0)
        result = access_file_put(node->db, &row, err);
    if (result == 0)
        result = access_part_put(node->db, &lead, err);
    return result == 0 ? write_all(&w, err) : result;
}

/* --- acts --- */

/* What the page's caller gave, and what the index has to learn once all is done. */
struct job {
    const struct casework *casework;
    struct arena *arena;
    struct casefile_change *changes;
    size_t n;
    uint8_t *file;
    bool made;                /* a new file */
    struct casefile_change *given; /* changes as they came: the act may run more than once */
    struct casefile_indexing indexing;
};

static str detail_of(const struct job *j)
{
    struct json *detail = json_object_new(j->arena);
    struct json *records = json_put_array(detail, j->made ? "opened with" : "wrote");
    for (size_t i = 0; i < j->n; i++)
        json_add_str(records, hex_encode(j->arena, (bytes){j->changes[i].record.id, ID_LEN}));
    return json_write(j->arena, detail, JSON_ONE_LINE);
}

static int do_write(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct job *j = arg;
    memcpy(j->changes, j->given, j->n * sizeof *j->changes);
    casefile_indexing_again(&j->indexing);
    const uint8_t *member = act->actor->member;
    struct writing w = {node, j->arena, act->now_ms, member, j->file, j->changes, j->n, &j->indexing};
    int result = j->made ? casefile_make(node, act->now_ms, member, j->arena, j->changes, j->n, j->file, &j->indexing, err) : write_all(&w, err);
    act->has_object = true;
    memcpy(act->object, j->file, ID_LEN);
    act->detail = detail_of(j);
    return result;
}

int casefile_indexing_new(const struct casework *w, struct arena *a, size_t n, struct casefile_indexing *out, struct err *err)
{
    *out = (struct casefile_indexing){.old = arena_array(a, struct vault_id, n)};
    return search_writer_new(node_path(w->node, a, "search"), w->node->keys, w->names, &out->writer, err);
}

void casefile_indexing_again(struct casefile_indexing *indexing)
{
    search_writer_reset(indexing->writer);
    indexing->n_old = 0;
}

/* The index is derived: what cannot be written to it now the next search makes anew, so the act is not undone. */
void casefile_indexing_end(const struct casework *w, struct arena *a, struct casefile_indexing *indexing, bool done)
{
    const char *dir = node_path(w->node, a, "search");
    struct err ignored = {0};
    if (done)
        (void)!search_writer_finish(indexing->writer, &ignored);
    for (size_t i = 0; done && i < indexing->n_old; i++)
        (void)!search_forget(dir, w->node->keys, w->names, &indexing->old[i], &ignored);
    search_writer_free(indexing->writer);
}

static int run_job(struct job *j, struct act *act, struct err *err)
{
    const struct casework *w = j->casework;
    j->given = arena_array(j->arena, struct casefile_change, j->n);
    memcpy(j->given, j->changes, j->n * sizeof *j->given);
    int result = casefile_indexing_new(w, j->arena, j->n, &j->indexing, err);
    if (result < 0)
        return result;
    result = act_run(w->node, act, do_write, j, err);
    casefile_indexing_end(w, j->arena, &j->indexing, result == 0);
    return result;
}

static struct act act_of(const struct casework *w, enum verb verb)
{
    return (struct act){.verb = verb, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms};
}

static struct act act_on(const struct casework *w, enum verb verb, const uint8_t file[static ID_LEN])
{
    struct act act = act_of(w, verb);
    act.has_file = act.has_object = true;
    memcpy(act.file, file, ID_LEN);
    memcpy(act.object, file, ID_LEN);
    return act;
}

int casefile_new(const struct casework *w, struct arena *a, struct casefile_change changes[], size_t n, uint8_t file[static ID_LEN], struct err *err)
{
    struct job j = {.casework = w, .arena = a, .changes = changes, .n = n, .file = file, .made = true};
    struct act act = act_of(w, VERB_FILE_NEW);
    return run_job(&j, &act, err);
}

int casefile_write(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct casefile_change changes[], size_t n, struct err *err)
{
    uint8_t id[ID_LEN];
    memcpy(id, file, ID_LEN);
    struct job j = {.casework = w, .arena = a, .changes = changes, .n = n, .file = id};
    struct act act = act_on(w, VERB_FILE_WRITE, file);
    if (n > CASEFILE_CHANGES_MAX)
        return err_set(err, ERR_LIMIT, "at most %d records can be written at once", CASEFILE_CHANGES_MAX);
    return run_job(&j, &act, err);
}

struct look {
    struct arena *arena;
    const uint8_t *file, *record;
    struct casefile *out;
    struct record *now, **earlier;
    size_t *n_earlier;
    bytes *content;
    const char *taken;
};

static int do_look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct look *l = arg;
    struct casefile *f = l->out;
    unsigned roles;
    memcpy(f->id, l->file, ID_LEN);
    if (l->taken)
        act->detail = str_printf(l->arena, "{\"taken as\":\"%s\"}", l->taken);
    int r = access_standing(node->db, act->actor->member, &roles, err);
    if (r == 0)
        r = access_relation(node->db, l->file, act->actor->member, roles, act->now_ms, &f->relation, &f->state, err);
    if (r == 0)
        r = records_of(node, l->file, l->arena, &f->records, &f->n, err);
    if (r == 0 && f->n == 0)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such case"));
    return r == 0 ? access_parts(node->db, l->file, act->now_ms, l->arena, &f->parts, &f->n_parts, err) : r;
}

int casefile_look(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct casefile *out, struct err *err)
{
    struct look l = {.arena = a, .file = file, .out = out, .taken = w->taken};
    struct act act = act_on(w, VERB_FILE_LOOK, file);
    int r = act_run(w->node, &act, do_look, &l, err);
    out->withheld = act.withheld;
    return r;
}

static void say_record(struct act *act, const struct look *l, const char *what)
{
    act->detail = str_printf(l->arena, "{\"%s\":\"%.*s\"}", what, STR_ARG(hex_encode(l->arena, (bytes){l->record, ID_LEN})));
}

static int do_history(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct look *l = arg;
    say_record(act, l, "history of");
    int r = record_get(node, l->file, l->record, l->arena, l->now, err);
    return r == 0 ? record_versions(node, l->file, l->record, l->now->unit, l->arena, l->earlier, l->n_earlier, err) : r;
}

int casefile_history(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t record[static ID_LEN], struct arena *a,
                 struct record *now, struct record **earlier, size_t *n, struct err *err)
{
    struct look l = {.arena = a, .file = file, .record = record, .now = now, .earlier = earlier, .n_earlier = n};
    struct act act = act_on(w, VERB_FILE_LOOK, file);
    return act_run(w->node, &act, do_history, &l, err);
}

static int do_attachment(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct look *l = arg;
    say_record(act, l, "attachment");
    int r = record_get(node, l->file, l->record, l->arena, l->now, err);
    if (r == 0 && !l->now->has_attached)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such attachment"));
    return r == 0 ? vault_get(node->vault, node->db, VAULT_ATTACHMENT, &l->now->attached, l->arena, l->content, err) : r;
}

int casefile_attachment(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t record[static ID_LEN], struct arena *a,
                    struct record *out, bytes *content, struct err *err)
{
    struct look l = {.arena = a, .file = file, .record = record, .now = out, .content = content};
    struct act act = act_on(w, VERB_FILE_LOOK, file);
    return act_run(w->node, &act, do_attachment, &l, err);
}

/* --- state and parts --- */

struct change { const uint8_t *file, *member; unsigned value; struct arena *arena; };

static int do_state(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct change *c = arg;
    struct access_file f;
    int r = access_file_get(node->db, c->file, &f, err);
    f.state = c->value;
    act->detail = c->value == FILE_CLOSED ? STR("closed") : STR("open");
    if (r == 0)
        r = access_file_put(node->db, &f, err);
    return r == 0 ? record_touch(node->db, c->file, act->now_ms, err) : r;
}

int casefile_state_set(const struct casework *w, const uint8_t file[static ID_LEN], unsigned state, struct err *err)
{
    struct change c = {.file = file, .value = state};
    struct act act = act_on(w, VERB_FILE_STATE, file);
    if (state != FILE_OPEN && state != FILE_CLOSED)
        return err_set(err, ERR_USAGE, N_("a case is open or closed"));
    return act_run(w->node, &act, do_state, &c, err);
}

/* Somebody else than the member answers for the file. */
static int another_leads(struct node *node, const struct change *c, int64_t now_ms, bool *leads, struct err *err)
{
    struct access_part *parts;
    size_t n;
    int r = access_parts(node->db, c->file, now_ms, c->arena, &parts, &n, err);
    *leads = false;
    for (size_t i = 0; r == 0 && i < n; i++)
        *leads = *leads || (parts[i].relation == RELATION_LEAD && memcmp(parts[i].member, c->member, ID_LEN) != 0);
    return r;
}

static int do_part(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct change *c = arg;
    struct access_part part = {.relation = c->value, .since_ms = act->now_ms};
    struct access_member m;
    bool leads;
    memcpy(part.file, c->file, ID_LEN);
    memcpy(part.member, c->member, ID_LEN);
    act->detail = str_printf(c->arena, "{\"member\":\"%.*s\",\"part\":%u}", STR_ARG(hex_encode(c->arena, (bytes){c->member, ID_LEN})), c->value);
    int r = access_member_get(node->db, c->member, &m, err);
    if (r == 0 && c->value && m.state != MEMBER_ACTIVE)
        r = err_set(err, ERR_USAGE, N_("choose somebody who has joined and is active"));
    if (r == 0 && c->value != RELATION_LEAD) {
        r = another_leads(node, c, act->now_ms, &leads, err);
        if (r == 0 && !leads)
            r = err_set(err, ERR_USAGE, N_("somebody must answer for the case: give that part to another first"));
    }
    if (r < 0)
        return r;
    return c->value ? access_part_put(node->db, &part, err) : access_part_drop(node->db, c->file, c->member, err);
}

int casefile_part_set(const struct casework *w, const uint8_t file[static ID_LEN], const uint8_t member[static ID_LEN], unsigned relation, struct err *err)
{
    struct change c = {.file = file, .member = member, .value = relation, .arena = arena_new()};
    struct act act = act_on(w, VERB_FILE_TEAM, file);
    int r = relation && relation != RELATION_READER && relation != RELATION_WORKER && relation != RELATION_LEAD
                ? err_set(err, ERR_USAGE, N_("choose a part: read, work on it, or answer for it"))
                : act_run(w->node, &act, do_part, &c, err);
    arena_free(c.arena);
    return r;
}

/* --- lists --- */

struct listing {
    struct arena *arena;
    int64_t before_ms;
    size_t max;
    bool tasks;
    struct casefile_entry *out;
    struct record_row *rows;
    size_t n;
};

static int open_row(const struct vault_id *id, bytes content, void *arg, struct err *err)
{
    struct listing *l = arg;
    for (size_t i = 0; i < l->n; i++)
        if (memcmp(l->rows[i].content.b, id->b, ID_LEN) == 0)
            return record_decode(l->arena, bytes_dup(l->arena, content), &l->out[i].record, err);
    return 0;
}

static int do_list(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct listing *l = arg;
    unsigned roles;
    const uint8_t *member = act->actor->member;
    int r = access_standing(node->db, member, &roles, err);
    if (r == 0)
        r = l->tasks ? record_tasks(node->db, member, l->max, l->arena, &l->rows, &l->n, err)
                     : record_files(node->db, member, (roles & ROLE_SUPERVISOR) != 0, act->now_ms, l->before_ms, l->max, l->arena, &l->rows, &l->n, err);
    if (r < 0)
        return r;
    size_t n_open = 0;
    struct vault_id *ids = arena_array(l->arena, struct vault_id, l->n);
    struct json *detail = json_object_new(l->arena), *shown = json_put_array(detail, l->tasks ? "tasks shown" : "files shown");
    l->out = arena_array(l->arena, struct casefile_entry, l->n);
    for (size_t i = 0; i < l->n; i++) {
        bool may;
        if ((r = firewall_may(node, &l->rows[i].record, &may, err)) < 0)
            return r;
        l->rows[i].record.withheld = !may;
        if (may)
            ids[n_open++] = l->rows[i].content;
        l->out[i] = (struct casefile_entry){l->rows[i].record, l->rows[i].relation, l->rows[i].state};
        json_add_str(shown, hex_encode(l->arena, (bytes){l->rows[i].record.id, ID_LEN}));
    }
    act->detail = json_write(l->arena, detail, JSON_ONE_LINE);
    return vault_get_many(node->vault, node->db, VAULT_RECORD, ids, n_open, open_row, l, err);
}

static int list(const struct casework *w, struct listing *l, struct casefile_entry **out, size_t *n, struct err *err)
{
    struct act act = act_of(w, VERB_FILES);
    int r = act_run(w->node, &act, do_list, l, err);
    *out = l->out;
    *n = r == 0 ? l->n : 0;
    return r;
}

int casefile_list(const struct casework *w, int64_t before_ms, size_t max, struct arena *a, struct casefile_entry **out, size_t *n, struct err *err)
{
    struct listing l = {.arena = a, .before_ms = before_ms, .max = max};
    return list(w, &l, out, n, err);
}

int casefile_tasks(const struct casework *w, size_t max, struct arena *a, struct casefile_entry **out, size_t *n, struct err *err)
{
    struct listing l = {.arena = a, .max = max, .tasks = true};
    return list(w, &l, out, n, err);
}
