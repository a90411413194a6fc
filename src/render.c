/* comity-render: makes PDF of a document's description, in a process of its own. Started by comity (ground/report/render.h), not by people. */
#include <unistd.h>

#include "ground/report/render.h"

int main(void)
{
    _exit(render_serve()); /* all is written; what libraries do at the end would want what the sandbox has taken away */
}
