/* chart_kinds: the shapes. Each kind has one of its own, so that nobody needs the colours. Paths lie within 22 pixels of 0 0. */
#include "face/web/chart/chart.h"

const struct chart_kind chart_link_kinds[LINK_KINDS] = {
    [LINK_PERSON] = {N_("Person"), "c-shape--person", "M-20 0a20 20 0 1 0 40 0a20 20 0 1 0 -40 0Z"},
    [LINK_FIRM] = {N_("Firm"), "c-shape--firm", "M-20 -18H20V18H-20Z"},
    [LINK_PHONE] = {N_("Phone"), "c-shape--phone", "M-5 -22H5Q12 -22 12 -15V15Q12 22 5 22H-5Q-12 22 -12 15V-15Q-12 -22 -5 -22ZM-4 15H4"},
    [LINK_PLACE] = {N_("Place"), "c-shape--place", "M0 22L-15 2A17 15 0 1 1 15 2Z"},
    [LINK_DOCUMENT] = {N_("Document"), "c-shape--document", "M-16 -21H8L16 -13V21H-16ZM8 -21V-13H16"},
    [LINK_VEHICLE] = {N_("Vehicle"), "c-shape--vehicle", "M-22 0L-11 -19H11L22 0L11 19H-11Z"},
};

/* Smaller: within 10 pixels. */
const struct chart_kind chart_timeline_kinds[TIMELINE_KINDS] = {
    [TIMELINE_RECRUITMENT] = {N_("Recruitment"), "c-shape--recruitment", "M-9 8L0 -9L9 8Z"},
    [TIMELINE_TRANSIT] = {N_("Transit"), "c-shape--transit", "M-9 -7H1L9 0L1 7H-9L-3 0Z"},
    [TIMELINE_EXPLOITATION] = {N_("Exploitation"), "c-shape--exploitation", "M0 -10L10 0L0 10L-10 0Z"},
    [TIMELINE_EVENT] = {N_("Event"), "c-shape--event", "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0Z"},
    [TIMELINE_NOTE] = {N_("Note"), "c-shape--note", "M-9 -8H9V4H0L-5 9V4H-9Z"},
    [TIMELINE_ATTACHMENT] = {N_("Attachment"), "c-shape--document", "M-7 -9H3L7 -5V9H-7Z"},
    [TIMELINE_CONSENT] = {N_("Consent"), "c-shape--consent", "M-9 0L-3 7L9 -6L6 -9L-3 1L-6 -3Z"},
    [TIMELINE_SCREENING] = {N_("Screening"), "c-shape--screening", "M-8 -8H8V8H-8Z"},
    [TIMELINE_DECISION] = {N_("Decision"), "c-shape--decision", "M-8 -9L8 -9L8 9L0 3L-8 9Z"},
    [TIMELINE_REFERRAL] = {N_("Referral"), "c-shape--referral", "M-9 -3H1V-8L9 0L1 8V3H-9Z"},
    [TIMELINE_REFLECTION] = {N_("Reflection period"), "c-shape--reflection", "M-7 -9H7L0 0L7 9H-7L0 0Z"},
};
