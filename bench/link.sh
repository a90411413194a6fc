#!/bin/sh
# link: how well `comity link` finds the duplicates of the Febrl sets, label-free, at score >= .5; and how long it takes.
#
#   bench/link.sh BUILD-FOLDER       COMITY_DATA (default ../shared/data): without the Febrl files it says so and ends well
#
# Originals (rec-N-org) are the asker's list, duplicates (rec-N-dup-M) the holder's. Beside: exact agreement of the normalised
# fields (name in any order and birth date; or, with the document number, that or the number), and what a first prototype
# that took any equal key for a match was measured at.
set -eu
build=$(cd "$1" && pwd)
top=$(cd "$(dirname "$0")/.." && pwd)
data=${COMITY_DATA:-$top/../shared/data}/febrl
[ -f "$data/febrl_dataset1.csv" ] || { echo "skipped: $data is not there"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

split() { # SET: asker.csv, holder.csv, truth.csv in $work
    awk -F ' *, *' -v work="$work" '
        NR == 1 { head = "id,given,family,born,document"; print head > (work "/asker.csv"); print head > (work "/holder.csv")
                  print "a,b" > (work "/truth.csv"); next }
        { party = $1 ~ /-org$/ ? "asker" : "holder"
          printf "%s,%s,%s,%s,%s\n", $1, $2, $3, $10, $11 > (work "/" party ".csv")
          if (party == "holder") { org = $1; sub(/-dup-.*/, "-org", org); print org "," $1 > (work "/truth.csv") } }' "$data/febrl_dataset$1.csv"
}

exact() { # WITH-DOCUMENT: F1 of exact agreement
    awk -F , -v document="$1" '
        function key() { return tolower($2 < $3 ? $2 "|" $3 : $3 "|" $2) "|" $4 }
        FNR == 1 { file++; next }
        file == 1 { if ($2 && $3 && $4) by_name[key()] = by_name[key()] " " $1; if (document && $5) by_number[$5] = by_number[$5] " " $1; next }
        { truth++; org = $1; sub(/-dup-.*/, "-org", org); list = ""
          if ($2 && $3 && $4) list = by_name[key()]
          if (document && $5) list = list by_number[$5]
          n = split(list, hits, " ")
          for (i in seen) delete seen[i]
          for (i = 1; i <= n; i++) if (!(hits[i] in seen)) { seen[hits[i]]; found++; right += hits[i] == org } }
        END { p = found ? right / found : 0; r = right / truth; printf "%.4f", right ? 2 * p * r / (p + r) : 0 }' "$work/asker.csv" "$work/holder.csv"
}

# from the JSON on standard input, the value of KEY within "half"
half() { sed -n "s/.*\"half\":{\\([^}]*\\)}.*/\\1/p" "$work/result" | tr ',' '\n' | sed -n "s/\"$1\":\\([0-9.]*\\).*/\\1/p"; }

measure() { # SET FIELDS COLUMNS PROTOTYPE REACH
    begun=$(date +%s%N)
    "$build/comity" link "$work/asker.csv" "$work/holder.csv" --id id --columns "$3" --truth "$work/truth.csv" --json >"$work/result"
    seconds=$(awk "BEGIN { printf \"%.1f\", ($(date +%s%N) - $begun) / 1e9 }")
    document=$(case $3 in *document*) echo 1 ;; esac)
    beside=$(exact "$document")
    echo "febrl $1, $2: precision $(half precision), recall $(half recall), F1 $(half f1); exact agreement $beside; prototype $4; $seconds s"
    printf 'figure\tlink febrl %s, %s: F1 at score >= .5\t%s\texact %s, prototype %s\t%s\t>= %s\n' \
        "$1" "$2" "$(half f1)" "$beside" "$4" "$(awk "BEGIN { printf \"%.2f\", $(half f1) / $beside }")" "$5"
}

prototype() { echo "$*" | cut -d' ' -f"$set"; }
for set in 1 2 3; do
    split "$set"
    measure "$set" 'name, birth date' given=given,family=family,born=born "$(prototype .936 .948 .946)" .96
    measure "$set" 'name, birth date, document' given=given,family=family,born=born,document=document "$(prototype .977 .986 .983)" .985
done
