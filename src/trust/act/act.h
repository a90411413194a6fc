/* act: the corridor. Everything that reads or changes protected data passes here.
 *
 * What: one act = who does what, on what, for what purpose; decided, done, logged and committed in one transaction.
 * Why:  there is one place that can forget to log a look, and it does not.
 *
 *     struct act act = {.verb = VERB_SEARCH, .actor = &operator, .purpose = STR("ident"), .reference = reference, .now_ms = now};
 *     act_run(node, &act, do_search, &search, &err);
 *
 * act_run: 1 decide (trust/access: verb x role as it is in this transaction; deny by default)  2 do: fn, which must have no effect outside the database
 * 3 leaf  4 commit; only then may an answer leave. If the log cannot be written, the act does not happen. A refused act
 * writes a leaf too ("refused"); so does one that is refused because the node is read-only.
 * A member's act of a verb that takes two persons is not done but kept (approval.h): ERR_PARKED, its leaf ends in ".asked".
 * fn may fill act->object (16 bytes) and act->detail before it returns; the detail is sealed in the vault, the leaf commits to it.
 */
#ifndef COMITY_ACT_H
#define COMITY_ACT_H

#include "trust/access/relation.h"
#include "trust/access/standing.h"
#include "trust/access/stop.h"
#include "trust/act/node.h"

enum verb {
    VERB_INIT, VERB_IMPORT, VERB_LOOK, VERB_SEARCH, VERB_ERASE, VERB_INDEX, VERB_PAIR, VERB_ASK, VERB_ASK_RESULT, VERB_ANSWER, VERB_EXPORT,
    VERB_SEND, VERB_NOTIFY, VERB_RECEIVE, VERB_RECEIPT, VERB_READ, VERB_FORWARD, VERB_GRANT, VERB_WITHDRAW, VERB_EXPIRE,
    VERB_PARTNER, VERB_KEYS, VERB_WITNESS, VERB_RECOVER,
    VERB_SIGN_IN, VERB_SIGN_IN_FAILED, VERB_SIGN_OUT, VERB_ENROL, VERB_PROVE, VERB_MEMBER, VERB_CHECK,
    VERB_FILES, VERB_FILE_NEW, VERB_FILE_LOOK, VERB_FILE_WRITE, VERB_FILE_STATE, VERB_FILE_TEAM, VERB_DRAFT,
    VERB_AGREE, VERB_REFUSE, VERB_RETRACT, VERB_APPROVALS, VERB_FETCH, VERB_ROLES, VERB_OVERRIDE,
    VERB_GLASS, VERB_REVIEW, VERB_OVERSEE, VERB_CANARY, VERB_SETTINGS,
    VERB_SCREENING, VERB_DECISION, VERB_CONSENT, VERB_CONSENT_END, VERB_SHARE,
    VERB_ALLEGE, VERB_ALLEGATION_CHECK, VERB_RULE, VERB_PROCEED, VERB_ESCALATE,
    VERB_RECORD, VERB_SEAL, VERB_STATEMENT, VERB_EXAMINE, VERB_STATEMENT_PLACE, VERB_HEAR,
    VERB_LISTEN,
    VERB_REQUEST, VERB_REQUESTS, VERB_REQUEST_LOOK, VERB_REQUEST_TAKE, VERB_REQUEST_ANSWER, VERB_REQUEST_REFUSE, VERB_REQUEST_WITHDRAW,
    VERB_REFERRALS, VERB_REFERRAL_LOOK, VERB_REFERRAL_ACCEPT, VERB_REFERRAL_REFUSE, VERB_REFERRAL_FOLLOW, VERB_REFERRAL_RECALL,
    VERB_RELEASE, VERB_RELEASE_END, VERB_BUNDLE, VERB_BUNDLE_SEAL,
    VERB_INTERVIEW, VERB_INTERVIEW_AGAIN, VERB_WINDOWS, VERB_QUESTION, VERB_INTERVIEW_END, VERB_REGISTER,
    VERB_CODE, VERB_DECOY,
    VERB_DESK,
    VERB_HALL,
    VERB_HALL_SET, VERB_HALL_OVERRIDE, VERB_HALL_RULE,
    VERB_WATCH_KEEP, VERB_WATCH_LOOK, VERB_WATCH_OPEN, VERB_WATCH_END, VERB_WATCH_LINK, VERB_WATCH_ORDER,
    VERB_ROTA, VERB_ROTA_LOOK, VERB_SHIFTS, VERB_SWAP, VERB_ROTA_DRAW,
    N_VERBS
};

/* The verb table (verbs.c): who may, and what must be said. */
struct verb_entry {
    const char *name; /* as it stands in leaves */
    struct access_rule rule;
    bool changes;     /* refused while the node is read-only: what people keep is changed. Not: looks, recall, repair, and not
                       * "receive": recalls must get in, so who takes a letter's content asks act_read_only for the other kinds */
};
extern const struct verb_entry verbs[N_VERBS];

extern const struct db_schema act_schema;

struct actor {
    str name;  /* login name of the operator, or the partner's id: sealed in the detail, pseudonym in the leaf */
    str role;  /* "operator", "partner", "node"; "member": her roles are looked up, in the act's transaction */
    uint8_t member[ID_LEN]; /* of a member */
    int64_t proved_ms;      /* when she last proved who she is */
};

struct act {
    enum verb verb;
    const struct actor *actor;
    str purpose;   /* code; see purposes in trust/access */
    str reference; /* case or warrant reference: sealed, never in the leaf */
    int64_t now_ms;
    bool has_file;
    uint8_t file[ID_LEN]; /* for verbs about a file: the actor's relation to it is looked up */
    bytes arguments;      /* of a verb that takes two: what is to be done, as data; approval.h does it with them once there are two */
    bool agreed;          /* approval.h's alone: the second person's agreement is in `approval`, in this very transaction */
    /* fn may fill: */
    bool has_object;
    uint8_t object[ID_LEN];
    str detail;    /* what was done, in words or JSON: sealed, erasable */
    /* act_run fills: */
    int64_t leaf_index;
    bool parked;          /* not done: the request is `approval`, and waits for a second person */
    uint8_t approval[ID_LEN];
    size_t withheld;      /* records that its purpose may not have: whoever reads them counts */
};

typedef int (*act_fn)(struct node *node, struct act *act, void *arg, struct err *err);

/* 0, or ERR_DENIED, ERR_STALE, ERR_PARKED, or fn's error (then nothing is changed). fn may run more than once (serialisation retries). fn NULL: the
 * act is only logged. */
MUST_USE int act_run(struct node *node, struct act *act, act_fn fn, void *arg, struct err *err);

/* Several acts in one transaction: a leaf each, in order, and one commit, since the disk and not the arithmetic limits how many
 * acts a second there can be. All are done or none: the first that fails undoes all, and the first that is denied (only its
 * refusal is logged). *failed: its index, n when the commit failed; callers then run the others on their own. n up to 10,000. */
struct act_step { struct act *act; act_fn fn; void *arg; };
MUST_USE int act_run_group(struct node *node, struct act_step steps[], size_t n, size_t *failed, struct err *err);

/* The login name of whoever runs the command line: for the actor. From arena. */
struct actor act_operator(struct arena *a);
/* The node itself: for what it does by the clock (expiry, rotation, witnessing). */
extern const struct actor act_node;

/* The actor in leaves: the same for the same person, and nobody's name without the node's key. */
#define ACT_PSEUDONYM_LEN 8
MUST_USE int act_pseudonym(const struct node *node, const struct actor *actor, uint8_t out[static ACT_PSEUDONYM_LEN], struct err *err);

/* Read-only: no quorum of witnesses has confirmed the log for four hours, or one holds a later head of it than we do. Then
 * act_run refuses every verb that changes something (with a leaf; ERR_DENIED, to a partner ERR_RETRY), and does the others.
 * *why, if given, becomes ERR_DENIED and the sentence that says what to do. Inside or outside of an act. */
#define ACT_QUORUM_WARNING_MS (INT64_C(60) * 60 * 1000)
#define ACT_QUORUM_LIMIT_MS (4 * ACT_QUORUM_WARNING_MS)
MUST_USE int act_read_only(struct node *node, int64_t now_ms, bool *read_only, struct err *why, struct err *err);

/* What it rests on; trust/witness keeps it up to date. Without a row all is 0. */
struct act_watch {
    int64_t needed;    /* cosignatures that make a quorum; 0: no witnesses, nothing is asked for */
    int64_t quorum_ms; /* when there was one last */
    bool behind;       /* a witness holds a signed head of this log that the log does not lead to */
};
MUST_USE int act_watch_get(struct db *db, struct act_watch *out, struct err *err);
MUST_USE int act_watch_put(struct db *db, const struct act_watch *watch, struct err *err);
bool act_watch_warns(const struct act_watch *watch, int64_t now_ms); /* an hour without a quorum, or behind */
bool act_watch_refuses(const struct act_watch *watch, int64_t now_ms, struct err *why);

/* Within act_run: erases the sealed details of all earlier acts on the object, so that their leaves prove only that
 * something happened. *n, if given, is their number. */
MUST_USE int act_forget(struct node *node, const uint8_t object[static ID_LEN], int64_t *n, struct err *err);

#endif
