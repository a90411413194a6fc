/* verbs: who may do what, and what they must say. One line a verb. */
#include "trust/act/act.h"

const struct verb_entry verbs[N_VERBS] = {
    /*                   in the leaf    who may           purpose  reference */
    [VERB_INIT]       = {"init",       {ROLE_OPERATOR,    false,   false}},
    [VERB_IMPORT]     = {"import",     {ROLE_OPERATOR,    false,   false}},
    [VERB_LOOK]       = {"look",       {ROLE_OPERATOR,    true,    false}},
    [VERB_SEARCH]     = {"search",     {ROLE_OPERATOR,    true,    false}},
    [VERB_ERASE]      = {"erase",      {ROLE_OPERATOR,    false,   true}},
    [VERB_INDEX]      = {"index",      {ROLE_OPERATOR,    false,   false}},
    [VERB_PAIR]       = {"pair",       {ROLE_OPERATOR,    false,   false}},
    [VERB_ASK]        = {"ask",        {ROLE_OPERATOR,    true,    true}},
    [VERB_ASK_RESULT] = {"ask-result", {ROLE_OPERATOR,    true,    true}},
    [VERB_ANSWER]     = {"answer",     {ROLE_PARTNER,     true,    false}},
    [VERB_EXPORT]     = {"export",     {ROLE_OPERATOR,    true,    true}},
};
