/* The room's steps of the database. */
#include "requests_embed.h"
#include "work/requests/tie.h"

static const struct embedded *const steps[] = {&requests_schema_sql};
const struct db_schema requests_schema = {"requests", steps, 1};
