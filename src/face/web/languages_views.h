/* languages_views: the administrator's page of languages. */
#ifndef COMITY_LANGUAGES_VIEWS_H
#define COMITY_LANGUAGES_VIEWS_H

#include "face/web/languages.h"
#include "face/web/views.h"

struct languages_view { const struct layout *page; struct choices places[LANGUAGES], usual; };

#endif
