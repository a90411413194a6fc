/* uploads: who may send a large body, said before a byte of it is taken: a member whom the route is for, one at a time.
 *
 * Why: what is sent is in memory as a whole; strangers must not be able to fill it, nor one member's browser with twenty tabs.
 * For struct site_config (ground/http/site.h), which bounds all of them together. Not here: what is in the body, its form's token.
 */
#ifndef COMITY_WEB_UPLOADS_H
#define COMITY_WEB_UPLOADS_H

#include "ground/http/site.h"

struct uploads; /* those under way */
struct uploads *uploads_new(void);
void uploads_free(struct uploads *u); /* when no request is left. NULL is allowed */

/* 0; 401: nobody's session; 403: the route is for others; 429: another of this member's is under way. */
int upload_admit(const struct site_request *request, void **permit);
void upload_release(void *permit);

#endif
