#!/bin/sh
# age: Debian's age opens what we seal and seals what we open. Prints TAP. $1 is the test's age_tool.
set -u
tool=$(realpath "$1")
command -v age >/dev/null && command -v age-keygen >/dev/null || { echo '1..0 # SKIP Debian package age is not installed'; exit 0; }
folder=$(mktemp -d /tmp/comity-age.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
count=0

check() { # WHAT COMMAND...
    count=$((count + 1))
    what=$1
    shift
    if "$@" >check.out 2>&1; then
        echo "ok $count - $what"
    else
        echo "not ok $count - $what"
        sed 's/^/# /' check.out | head -n 10
    fi
}
refused() { ! "$@"; }
both() { # FILE: both ways, and with two recipients
    age -r "$theirs" -r "$ours" <"$1" >sealed.age && "$tool" open "$our_key" <sealed.age | cmp - "$1" &&
        "$tool" seal "$theirs" "$ours" <"$1" >sealed.age && age -d -i theirs.key <sealed.age | cmp - "$1" &&
        "$tool" open "$our_key" <sealed.age | cmp - "$1"
}
theirs_opens() { age -d -i theirs.key <"$1" >opened; }
ours_opens() { "$tool" open "$our_key" <"$1" >opened; }

age-keygen -o theirs.key 2>/dev/null
theirs=$(age-keygen -y theirs.key)
"$tool" keygen >ours.key
our_key=$(sed -n 1p ours.key)
ours=$(sed -n 2p ours.key)
check 'age takes the key we write and names the same recipient' sh -c "[ \"\$(age-keygen -y ours.key 2>/dev/null || sed -n 1p ours.key | age-keygen -y)\" = '$ours' ]"

for size in 0 1 65535 65536 65537 131072 200000 67108864; do
    head -c "$size" /dev/urandom >plain
    check "$size bytes, both ways, two recipients" both plain
done

head -c 70000 /dev/urandom >plain
"$tool" seal "$theirs" "$ours" <plain >good.age
size=$(wc -c <good.age)
for at in 3 60 150 300 330 $((size / 2)) $((size - 1)); do
    python3 - good.age bad.age "$at" <<'PYTHON'
import sys
data = bytearray(open(sys.argv[1], 'rb').read())
data[int(sys.argv[3])] ^= 1
open(sys.argv[2], 'wb').write(data)
PYTHON
    check "a bit of byte $at: age refuses it" sh -c '! age -d -i theirs.key <bad.age >/dev/null 2>&1'
    check "a bit of byte $at: we refuse it too" refused ours_opens bad.age
done
for cut in 1 16 17 4500; do
    head -c $((size - cut)) good.age >bad.age
    check "$cut bytes cut off: age refuses it" refused theirs_opens bad.age
    check "$cut bytes cut off: we refuse it" refused ours_opens bad.age
done
echo "1..$count"
