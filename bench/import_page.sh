#!/bin/sh
# import_page: 91,043 invented persons through the page: sent as one form, checked, imported in the background, while another member's pages
# are asked for. No request may time out.
set -eu
build=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$build/tools/practice" --persons 91043 >"$folder/persons.csv"
COMITY_PROGRAM="$build/comity" node "$(dirname "$0")/import_page.mjs" "$folder/persons.csv"
