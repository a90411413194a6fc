#!/bin/sh
# keys: passphrase, shares, lock and unlock with the real program and real processes. Prints TAP. All persons are invented.
set -u
comity=${COMITY_PROGRAM:?}
folder=$(mktemp -d /tmp/comity-keys.XXXXXX)
cd "$folder" || exit 1
count=0
trap '"$comity" keys node lock >/dev/null 2>&1; rm -rf "$folder"' EXIT

check() { # WHAT COMMAND...: the command must succeed
    count=$((count + 1))
    what=$1
    shift
    if "$@" >check.out 2>&1; then
        echo "ok $count - $what"
    else
        echo "not ok $count - $what"
        sed 's/^/# /' check.out last.out last.err 2>/dev/null | head -n 20
    fi
}
run() { # STATUS COMMAND...: runs it, keeps what it prints, and compares its exit status
    wanted=$1
    shift
    "$@" >last.out 2>last.err </dev/null
    [ $? = "$wanted" ]
}
says() { grep -qF -- "$1" last.out; }
complains() { grep -qF -- "$1" last.err; }
search() { run "$1" "$comity" search node Kuznetsov; }
holder() { pgrep -f "keys node unlock" | wc -l; }
gone() { [ "$(holder)" = 0 ]; }

printf 'given,family,born\nSergei,Kuznetsov,1990-03-05\n' >list.csv
echo 'correct horse battery staple' >right
echo 'correct horse battery stable' >wrong
echo 'another four good words' >second
echo 'short' >short

check 'a node' run 0 "$comity" init node --agency 'Lotus House (practice)' --country KH --kind shelter
check 'a person' run 0 "$comity" import node list.csv
check 'a command whose standard input and errors are closed ends' timeout 20 sh -c '"$0" search node Kuznetsov >closed.out <&- 2>&- && grep -q Kuznetsov closed.out' "$comity"
check 'its keys are not protected' run 0 "$comity" keys node
check 'and it says so' says 'not protected'
check 'nothing to unlock' run 2 "$comity" keys node unlock --passphrase-file right
check 'nothing to lock' run 1 "$comity" keys node lock
check 'a short passphrase is refused' run 2 "$comity" keys node protect --new-passphrase-file short
check 'without a terminal it must be named' run 2 setsid "$comity" keys node protect
check 'a good one is set' run 0 "$comity" keys node protect --new-passphrase-file right
check 'the file is sealed' run 0 "$comity" keys node --json
check 'and locked' says '"passphrase":true,"shares":false,"locked":true'
check 'a search does not work now' search 1
check 'and says what to do' complains 'the keys are locked: comity keys DIR unlock'
check 'the wrong passphrase' run 1 "$comity" keys node unlock --passphrase-file wrong
check 'is refused' complains 'that is not the passphrase'
check 'the right one' run 0 "$comity" keys node unlock --passphrase-file right
check 'twice is an error' run 1 "$comity" keys node unlock --passphrase-file right
check 'a search works' search 0
check 'and finds her' says 'Kuznetsov'
check 'also where standard input and errors are closed' sh -c '"$0" search node Kuznetsov >closed.out <&- 2>&- && grep -q Kuznetsov closed.out' "$comity"
check 'another import too' run 0 "$comity" import node list.csv
check 'the socket is ours alone' [ "$(stat -c %a node/keys.sock)" = 600 ]
pid=$(pgrep -f "keys node unlock" | head -n 1)
check 'its memory cannot be read' run 1 dd if="/proc/$pid/mem" bs=1 count=1 skip=4096
check 'it is not dumpable, has no new privileges, and a filter' grep -q 'Seccomp:[[:space:]]*2' "/proc/$pid/status"
check 'it has no file open' [ "$(ls -l "/proc/$pid/fd" 2>/dev/null | grep -c "$folder")" = 0 ]
start=$(date +%s%N)
check 'lock' run 0 "$comity" keys node lock
stop=$(date +%s%N)
echo "# locked after $(((stop - start) / 1000000)) ms"
check 'the process is gone' gone
check 'so is its socket' [ ! -e node/keys.sock ]
check 'a search does not work' search 1

check 'a split needs the keys' run 1 "$comity" keys node split --out shares --passphrase-file right
check 'unlocked' run 0 "$comity" keys node unlock --passphrase-file right
check 'three shares' run 0 "$comity" keys node split --out shares --passphrase-file right
check 'each for its owner alone' [ "$(stat -c %a shares/share-1.txt)" = 600 ]
check 'locked again' run 0 "$comity" keys node lock
check 'one share twice does not open' run 1 "$comity" keys node unlock --share shares/share-2.txt --share shares/share-2.txt
check 'and says so' complains 'the same share twice'
check 'one alone neither' run 2 "$comity" keys node unlock --share shares/share-1.txt
for two in '1 2' '1 3' '3 2'; do
    set -- $two
    check "shares $two open" run 0 "$comity" keys node unlock --share "shares/share-$1.txt" --share "shares/share-$2.txt"
    check 'and a search works' search 0
    check 'lock' run 0 "$comity" keys node lock
done
sed '1s/^a/b/;t;1s/^./a/' shares/share-1.txt >mistyped # another letter for sure: two that change places may be the same
check 'a mistyped share is found' run 1 "$comity" keys node unlock --share mistyped --share shares/share-2.txt
check 'the passphrase still opens' run 0 "$comity" keys node unlock --passphrase-file right
cp -r shares old
check 'split anew' run 0 "$comity" keys node split --out shares --passphrase-file right
check 'a new passphrase, by shares' run 0 "$comity" keys node protect --new-passphrase-file second --share shares/share-3.txt --share shares/share-1.txt
check 'lock' run 0 "$comity" keys node lock
check 'the old passphrase opens nothing' run 1 "$comity" keys node unlock --passphrase-file right
check 'nor do the old shares' run 1 "$comity" keys node unlock --share old/share-1.txt --share old/share-2.txt
check 'nor one of each' run 1 "$comity" keys node unlock --share old/share-1.txt --share shares/share-2.txt
check 'the new one does' run 0 "$comity" keys node unlock --passphrase-file second
check 'a new letter key' run 0 "$comity" keys node rotate
check 'the log holds' run 0 "$comity" log node verify
check 'each change stands in it' run 0 "$comity" log node show --json
check 'by its verb' [ "$(grep -o '"verb":"keys"' last.out | wc -l)" -ge 8 ]
kill -9 "$(pgrep -f "keys node unlock" | head -n 1)"
check 'killed: locked' search 1
check 'and unlocked again over the socket it left' run 0 "$comity" keys node unlock --passphrase-file second
check 'a search works' search 0
check 'lock' run 0 "$comity" keys node lock
printf x | dd of=node/keys bs=1 seek=60 conv=notrunc 2>/dev/null
check 'a damaged key file is said to be damaged' run 1 "$comity" keys node unlock --passphrase-file second
check 'and nothing else' complains 'damaged'
echo "1..$count"
