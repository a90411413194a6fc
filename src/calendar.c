/* comity-calendar: reads a calendar file that somebody else wrote, in a process of its own. Started by comity (ground/ical/ical.h), not by people. */
#include <unistd.h>

#include "ground/ical/ical.h"

int main(void)
{
    _exit(ical_serve()); /* all is written; what libraries do at the end would want what the sandbox has taken away */
}
