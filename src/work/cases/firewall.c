#include "work/cases/firewall.h"

#include <string.h>

#include "work/cases/release_store.h"

enum { CHARGE = 1, DETENTION = 2, REMOVAL = 4, ALL = 7 };

/* What was obtained for a purpose may be used for these. Purposes that are not here protect: casework, identification, a missing person, an
 * inspection (a worker who speaks to an inspector is not deported by it), oversight, non-punishment, and whatever is added later. */
static const struct { const char *origin; unsigned may; } flows[] = {
    {"investigation", CHARGE | DETENTION},
    {"prosecution",   CHARGE | DETENTION},
    {"charge",        CHARGE | DETENTION},
    {"detention",     CHARGE | DETENTION},
    {"removal",       REMOVAL},
};

static const struct { const char *purpose; unsigned bit; } against[] = {{"charge", CHARGE}, {"detention", DETENTION}, {"removal", REMOVAL}};

/* What a unit is for. A unit that is not here protects: consents, screenings, decisions on who is a victim, support, statements, interviews. */
enum { PROTECTS, AS_OBTAINED, AGAINST };
static const uint8_t units[FIELD_UNITS] = {
    [FIELD_OF_PERSON] = AS_OBTAINED, [FIELD_OF_FILE] = AS_OBTAINED, [FIELD_OF_EVENT] = AS_OBTAINED, [FIELD_OF_PERPETRATOR] = AS_OBTAINED,
    [FIELD_OF_ORGANISATION] = AS_OBTAINED, [FIELD_OF_NOTE] = AS_OBTAINED, [FIELD_OF_TASK] = AS_OBTAINED, [FIELD_OF_ATTACHMENT] = AS_OBTAINED,
    [FIELD_OF_ALLEGATION] = AGAINST, [FIELD_OF_RULING] = AGAINST, [FIELD_OF_RELEASE] = AGAINST, /* written for the proceedings themselves */
};

static unsigned may_be_used(const char *origin)
{
    for (size_t i = 0; origin && i < sizeof flows / sizeof flows[0]; i++)
        if (strcmp(flows[i].origin, origin) == 0)
            return flows[i].may;
    return 0;
}

static unsigned bit_of(str purpose)
{
    for (size_t i = 0; i < sizeof against / sizeof against[0]; i++)
        if (str_eq(purpose, str_from(against[i].purpose)))
            return against[i].bit;
    return ALL; /* one that was added and is not known here: nothing flows but what may flow to all */
}

static bool goes_against(str purpose)
{
    const struct access_purpose *p = access_purpose(purpose);
    return p && p->against;
}

bool firewall_flows(enum field_unit unit, const char *origin, str purpose)
{
    if (!goes_against(purpose) || (unit < FIELD_UNITS && units[unit] == AGAINST))
        return true;
    unsigned wanted = bit_of(purpose);
    return unit < FIELD_UNITS && units[unit] == AS_OBTAINED && (may_be_used(origin) & wanted) == wanted;
}

const char *firewall_origin(const char *stored, str purpose)
{
    const struct access_purpose *p = access_purpose(purpose);
    const char *now = p ? p->code : NULL;
    unsigned before = may_be_used(stored), since = may_be_used(now);
    if ((before & since) == since)
        return now;
    return (before & since) == before ? stored : "protection";
}

int firewall_denied(struct err *err)
{
    return err_set(err, ERR_DENIED, N_("this was obtained to protect her: for this purpose it must be released first"));
}

int firewall_may(struct node *node, const struct record *r, bool *may, struct err *err)
{
    struct act *act = node->acting;
    *may = true;
    if (!act || firewall_flows(r->unit, r->origin, act->purpose))
        return 0;
    int result = release_store_holds(node->db, r->file, r->id, act->purpose, may, err);
    act->withheld += result == 0 && !*may;
    return result;
}

int firewall_tells(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], str purpose, struct err *err)
{
    bool may = true;
    if (!goes_against(purpose))
        return 0;
    int r = release_store_holds(node->db, file, id, purpose, &may, err);
    return r == 0 && !may ? firewall_denied(err) : r;
}

int firewall_told(struct node *node, struct act *act, void *unused, struct err *err)
{
    (void)unused;
    return firewall_tells(node, act->file, act->object, act->purpose, err);
}
