/* verbs: who may do what, and what they must say. One line a verb. */
#include "trust/act/act.h"

#define OPERATOR ROLE_OPERATOR
#define PARTNER ROLE_PARTNER
#define NODE ROLE_NODE

const struct verb_entry verbs[N_VERBS] = {
    /*                   in the leaf    who may              purpose reference  changes */
    [VERB_INIT]       = {"init",       {OPERATOR,             false, false},     true},
    [VERB_IMPORT]     = {"import",     {OPERATOR,             false, false},     true},
    [VERB_LOOK]       = {"look",       {OPERATOR,             true,  false},     false},
    [VERB_SEARCH]     = {"search",     {OPERATOR,             true,  false},     false},
    [VERB_ERASE]      = {"erase",      {OPERATOR,             false, true},      true},
    [VERB_INDEX]      = {"index",      {OPERATOR,             false, false},     true},
    [VERB_PAIR]       = {"pair",       {OPERATOR,             false, false},     false},
    [VERB_ASK]        = {"ask",        {OPERATOR,             true,  true},      true},
    [VERB_ASK_RESULT] = {"ask-result", {OPERATOR,             true,  true},      true},
    [VERB_ANSWER]     = {"answer",     {PARTNER,              true,  false},     true},
    [VERB_EXPORT]     = {"export",     {OPERATOR,             true,  true},      false},
    /* letters */
    [VERB_SEND]       = {"send",       {OPERATOR,             true,  true},      true},
    [VERB_NOTIFY]     = {"notify",     {OPERATOR | NODE,      false, false},     false}, /* the node's own: keys, void letters */
    [VERB_RECEIVE]    = {"receive",    {PARTNER,              false, false},     false}, /* recalls get in; see struct verb_entry */
    [VERB_RECEIPT]    = {"receipt",    {PARTNER,              false, false},     false},
    [VERB_READ]       = {"read",       {OPERATOR,             true,  false},     false},
    [VERB_FORWARD]    = {"forward",    {OPERATOR,             true,  true},      true},
    /* grants: to give needs a purpose; to take back, a reason */
    [VERB_GRANT]      = {"grant",      {OPERATOR,             true,  true},      true},
    [VERB_WITHDRAW]   = {"withdraw",   {OPERATOR,             false, true},      false},
    [VERB_EXPIRE]     = {"expire",     {NODE,                 false, false},     false},
    /* partners and trust itself: possible while read-only, since they are the way out of it */
    [VERB_PARTNER]    = {"partner",    {OPERATOR,             false, true},      false},
    [VERB_KEYS]       = {"keys",       {OPERATOR | NODE,      false, false},     false},
    [VERB_WITNESS]    = {"witness",    {OPERATOR | PARTNER | NODE, false, false}, false},
    [VERB_RECOVER]    = {"recover",    {OPERATOR,             false, true},      false},
};
