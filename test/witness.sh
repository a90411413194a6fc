#!/bin/sh
# witness: three agencies watch each other with the real program: quorum, a changed database, a restored backup, the way back.
# Prints TAP. COMITY_PROGRAM names the program, COMITY_SOURCE its source.
set -u
comity=${COMITY_PROGRAM:?}
make_key=$(realpath "${1:?the program transport_key}")
foreign=${COMITY_SOURCE:?}/test/foreign
folder=$(mktemp -d /tmp/comity-witness.XXXXXX)
cd "$folder" || exit 1
count=0
trap 'for node in x y z; do [ ! -s $node.pid ] || kill -9 "$(cat $node.pid)" 2>/dev/null; done; rm -rf "$folder"' EXIT

check() { # WHAT COMMAND...: the command must succeed
    count=$((count + 1))
    what=$1
    shift
    if "$@" >check.out 2>&1; then
        echo "ok $count - $what"
    else
        echo "not ok $count - $what"
        sed 's/^/# /' check.out last.out last.err ./*.err 2>/dev/null | tail -n 30
    fi
}
run() { # STATUS COMMAND...: runs it, keeps what it prints, and compares its exit status
    wanted=$1
    shift
    "$@" >last.out 2>last.err
    [ $? = "$wanted" ]
}
says() { grep -qF -- "$1" last.out; }
complains() { grep -qF -- "$1" last.err; }
soon() { # COMMAND...: it succeeds within 20 seconds
    for try in $(seq 100); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.2
    done
    return 1
}
serve() {
    : >"$1.out" # what stands there is of the server before
    "$comity" serve "$1" >"$1.out" 2>>"$1.err" &
    echo $! >"$1.pid"
    soon grep -q ready "$1.out"
}
stop() {
    kill "$(cat "$1.pid")"
    wait "$(cat "$1.pid")"
    : >"$1.pid"
}
member() { "$comity" witness "$1" --json 2>/dev/null | python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$2"; }
leaves() { "$comity" log "$1" head --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["size"])'; }
confirmed() { [ "$(member "$1" quorum_size)" = "$(leaves "$1")" ]; }
sql() { python3 -c 'import sqlite3,sys; c = sqlite3.connect(sys.argv[1], timeout=10); c.execute(sys.argv[2]); c.commit()' "$1/comity.db" "$2"; }
copy() { python3 -c 'import sqlite3,sys; a, b = map(sqlite3.connect, sys.argv[1:]); a.backup(b); b.close()' "$1" "$2"; }
act() { "$comity" search x dara --purpose practice >/dev/null; }

pair_all() {
    ports=$(python3 -c 'import socket
s = [socket.socket() for _ in range(3)]
[x.bind(("127.0.0.1", 0)) for x in s]
print(*[x.getsockname()[1] for x in s])')
    for node in x y z; do
        port=${ports%% *}
        ports=${ports#* }
        "$comity" init $node --agency "Agency $node (practice)" --country KH --kind police --listen "127.0.0.1:$port" || return 1
        [ $node != y ] || { "$make_key" y/tls.key y/tls.crt && cp y/tls.key bare.key; } || return 1 # another program calls in its name
        "$comity" pair $node invite --out $node.card >$node.said || return 1
        eval "port_$node=$port"
    done
    for node in x y z; do
        for other in x y z; do
            [ $node = $other ] || "$comity" pair $node accept $other.card --as $other --fingerprint "$(tail -n 1 $other.said)" || return 1
        done
    done
}

foreign_code() {
    count=$((count + 1))
    what='another implementation believes a cosigned head and the tiles'
    command -v go >/dev/null 2>&1 && [ -d /usr/share/gocode/src/golang.org/x/mod ] || {
        echo "ok $count - $what # SKIP golang-golang-x-mod-dev is not installed"
        return
    }
    "$comity" log x head --cosigned >cosigned
    key=$("$comity" log x head --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["log_key"])')
    witnesses=$(python3 -c 'import json; print(*[json.load(open(n + ".card"))["witness_key"] for n in "yz"])')
    # shellcheck disable=SC2086,SC2154
    if told=$(GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$folder/cache GOFLAGS='' go run "$foreign/cosigned.go" "127.0.0.1:$port_x" bare.key y/tls.crt \
        "$key" cosigned $witnesses 2>&1); then
        echo "ok $count - $what: $told"
    else
        echo "not ok $count - $what: $told"
    fi
}

check 'three agencies pair with each other' pair_all
check 'no quorum is asked for before anybody was asked' run 0 "$comity" witness x
check '... and the answer says so' says 'No quorum is asked for'
for node in x y z; do serve $node; done
for i in $(seq 8); do act; done
check 'the log of each has its quorum' soon confirmed x
check '... of the others too' soon confirmed z
check 'comity witness says it' run 0 "$comity" witness x
check '... in a sentence' says 'has its quorum (2 of 2 witnesses)'
check 'a leaf is proved in the cosigned head' run 0 "$comity" log x proof 3 --cosigned
check '... which carries the cosignatures' sh -c '[ "$(grep -c "/witness " last.out)" = 2 ]'
check '... there is no other size of it' run 2 "$comity" log x proof 3 --cosigned --size 4
foreign_code
check 'a look finds nothing in a log that nobody touched' run 0 "$comity" witness y look

sql x "create table kept as select * from log_leaf where place = 4"
sql x "update log_leaf set content = (select content from log_leaf where place = 5) where place = 4"
check 'a leaf that was changed in the database is found by the next look' run 1 "$comity" witness y look
check '... first thing, and whose log it is' sh -c 'head -n 1 last.out | grep -q "^EVIDENCE against the log of x"'
check '... by the running node as well' soon grep -q 'EVIDENCE against the log of x' y.err
check 'the evidence is whole' run 0 "$comity" witness y evidence
check '... with the head that x signed' says '/witness '
check 'nobody is confirmed without grounds' run 2 "$comity" witness y confirm x
sql x "update log_leaf set content = (select content from kept) where place = 4"
check 'with grounds' run 0 "$comity" witness y confirm x --reference 'spoken to at the ministry, 24 November'
check '... the evidence stays' sh -c '"$1" witness y evidence | grep -q "confirmed 20"' sh "$comity"
check 'and x has its quorum again' soon confirmed x

stop x
copy x/comity.db backup.db
serve x
for i in $(seq 5); do act; done
check 'more is logged and confirmed' soon confirmed x
stop x
rm -f x/comity.db-wal x/comity.db-shm
copy backup.db x/comity.db
check 'an old backup is restored: a witness shows it' run 1 "$comity" witness x sync
check '... the node is read-only' says 'READ-ONLY'
printf 'given,family\nDara,Practice\n' >people.csv
check '... changes nothing' run 1 "$comity" import x people.csv
check '... and says what to do' complains 'comity log DIR recover'
check '... but looks, which are logged' run 0 "$comity" search x dara --purpose practice
serve x
check 'its witnesses find it too' sh -c '! "$1" witness y look && ! "$1" witness z look' sh "$comity"
check 'recovering needs a reason' run 1 "$comity" log x recover
check 'recovering' run 0 "$comity" log x recover --reference 'disk failed, backup of the 23rd'
check 'its witnesses are asked to confirm' sh -c '"$1" witness y confirm x --reference telephone && "$1" witness z confirm x --reference telephone' sh "$comity"
check 'x has its quorum again' soon confirmed x
check 'and takes changes' run 0 "$comity" import x people.csv
check 'nobody is accused any more' run 0 "$comity" witness y look

stop x
sql x "update act_watch set quorum_ms = quorum_ms - 2 * 3600000"
sql x "update witness_told set cosigned_ms = cosigned_ms - 2 * 3600000, since_ms = since_ms - 2 * 3600000"
check 'two hours without a quorum' run 0 "$comity" witness x
check '... are a warning' says 'WARNING: no quorum for 12'
check '... nothing more' run 0 "$comity" import x people.csv
sql x "update act_watch set quorum_ms = quorum_ms - 3 * 3600000"
check 'after five nothing can be changed' run 1 "$comity" import x people.csv
check '... which says for how long' complains 'read-only: for 5 h'
check '... and looking still works' run 0 "$comity" search x dara --purpose practice
check 'the witnesses are asked' run 0 "$comity" witness x sync
check '... and changes are taken again' run 0 "$comity" import x people.csv
for node in y z; do stop $node; done
echo "1..$count"
