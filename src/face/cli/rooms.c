#include "face/cli/rooms.h"

#include "trust/grant/grant.h"
#include "trust/letter/post.h"
#include "trust/match/index.h"
#include "trust/oversight/review.h"
#include "trust/peer/partner.h"
#include "trust/people/member.h"
#include "trust/witness/witness.h"
#include "work/cases/record_store.h"
#include "work/desk/day_book.h"
#include "work/desk/hall.h"
#include "work/desk/holders.h"
#include "work/desk/override.h"
#include "work/requests/referral.h"
#include "work/interviews/interview.h"
#include "work/requests/request.h"
#include "work/shield/allegation.h"
#include "work/statements/statement_give.h"
#include "work/rota/rotas.h"
#include "work/watch/watched.h"

const struct db_schema *const room_schemas[] = {
    &index_schema,
    &peer_schema,
    &letter_schema,
    &grant_schema,
    &witness_schema,
    &people_schema,
    &cases_schema,
    &requests_schema,
    &interviews_schema,
    &shield_schema,
    &statements_schema,
    &desk_day_schema,
    &desk_hall_schema,
    &desk_override_schema,
    &desk_holders_schema,
    &rotas_schema,
    &oversight_schema,
    &watch_schema,
    NULL,
};

static const struct letter_kind *const kind_tables[] = {interview_kinds, request_kinds, referral_kinds, statement_kinds, grant_letter_kinds, grant_people_kinds, letter_kinds_people, NULL}; /* the first that names a kind counts */
const struct post_kinds room_kinds = {kind_tables};

int cli_node_open(struct cli *cli, const char *dir, struct node **out)
{
    int result = crypto_open(&cli->err);
    return result < 0 ? result : node_open(dir, room_schemas, out, &cli->err);
}
