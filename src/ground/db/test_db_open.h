/* For tests of every room that has tables: a fresh, empty database on the engine the run is for.
 *
 * COMITY_TEST_DB unset or "sqlite": a file in a new folder under /tmp. "postgresql:...": a new schema on that server.
 * `./dev test` runs the whole suite once with each.
 */
#ifndef COMITY_TEST_DB_OPEN_H
#define COMITY_TEST_DB_OPEN_H

#include "ground/db/db.h"

/* The url of a fresh database, from arena; can be opened several times (two connections, two processes). */
const char *test_db_url(struct arena *a);
/* Opens test_db_url or ends the test with the reason. */
struct db *test_db_open(struct arena *a);

#endif
