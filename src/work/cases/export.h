/* export: files go out as a table, pulled in pieces, in constant memory.
 *
 *     struct export_order order = {.kind = export_kind(STR("htcds-csv")), .whose = RECORDS_HERS, ...};
 *     act_run(node, &act export_act, &order, &err);       // its leaf, before a byte leaves
 *     export_open(own_connection, &order, &x, &err);
 *     while ((n = export_pull(x, to, sizeof to, &err)) > 0) ...              // what struct site_reply.produce wants
 *     export_close(x);
 *
 * The kinds are a table: HTCDS 2.0 as CSV or workbook (htcds.h: what goes out comes in again as the same), the contribution to CTDC (ctdc.h).
 * A member's export holds the files in which she has a part; the operator's all. Not here: who must agree (trust/act/approval.h), pages.
 */
#ifndef COMITY_CASES_EXPORT_H
#define COMITY_CASES_EXPORT_H

#include "ground/report/report.h"
#include "trust/act/approval.h"
#include "work/cases/record_store.h"

struct export_kind {
    const char *name;  /* "htcds-csv": on command lines, in arguments */
    const char *words; /* a message */
    enum report_kind report;
    const char *file_name; /* without ending */
    bool ctdc;
};
extern const struct export_kind export_kinds[]; /* ends with a NULL name */
const struct export_kind *export_kind(str name); /* NULL if there is none */

struct export_order {
    const struct export_kind *kind;
    enum records_whose whose;
    uint8_t member[ID_LEN];
    int64_t now_ms;
    int64_t files;     /* filled by export_act */
    char detail[120];  /* the same */
};

/* What a member asks for, as the arguments of an act that takes two, and back; from arena. ERR_CORRUPT: not ours. */
bytes export_arguments(struct arena *a, const struct export_order *order);
MUST_USE int export_order_of(const struct approval *what, int64_t now_ms, struct export_order *order, struct err *err);
/* For struct approval_kind: says in the leaf how many files it is that two agreed to. */
MUST_USE int export_agreed(struct node *node, struct act *act, void *approval, struct err *err);

/* For act_run: arg is the order. Counts the files, and says it in the act's detail. */
MUST_USE int export_act(struct node *node, struct act *act, void *arg, struct err *err);

struct export;
/* node: a connection of its own, closed with the export (node_open_again). On an error it stays the caller's. */
MUST_USE int export_open(struct node *node, const struct export_order *order, struct export **out, struct err *err);
MUST_USE int64_t export_pull(struct export *x, uint8_t *to, size_t max, struct err *err);
void export_close(struct export *x); /* NULL is allowed */

#endif
