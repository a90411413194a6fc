#include "trust/access/access.h"

const struct access_role access_roles[] = {
    {"caseworker", ROLE_CASEWORKER, N_("Caseworker")},
    {"investigator", ROLE_INVESTIGATOR, N_("Investigator")},
    {"prosecutor", ROLE_PROSECUTOR, N_("Prosecutor")},
    {"supervisor", ROLE_SUPERVISOR, N_("Supervisor")},
    {"dpo", ROLE_DPO, N_("Data-protection officer")},
    {"auditor", ROLE_AUDITOR, N_("Auditor")},
    {"administrator", ROLE_ADMINISTRATOR, N_("Administrator: members and partners, no cases")},
    {"officer", ROLE_OFFICER, N_("Officer in a hall: tickets and counters, no cases")},
    {"operator", ROLE_OPERATOR, N_("Operator of the node")},
    {"partner", ROLE_PARTNER, N_("Partner agency")},
    {"node", ROLE_NODE, N_("The node itself")},
    {0},
};

const struct access_purpose access_purposes[] = {
    {"casework", N_("work on a case of one's own agency")},
    {"identification", N_("find out who a person is, or whether a victim is known elsewhere")},
    {"protection", N_("protect or support a victim")},
    {"child-protection", N_("protect a child")},
    {"missing-person", N_("find a missing person")},
    {"investigation", N_("investigate trafficking or a related offence")},
    {"prosecution", N_("prosecute trafficking or a related offence")},
    {"non-punishment", N_("decide whether a victim may be prosecuted")},
    {"inspection", N_("inspect working conditions")},
    {"oversight", N_("supervision, data protection, audit")},
    {"practice", N_("training with invented cases")},
    {"charge", N_("charge the person with an offence"), .against = true},
    {"detention", N_("detain the person"), .against = true},
    {"removal", N_("remove the person from the country"), .against = true},
    {0},
};

const struct access_purpose *access_purpose(str code)
{
    for (const struct access_purpose *p = access_purposes; p->code; p++)
        if (str_eq(code, str_from(p->code)))
            return p;
    return NULL;
}

unsigned access_role_bit(str role)
{
    for (const struct access_role *r = access_roles; r->name; r++)
        if (str_eq(role, str_from(r->name)))
            return r->bit;
    return 0;
}

static int unknown_purpose(struct err *err)
{
    struct arena *a = arena_new();
    struct buf codes = buf_new(a);
    for (const struct access_purpose *p = access_purposes; p->code; p++)
        buf_addf(&codes, "%s%s", p == access_purposes ? "" : ", ", p->code);
    int result = err_set(err, ERR_DENIED, "that purpose is not known; the purposes are: %s", buf_str(&codes).p);
    arena_free(a);
    return result;
}

/* Of a member: her part in the file, the file's state, her proof. */
static int decide_member(const struct access_rule *rule, const struct access_asker *asker, struct err *err)
{
    if (rule->relations && !asker->relation)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such case"));
    if (rule->relations && !(rule->relations & asker->relation))
        return err_set(err, ERR_DENIED, N_("you have no part in this case that lets you do this"));
    if (rule->relations && !(rule->states & asker->state))
        return err_set(err, ERR_DENIED, asker->state == FILE_CLOSED ? N_("the case is closed: open it again first") : N_("the case is open: close it first"));
    if (rule->fresh && (asker->now_ms - asker->proved_ms >= ACCESS_FRESH_MS || asker->proved_ms > asker->now_ms + ACCESS_FRESH_MS))
        return err_set(err, ERR_STALE, N_("prove again who you are first"));
    return 0;
}

/* What goes against a person is about one case, and waits while that is stopped: whoever asks. */
static int decide_against(const struct access_rule *rule, const struct access_asker *asker, struct err *err)
{
    if (asker->stopped)
        return err_set(err, ERR_DENIED, N_("the case is stopped: the person may be a victim, and a prosecutor has not decided yet"));
    if (rule->needs_purpose && !asker->relation)
        return err_set(err, ERR_DENIED, N_("this purpose goes against a person: name the case, and do it there"));
    return 0;
}

bool access_needs_second(const struct access_rule *rule, unsigned roles)
{
    return rule->two && !(rule->roles & roles & ~(unsigned)(ROLES_OF_MEMBERS | ROLE_MEMBER));
}

int access_second(const struct access_rule *rule, unsigned roles, bool is_first, struct err *err)
{
    if (is_first)
        return err_set(err, ERR_DENIED, N_("nobody agrees to what she asked for herself: somebody else does"));
    if (!(rule->two & roles & ROLES_OF_MEMBERS))
        return err_set(err, ERR_DENIED, N_("your role may not agree to this"));
    return 0;
}

int access_decide(const struct access_rule *rule, const struct access_asker *asker, str purpose, str reference, struct err *err)
{
    unsigned may = rule->roles & asker->roles;
    if (!may)
        return err_set(err, ERR_DENIED, N_("this role may not do this"));
    if (rule->needs_purpose && purpose.len == 0)
        return err_set(err, ERR_DENIED, N_("a purpose is needed: say what this is for"));
    const struct access_purpose *known = access_purpose(purpose);
    if (purpose.len && !known)
        return unknown_purpose(err);
    if (known && known->against && decide_against(rule, asker, err) < 0)
        return ERR_DENIED;
    if (rule->needs_reference && str_trim(reference).len == 0)
        return err_set(err, ERR_DENIED, N_("a reference is needed: the number of the case or of the warrant"));
    if (reference.len > ACCESS_REFERENCE_MAX)
        return err_set(err, ERR_DENIED, N_("the reference is longer than %d bytes"), ACCESS_REFERENCE_MAX);
    return may & ~(unsigned)(ROLES_OF_MEMBERS | ROLE_MEMBER) ? 0 : decide_member(rule, asker, err);
}
