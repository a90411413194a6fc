#!/bin/sh
# import, end to end, with the built program: files as they are found, broken files, faults in the middle. Speaks TAP.
#
#   import.sh COMITY PRACTICE
set -u
comity=$(realpath "$1") practice=$(realpath "$2")
work=$(mktemp -d "${TMPDIR:-/tmp}/comity-import.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
n=0 node=''

check() { # WHAT COMMAND...: passes if the command does
    what=$1
    shift
    n=$((n + 1))
    if "$@"; then echo "ok $n - $what"; else
        echo "not ok $n - $what"
        sed 's/^/# /' out err 2>/dev/null
    fi
}
fresh() { # a new node
    node=$work/node$n
    rm -rf "$node"
    "$comity" init "$node" --agency 'Lotus House (invented)' --country KH --kind shelter >out 2>err
}
import() { # FILE OPTIONS...: sets status; output in out, errors in err
    file=$1
    shift
    status=0
    "$comity" import "$node" "$file" "$@" >out 2>err || status=$?
}
is() { [ "$1" = "$2" ] || { echo "# got '$1', expected '$2'"; false; }; }
counts() { is "$status: $(sed -n 's/.*"rows":\([0-9]*\),"added":\([0-9]*\),"known":\([0-9]*\),"refused":\([0-9]*\).*/\1 \2 \3 \4/p' out)" "0: $*"; }
says() { grep -qF -- "$1" out err; }
leaves() { "$comity" log head "$node" --json 2>/dev/null | sed -n 's/.*"size":\([0-9]*\).*/\1/p'; }
log_holds() { "$comity" log verify "$node" >verified 2>&1; }

# --- files as they are found
fresh
"$practice" --out "$work" >/dev/null
import lotus-house.csv --json
rows=$(sed -n 's/.*"rows":\([0-9]*\).*/\1/p' out)
check 'an HTCDS file is recognised and goes in whole' counts "$rows $rows 0 0"
check 'it is named as HTCDS' says '"htcds":true'
before=$(leaves)
import lotus-house.csv --json
check 'a second import adds nothing' counts "$rows 0 $rows 0"
check 'each import is one leaf' is "$(leaves)" $((before + 1))
# --- a workbook
# The CSV's rows as a workbook, in the least that is one.
workbook() { # CSV XLSX
    python3 - "$1" "$2" <<'EOF'
import csv, sys, zipfile
from xml.sax.saxutils import escape
rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
rows = csv.reader(open(sys.argv[1], encoding='utf-8-sig'))
link = lambda kind, target: f'<Relationships><Relationship Id="a" Type="{rel}/{kind}" Target="{target}"/></Relationships>'
with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('_rels/.rels', link('officeDocument', 'xl/workbook.xml'))
    z.writestr('xl/_rels/workbook.xml.rels', link('worksheet', 'sheet.xml'))
    z.writestr('xl/workbook.xml', f'<workbook {main} xmlns:r="{rel}"><sheets><sheet name="a" sheetId="1" r:id="a"/></sheets></workbook>')
    cells = lambda row: ''.join(f'<c t="inlineStr"><is><t>{escape(c)}</t></is></c>' for c in row)
    z.writestr('xl/sheet.xml', f'<worksheet {main}><sheetData>' + ''.join(f'<row>{cells(r)}</row>' for r in rows) + '</sheetData></worksheet>')
EOF
}
workbook lotus-house.csv lotus-house.xlsx
import lotus-house.xlsx --json
check 'the same list as a workbook adds nothing either' counts "$rows 0 $rows 0"
head -c 3000 lotus-house.xlsx >cut.xlsx
import cut.xlsx --json
check 'half a workbook is refused, and says so' says 'the workbook is damaged'
fresh
import border-unit.csv --json
rows=$(sed -n 's/.*"rows":\([0-9]*\).*/\1/p' out)
check 'a file with one column for the whole name goes in whole' counts "$rows $rows 0 0"
check 'the log holds together' log_holds

printf '\357\273\277name;dob;sex\r\n"Sok ""Da"" Dara";5/3/1990;F\r\n"Ly\nMaly";25/12/2533;m\r\n' >semicolons.csv
import semicolons.csv --json
check 'BOM, CRLF, semicolons, doubled quotes, a line break in a cell' counts '2 2 0 0'
printf 'name,dob\n\312\301\252\322\302 \343\250\264\325,5/3/2533\n' >thai.csv
import thai.csv --encoding windows-874 --json
check 'an announced encoding' counts '1 1 0 0'
printf '\377\376n\0a\0m\0e\0\n\0S\0o\0k\0' >utf16.csv
import utf16.csv --json
check 'UTF-16 by its mark' counts '1 1 0 0'
"$comity" import "$node" - --json <semicolons.csv >out 2>err
status=$?
check 'standard input' counts '2 0 2 0'

# --- bad rows cost only themselves
printf 'name,dob,phone\nA One,1990,\nB Two,1990-13-45,\nC Thr\351e,1990,\nD \0Four,1990,\nE Five,"1990,\nF Six,1991,012345678\nG,1,2,3,4\n,,\nH Eight,1992,\n' >bad.csv
import bad.csv --errors refused.csv --json
check 'bad rows are refused, good ones go in' counts '9 3 0 6'
for line in 3 4 5 6 8 9; do
    check "the row of line $line is named" grep -q "^$line,\"*line $line" refused.csv
done
check 'no cell of a refused row is repeated' eval '! grep -qE "Two|Four|Five|45" refused.csv'
import bad.csv
check 'for people: a plain count' says '9 rows: 0 persons added, 3 were there already, 6 refused'
printf 'name\n' >long.csv
head -c 104857600 /dev/zero | tr '\0' x >>long.csv
printf '\nAfter Long\n' >>long.csv
import long.csv --json
check 'a line of 100 MB is one refused row' counts '2 1 0 1'
check 'its line is named' says 'line 2, column 1: the row has more than'
printf '\n,,,\n' >empty.csv
import empty.csv
check 'nothing that could be read: status 1' is $status 1
: >nothing.csv
import nothing.csv
check 'an empty file: status 1' is $status 1

# --- wrong maps
before=$(leaves)
import semicolons.csv --columns given=Vorname
check 'a column that is not there: status 1' is $status 1
check 'it says which columns there are' says "the file has 'name', 'dob', 'sex'"
import semicolons.csv --columns height=name
check 'a field that does not exist: status 2' is $status 2
import semicolons.csv --format htcds
check 'no HTCDS column: status 1' is $status 1
import missing.csv
check 'no such file: status 1' is $status 1
import thai.csv --encoding klingon
check 'no such encoding: status 2' is $status 2
check 'none of these was an act' is "$(leaves)" "$before"
import semicolons.csv --dry-run
check 'a dry run shows what would be read' says 'born 1990-12-25'
check 'and changes nothing' is "$(leaves)" "$before"

# --- faults in the middle: all or nothing
"$practice" --persons 30000 >many.csv
fresh
before=$(leaves)
blocks=$(($(stat -c %s "$node/comity.db") / 512 + 2000))
(trap '' XFSZ; ulimit -f "$blocks"; "$comity" import "$node" many.csv >out 2>err)
check 'a disk without room: status 1' is $? 1
check 'it says so in a sentence' eval 'grep -qE "^comity import: .+" err'
check 'nothing went in' is "$(leaves)" "$before"
check 'the log still holds together' log_holds
import many.csv --json
check 'with room again, all goes in' counts '30000 30000 0 0'

for after in 0.05 0.2 0.4; do
    fresh
    "$comity" import "$node" many.csv >out 2>err &
    pid=$!
    sleep $after
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    check "killed after $after s: the log holds together" log_holds
    import many.csv --json
    check 'and all went in or nothing' eval "counts '30000 30000 0 0' >/dev/null || counts '30000 0 30000 0'"
done

# --- sealed: no plain text in the folder, neither at rest nor after a kill
{
    echo 'id,given,family,born,document,phone,place,name'
    for i in $(seq 20000); do echo "PLANTEDID$i,Plantedgiven$i,Plantedfamily$i,1990-03-05,PLANTEDDOC$i,+8559999$i,Plantedplace$i,Plantedwhole$i"; done
    echo 'PLANTEDREFUSED,"Plantedrefused" x,,not a date,,,'
} >planted.csv
plain() { grep -raoiE "planted|8559999" "$1" | head -n 3 >found; [ -s found ] && sed "s/^/# found: /" found; }
check 'the search for plain text finds it in the file' plain planted.csv
fresh
import planted.csv --json
check 'planted persons go in' counts '20001 20000 0 1'
check 'no plain text in the folder' eval "! plain $node"
fresh
"$comity" import "$node" planted.csv >out 2>err &
pid=$!
sleep 0.3
kill -9 $pid 2>/dev/null
wait $pid 2>/dev/null
check 'no plain text after a kill' eval "! plain $node"

# --- the agency's day, which is not Greenwich's: one zone is always a day ahead or a day behind
node=$work/zone
if [ "$(date -u +%H)" -ge 11 ]; then zone=Pacific/Kiritimati beyond=+1; else zone=Etc/GMT+12 beyond=-1; fi
utc=$(date -u +%F) there=$(date -u -d "$(date -u +%F) $beyond day" +%F)
"$comity" init "$node" --agency 'Lotus House (invented)' --country KH --kind shelter --time-zone "$zone" >out 2>err
printf 'Name,DOB\nSok Practice,%s\nLy Practice,%s\n' "$utc" "$there" >today.csv
if [ $beyond = +1 ]; then good='2 2 0 0' dry='"refused":0'; else good='2 1 0 1' dry='"refused":1'; fi
import today.csv --dry-run --json
check 'born today, as the agency counts days: a dry run says so' says "$dry"
import today.csv --json
check 'and the import does' counts "$good"
"$comity" ask "$node" --partner nobody --purpose identification --reference r --name X --born "$([ $beyond = +1 ] && echo "$there" || echo "$utc")" >out 2>err
[ $beyond = +1 ] && said=nobody || said=--born
check 'and a question too' says "$said"

echo "1..$n"
