#include "face/web/uploads.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "face/web/page.h"

struct upload {
    struct uploads *all;
    struct upload *next;
    uint8_t member[ID_LEN];
};

struct uploads {
    pthread_mutex_t lock; /* of the list */
    struct upload *first;
};

struct uploads *uploads_new(void)
{
    struct uploads *u = mem_calloc(1, sizeof *u);
    pthread_mutex_init(&u->lock, NULL);
    return u;
}

void uploads_free(struct uploads *u)
{
    if (!u)
        return;
    pthread_mutex_destroy(&u->lock);
    free(u);
}

/* NULL: one of this member's is under way. */
static struct upload *begin(struct uploads *all, const uint8_t member[static ID_LEN])
{
    bool has_one = false;
    struct upload *fresh = NULL;
    pthread_mutex_lock(&all->lock);
    for (const struct upload *u = all->first; u; u = u->next)
        has_one = has_one || memcmp(u->member, member, ID_LEN) == 0;
    if (!has_one) {
        fresh = mem_calloc(1, sizeof *fresh);
        fresh->all = all;
        fresh->next = all->first;
        memcpy(fresh->member, member, ID_LEN);
        all->first = fresh;
    }
    pthread_mutex_unlock(&all->lock);
    return fresh;
}

int upload_admit(const struct site_request *request, void **permit)
{
    const struct web_worker *worker = request->worker;
    const struct web_route *route = &web_routes[request->route];
    struct session session;
    struct err err = {0};
    if (page_session(request, worker->node, clock_now_ms(), &session, &err) < 0)
        return 401;
    if (route->people != WEB_MEMBERS || session.enrolling || (route->roles && !(route->roles & session.roles)))
        return 403;
    *permit = begin(web_uploads(worker->web), session.member);
    return *permit ? 0 : 429;
}

void upload_release(void *permit)
{
    struct upload *gone = permit;
    struct uploads *all = gone->all;
    pthread_mutex_lock(&all->lock);
    for (struct upload **u = &all->first; *u; u = &(*u)->next)
        if (*u == gone) {
            *u = gone->next;
            break;
        }
    pthread_mutex_unlock(&all->lock);
    free(gone);
}
