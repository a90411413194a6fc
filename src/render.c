/* comity-render: makes PDF of a document's description, in a process of its own. Started by comity (ground/report/render.h), not by people. */
#include "ground/report/render.h"

int main(void)
{
    return render_serve();
}
