/* verbs: who may do what, and what they must say. One line a verb. */
#include "trust/act/act.h"

#define OPERATOR ROLE_OPERATOR
#define PARTNER ROLE_PARTNER
#define NODE ROLE_NODE
/* Members who work on persons, and those who watch over the node. */
#define WORK (ROLE_CASEWORKER | ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR)
#define LISTS (ROLE_CASEWORKER | ROLE_SUPERVISOR) /* who brings in whole lists */
#define WATCH (ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR)
/* Who works on a file, and who answers for it. */
#define HANDS (RELATION_WORKER | RELATION_LEAD | RELATION_SUPERVISOR)
#define HEADS (RELATION_LEAD | RELATION_SUPERVISOR)
/* Who lays offences to people. */
#define AGAINST (ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR)
#define PROSECUTE (ROLE_INVESTIGATOR | ROLE_PROSECUTOR)
/* Who agrees to what takes two. */
#define SECOND (ROLE_SUPERVISOR | ROLE_DPO)

const struct verb_entry verbs[N_VERBS] = {
    /*                   in the leaf    who may              purpose reference  changes */
    [VERB_INIT]       = {"init",       {OPERATOR,             false, false},     true},
    [VERB_IMPORT]     = {"import",     {OPERATOR | LISTS,     false, false},     true},
    [VERB_LOOK]       = {"look",       {OPERATOR | WORK,     true,  false},     false},
    [VERB_SEARCH]     = {"search",     {OPERATOR | WORK,     true,  false},     false},
    [VERB_ERASE]      = {"erase",      {OPERATOR | WORK | ROLE_DPO, false, true, .fresh = true, .two = SECOND}, true},
    [VERB_INDEX]      = {"index",      {OPERATOR | NODE,      false, false},     true}, /* by the clock, when records are new */
    [VERB_PAIR]       = {"pair",       {OPERATOR,             false, false},     false},
    [VERB_ASK]        = {"ask",        {OPERATOR | WORK | NODE,    true,  true},      true},
    [VERB_ASK_RESULT] = {"ask-result", {OPERATOR | WORK | NODE,    true,  true},      true},
    [VERB_ANSWER]     = {"answer",     {PARTNER,              true,  false},     true},
    [VERB_EXPORT]     = {"export",     {OPERATOR | WORK,      true,  true, .fresh = true, .two = SECOND}, false},
    /* letters */
    [VERB_SEND]       = {"send",       {OPERATOR | WORK,      true,  true},      true},
    [VERB_NOTIFY]     = {"notify",     {OPERATOR | NODE,      false, false},     false}, /* the node's own: keys, void letters */
    [VERB_RECEIVE]    = {"receive",    {PARTNER,              false, false},     false}, /* recalls get in; see struct verb_entry */
    [VERB_RECEIPT]    = {"receipt",    {PARTNER,              false, false},     false},
    [VERB_READ]       = {"read",       {OPERATOR | WORK,      true,  false},     false},
    [VERB_FORWARD]    = {"forward",    {OPERATOR,             true,  true},      true},
    /* grants: to give needs a purpose; to take back, a reason */
    [VERB_GRANT]      = {"grant",      {OPERATOR,             true,  true},      true},
    [VERB_WITHDRAW]   = {"withdraw",   {OPERATOR,             false, true},      false},
    [VERB_EXPIRE]     = {"expire",     {NODE,                 false, false},     false},
    /* partners and trust itself: possible while read-only, since they are the way out of it */
    [VERB_PARTNER]    = {"partner",    {OPERATOR | ROLE_ADMINISTRATOR, false, true, .fresh = true}, false},
    [VERB_KEYS]       = {"keys",       {OPERATOR | NODE,      false, false},     false},
    [VERB_WITNESS]    = {"witness",    {OPERATOR | PARTNER | NODE, false, false}, false},
    [VERB_RECOVER]    = {"recover",    {OPERATOR,             false, true},      false},
    /* people: possible while read-only, so that whoever can help can get in */
    [VERB_SIGN_IN]    = {"sign-in",    {ROLE_MEMBER,          false, false},     false},
    [VERB_SIGN_IN_FAILED] = {"sign-in-failed", {NODE,         false, false},     false},
    [VERB_SIGN_OUT]   = {"sign-out",   {ROLE_MEMBER,          false, false},     false},
    [VERB_ENROL]      = {"enrol",      {ROLE_MEMBER,          false, false, .fresh = true}, false}, /* how one signs in is set up or changed */
    [VERB_PROVE]      = {"prove",      {ROLE_MEMBER,          false, false},     false}, /* proves again who she is */
    [VERB_MEMBER]     = {"member",     {OPERATOR | ROLE_ADMINISTRATOR, false, false, .fresh = true}, false},
    [VERB_CHECK]      = {"check",      {OPERATOR | WATCH,     false, false},     false}, /* the whole log is computed anew */
    /* files: and the part in it that a member needs, the states it must be in, a fresh proof of who she is */
    [VERB_FILES]      = {"files",      {WORK,                 false, false},     false}, /* her own files and tasks, by their titles */
    [VERB_FILE_NEW]   = {"file-new",   {OPERATOR | WORK,      true,  false},     true},
    [VERB_FILE_LOOK]  = {"file-look",  {OPERATOR | WORK,      true,  false, RELATION_PART, FILE_ANY}, false},
    [VERB_FILE_WRITE] = {"file-write", {OPERATOR | WORK,      true,  false, HANDS, FILE_OPEN},        true},
    [VERB_FILE_STATE] = {"file-state", {WORK,                 true,  false, HEADS, FILE_ANY},         true},
    [VERB_FILE_TEAM]  = {"file-team",  {WORK,                 true,  false, HEADS, FILE_ANY},         true},
    [VERB_DRAFT]      = {"draft",      {ROLE_MEMBER,          false, false},     true}, /* what she has typed and not sent yet */
    /* two persons: who agrees, refuses, takes back; and what is asked */
    [VERB_AGREE]      = {"agree",      {SECOND | ROLE_PROSECUTOR, false, false, .fresh = true}, false},
    [VERB_REFUSE]     = {"refuse",     {SECOND | ROLE_PROSECUTOR, false, false},     false},
    [VERB_RETRACT]    = {"retract",    {ROLE_MEMBER,          false, false},     false},
    [VERB_APPROVALS]  = {"approvals",  {ROLE_MEMBER,          false, false},     false}, /* her own; for SECOND, those she may agree to */
    [VERB_FETCH]      = {"fetch",      {WORK | ROLE_ADMINISTRATOR, false, false}, false}, /* she takes what was agreed to: an export, a code */
    [VERB_ROLES]      = {"roles",      {OPERATOR | ROLE_ADMINISTRATOR, false, false, .fresh = true, .two = SECOND}, false}, /* of ROLES_OF_TRUST */
    [VERB_OVERRIDE]   = {"override",   {WORK,                 true,  true,  HANDS, FILE_OPEN, .fresh = true, .two = SECOND}, true}, /* no consent */
    /* watching: whoever has no part in a file looks all the same, and is asked why */
    [VERB_GLASS]      = {"glass",      {WORK,                 true,  true,  RELATION_NONE, FILE_ANY, .fresh = true}, false},
    [VERB_REVIEW]     = {"review",     {SECOND,               false, false},     false}, /* whether that was right */
    [VERB_OVERSEE]    = {"oversee",    {WATCH,                true,  false},     false}, /* who looked at what */
    [VERB_CANARY]     = {"canary",     {ROLE_DPO,             false, false},     false},
    [VERB_SETTINGS]   = {"settings",   {OPERATOR | ROLE_ADMINISTRATOR, false, false}, false}, /* units, languages */
    /* in files: facts observed, who decided what, what the person agreed to; taking back is possible while read-only, since recalls must get out */
    [VERB_SCREENING]  = {"screening",  {WORK,                 true,  false, HANDS, FILE_OPEN},        true},
    [VERB_DECISION]   = {"decision",   {WORK,                 true,  false, HANDS, FILE_OPEN},        true},
    [VERB_CONSENT]    = {"consent",    {WORK,                 true,  false, HANDS, FILE_OPEN},        true},
    [VERB_CONSENT_END] = {"consent-end", {WORK,               false, false, HANDS, FILE_ANY},         false},
    [VERB_SHARE]      = {"share",      {WORK,                 true,  true,  HANDS, FILE_OPEN},        true}, /* a letter under a grant, as she agreed */
    /* what was told once: recorded, sealed; and the node's own leaf of the sealed tree's root, which can be opened to strangers: it names nobody */
    [VERB_RECORD]     = {"record",     {WORK,                 true,  false, HANDS, FILE_OPEN},        true},
    [VERB_SEAL]       = {"seal",       {WORK,                 true,  false, HANDS, FILE_OPEN},        true},
    [VERB_STATEMENT]  = {"statement",  {NODE,                 false, false},     true},
    [VERB_EXAMINE]    = {"examine",    {NODE,                 false, false},     false}, /* whether a statement that came proves itself */
    [VERB_STATEMENT_PLACE] = {"statement-place", {WORK,       true,  false, HANDS, FILE_OPEN},        true}, /* whose case one that came belongs to */
    [VERB_HEAR]       = {"hear",       {WORK,                 true,  true,  RELATION_PART, FILE_ANY}, false}, /* one that came; its grant is asked besides */
    [VERB_LISTEN]     = {"listen",     {WORK,                 true,  true,  RELATION_PART, FILE_ANY}, false}, /* to a sealed recording */
    /* an offence laid to a person: not while partners or this agency presume her a victim, until a prosecutor has decided */
    [VERB_ALLEGE]     = {"allege",     {AGAINST,              true,  true,  HANDS, FILE_OPEN},        true},
    [VERB_ALLEGATION_CHECK] = {"allegation-check", {AGAINST | NODE, false, false, HANDS, FILE_ANY},   false}, /* a stop is never refused */
    [VERB_RULE]       = {"rule",       {ROLE_PROSECUTOR,      true,  true,  HANDS, FILE_ANY, .fresh = true}, true},
    [VERB_PROCEED]    = {"proceed",    {AGAINST,              true,  true,  HANDS, FILE_OPEN, .fresh = true}, true}, /* charge, detention, removal */
    [VERB_ESCALATE]   = {"escalate",   {NODE,                 false, false},     true}, /* a decision is overdue */
    /* what agencies ask each other for; what is in a file besides takes a part in it (work/requests) */
    [VERB_REQUEST]    = {"request",    {WORK,                 true,  true},      true},
    [VERB_REQUESTS]   = {"requests",   {OPERATOR | WORK | WATCH,         false, false},     false}, /* which there are: partners, clocks, no persons */
    [VERB_REQUEST_LOOK] = {"request-look", {WORK,             true,  false},     false},
    [VERB_REQUEST_TAKE] = {"request-take", {WORK,             true,  false, HANDS, FILE_OPEN},        true},
    [VERB_REQUEST_ANSWER] = {"request-answer", {WORK,         true,  true,  HANDS, FILE_OPEN},        true},
    [VERB_REQUEST_REFUSE] = {"request-refuse", {WORK,         true,  false},     true},
    [VERB_REQUEST_WITHDRAW] = {"request-withdraw", {WORK,     true,  false},     true},
    /* what was obtained to protect her may enter a charge, detention or removal after all: with her yes or a court's order; and taken back */
    [VERB_RELEASE]    = {"release",    {WORK,                 true,  true,  HANDS, FILE_OPEN, .fresh = true, .two = ROLE_SUPERVISOR | ROLE_PROSECUTOR}, true},
    [VERB_RELEASE_END] = {"release-end", {WORK,               true,  true,  HANDS, FILE_ANY}, false},
    [VERB_BUNDLE]     = {"bundle",     {PROSECUTE,            true,  true,  HANDS, FILE_ANY, .fresh = true, .two = SECOND}, false}, /* for a court */
    /* a person passed on to us, or by us (that is VERB_SHARE); of one in a file, only for those who have a part in it */
    [VERB_REFERRALS]  = {"referrals",  {WORK,                 false, false},     false},
    [VERB_REFERRAL_LOOK] = {"referral-look", {WORK,           true,  false},     false},
    [VERB_REFERRAL_ACCEPT] = {"referral-accept", {WORK,       true,  false},     true},
    [VERB_REFERRAL_REFUSE] = {"referral-refuse", {WORK,       true,  false},     true},
    [VERB_REFERRAL_FOLLOW] = {"referral-follow", {WORK,       true,  false},     true},
    [VERB_REFERRAL_RECALL] = {"referral-recall", {NODE,       false, false},     false}, /* what was taken back leaves our files, read-only or not */
    [VERB_BUNDLE_SEAL] = {"bundle-seal", {NODE,             false, false},     false}, /* its manifest; may be opened to strangers: it names nobody */
    /* one interview for all: planned, its window, its questions; another one takes a second person; what partners ask; what she was put through */
    [VERB_INTERVIEW]  = {"interview",  {WORK,                 true,  false, HANDS, FILE_OPEN},        true},
    [VERB_INTERVIEW_AGAIN] = {"interview-again", {WORK,       true,  true,  HANDS, FILE_OPEN, .fresh = true, .two = SECOND}, true},
    [VERB_WINDOWS]    = {"windows",    {WORK,                 true,  false},     false},
    [VERB_QUESTION]   = {"question",   {WORK,                 true,  false, HANDS, FILE_OPEN},        true},
    /* the hall: digests of a day's records, and which keys draw; may be opened to strangers, and while read-only: a hall works for days without a line */
    [VERB_HALL]       = {"hall",       {OPERATOR | ROLE_OFFICER | ROLE_SUPERVISOR, false, false}, false}, /* a ticket is given, a counter opened, somebody served */
    [VERB_HALL_SET]   = {"hall-set",   {OPERATOR | ROLE_SUPERVISOR, false, false, .fresh = true}, false}, /* what is posted of a hall */
    [VERB_HALL_OVERRIDE] = {"hall-override", {OPERATOR | ROLE_OFFICER | ROLE_SUPERVISOR, false, true, .fresh = true, .two = ROLE_SUPERVISOR}, false}, /* no draw */
    [VERB_HALL_RULE]  = {"hall-rule",  {ROLE_SUPERVISOR,      false, true,  .fresh = true, .two = SECOND}, false}, /* another one, from its next day on */
    [VERB_DESK]       = {"desk",       {NODE,                 false, false},     false},
    [VERB_INTERVIEW_END] = {"interview-end", {NODE,           false, false},     true}, /* what a held interview left open */
    [VERB_REGISTER]   = {"register",   {NODE,                 false, false},     true},
    /* a new code to join with, for one with any of ROLES_OF_TRUST, or by whoever has the machine; the code is taken with "fetch" */
    [VERB_CODE]       = {"code",       {OPERATOR | ROLE_ADMINISTRATOR, false, false, .fresh = true, .two = SECOND}, false},
    [VERB_DECOY]      = {"decoy",      {ROLE_DPO,             false, false, .fresh = true}, true}, /* an invented record, marked */
    /* the desk's draws: kept with numbers for people (the reference says on which legal basis), looked at; names open for two, and end by date */
    [VERB_WATCH_KEEP] = {"watch-keep", {OPERATOR | NODE,      false, true},      true},
    [VERB_WATCH_LOOK] = {"watch-look", {OPERATOR | NODE | WATCH, false, false},  false},
    [VERB_WATCH_LINK] = {"watch-link", {OPERATOR | ROLE_SUPERVISOR, false, true}, true}, /* whom travellers are linked with: written down, ended */
    [VERB_WATCH_ORDER] = {"watch-order", {OPERATOR | ROLE_SUPERVISOR, false, true}, true}, /* the node takes its own days */
    [VERB_WATCH_OPEN] = {"watch-open", {ROLE_SUPERVISOR,      true,  true,  .fresh = true, .two = SECOND}, false},
    /* who stands where: the rota's table written, frozen, somebody ill, a cell by hand; read; an officer's own; what the draw gave */
    [VERB_ROTA]       = {"rota",       {OPERATOR | ROLE_SUPERVISOR, false, false}, true},
    [VERB_ROTA_LOOK]  = {"rota-look",  {OPERATOR | ROLE_SUPERVISOR, false, false}, false},
    [VERB_SHIFTS]     = {"shifts",     {ROLE_OFFICER | ROLE_SUPERVISOR, false, false}, false},
    [VERB_SWAP]       = {"swap",       {ROLE_OFFICER | ROLE_SUPERVISOR, false, false}, true}, /* two officers, one asks, the other agrees */
    [VERB_ROTA_DRAW]  = {"rota-draw",  {NODE,                 false, false},     true},
    [VERB_WATCH_END]  = {"watch-end",  {NODE,                 false, false},     false},
};
