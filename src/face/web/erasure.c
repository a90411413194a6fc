#include "face/web/erasure.h"

#include "work/cases/consent_act.h"
#include "work/interviews/interview.h"
#include "work/requests/request.h"
#include "work/shield/check.h"
#include "work/statements/recording.h"

const struct erase_room erase_rooms[] = {
    {"consents", consent_erase, NULL},
    {"recordings and statements that came", recordings_erase, recordings_files_drop},
    {"interviews", interviews_erase, NULL},
    {"requests", requests_erase, post_files_drop}, /* last of those that go by her ties: it takes them */
    {"offences", shield_erase, NULL},
    {0},
};

int erasure_agreed(struct node *node, struct act *act, void *arg, struct err *err)
{
    return erase_agreed(node, act, arg, erase_rooms, err);
}

int erasure_after(struct node *node, const struct approval *what, struct err *err)
{
    return erase_after(node, what, erase_rooms, err);
}
