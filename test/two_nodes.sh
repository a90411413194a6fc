#!/bin/sh
# two_nodes: the whole way with the real program and real processes: two agencies import, pair, index, serve, ask.
# Prints TAP. COMITY_PROGRAM names the program. All persons are invented.
set -u
comity=${COMITY_PROGRAM:?}
folder=$(mktemp -d /tmp/comity-two-nodes.XXXXXX)
cd "$folder" || exit 1
count=0
pid=''
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null; rm -rf "$folder"' EXIT

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
    "$@" >last.out 2>last.err
    [ $? = "$wanted" ]
}
says() { grep -qF -- "$1" last.out; }
begins() { head -n 1 last.out | grep -q "^$1"; }
complains() { grep -qF -- "$1" last.err; }
both() { run "$1" "$comity" ask police --partner lotus-house --purpose identification --reference 'warrant 12/2026' --name "$2" --born "$3"; }

serve() { # starts it on the port of the first time, waits for its line
    : >serve.out # what stands there is of the server before
    "$comity" serve shelter --listen "127.0.0.1:${port:-0}" >serve.out 2>serve.err &
    pid=$!
    for try in $(seq 200); do
        grep -q ready serve.out && break
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.05
    done
    port=$(sed -n 's/.*ready on 127\.0\.0\.1:\([0-9]*\)$/\1/p' serve.out)
    [ -n "$port" ]
}
stopped() { # the process ends with the given status
    wait "$pid"
    [ $? = "$1" ] && pid=''
}

cat >shelter.csv <<END
given,family,born,document
Sergei,Kuznetsov,1990-03-05,N1234567
Chanthou,Zzyzxplant,1985-12-01,N7654321
Maria,Velasquez,1971-11-30,
Somchai,Rattanakosin,1988-02,X0099887
END
cat >police.csv <<END
given,family,born,document
Сергей,Кузнецов,1990-05-03,
Olena,Bondarenko,1999-09-09,P5550001
END

check 'two agencies' run 0 "$comity" init shelter --agency 'Lotus House (practice)' --country KH --kind shelter
check 'in two countries' run 0 "$comity" init police --agency 'Border Unit 7 (practice)' --country TH --kind police
check 'the shelter imports' run 0 "$comity" import shelter shelter.csv
check 'the police imports' run 0 "$comity" import police police.csv

# Pairing: the address in the invitation is where serve will listen.
port=$(shuf -i 20000-31999 -n 1) # below those of outgoing connections, which could take it while the server is down
check 'serve before pairing' serve
kill -TERM "$pid"
check 'SIGTERM ends it with status 0' stopped 0
check 'the shelter invites' run 0 "$comity" pair shelter invite --out s.json --address "127.0.0.1:$port"
s_print=$(grep -oE '([0-9]{5} ){5}[0-9]{5}' last.out)
check 'the police invites' run 0 "$comity" pair police invite --out p.json
p_print=$(grep -oE '([0-9]{5} ){5}[0-9]{5}' last.out)
p_words=$(grep -oE '([a-z]{5}-){7}[a-z]{5}' last.out | tr 'a-z-' 'A-Z ')
check 'a wrong fingerprint is refused' run 1 "$comity" pair police accept s.json --fingerprint "$p_print"
check 'and says so' complains 'NOT that of this invitation'
check 'the police accepts' run 0 "$comity" pair police accept s.json --fingerprint "$s_print"
check 'again is harmless' run 0 "$comity" pair police accept s.json --fingerprint "$s_print"
check 'the shelter accepts, by words' run 0 "$comity" pair shelter accept p.json --fingerprint "$p_words" --budget 20
check 'the police lists the shelter' run 0 "$comity" partners police
check 'by its short name' says 'lotus-house '

check 'asking a node that is down fails' both 1 'Sergey Kuznetsov' 1990-03-05
check 'with what to do' complains 'cannot be reached'
check 'serve' serve
check 'asking before there is a map fails' both 1 'Sergey Kuznetsov' 1990-03-05
check 'and says who has to do what' complains 'comity index'
check 'the index is built while it serves' run 0 "$comity" index shelter

check 'another spelling is asked' both 0 'Kuznecov Serguei' 1990-03-05
check 'a hit' begins 'HIT at Lotus House'
check 'with a request number' says 'request number'
check 'and what the shelter did not learn' says 'about whom, and whether it hit'
check 'somebody unknown is asked' both 0 'Nobody Ofthisname' 1966-06-06
check 'no hit' begins 'NO HIT at Lotus House'
check 'a whole answer as JSON' run 0 "$comity" ask police --partner lotus-house --purpose identification --reference r --name 'Velasquez Maria' --born 1971 --json
check 'has the budget that is left' says '"budget_left":17'
check 'an unknown purpose is refused' run 1 "$comity" ask police --partner lotus-house --purpose curiosity --reference r --name X --born 1971
check 'an unknown partner is refused' run 1 "$comity" ask police --partner nobody --purpose identification --reference r --name X --born 1971
check 'nobody to ask about is a usage error' run 2 "$comity" ask police --partner lotus-house --purpose identification --reference r

echo 'Bopha,Mondulkiri,2001-01-20,Z0000042' | sed '1i given,family,born,document' >more.csv
check 'a newcomer is imported' run 0 "$comity" import shelter more.csv
check 'and indexed' run 0 "$comity" index shelter
check 'and asked, without a restart' both 0 'Bopha Mondulkiri' 2001-01-20
# A second process that wrote and left must not pull the WAL from under the server: what it logged would be lost.
check 'found: the server sees what another process committed' begins 'HIT at'

kill -9 "$pid"
wait "$pid" 2>/dev/null
check 'after kill -9 it serves again' serve
check 'and answers' both 0 'Kuznecov Serguei' 1990-03-05
for i in 1 2 3 4; do
    "$comity" ask police --partner lotus-house --purpose identification --reference r --name "Olena Bondarenko" --born 1999 >"many.$i" 2>&1 &
    eval "ask$i=\$!"
done
all=0
for i in 1 2 3 4; do eval "wait \$ask$i" && all=$((all + 1)); done
check 'four at the same time are all answered' [ $all = 4 ]
kill -TERM "$pid"
check 'it stops cleanly' stopped 0
check "the shelter's log holds" run 0 "$comity" log shelter verify
check "the police's log holds" run 0 "$comity" log police verify
check 'no name stands in clear in any file of either node' sh -c '! grep -raqE "Zzyzxplant|Kuznec|Кузнецов|Mondulkiri" shelter police serve.out serve.err'
echo "1..$count"
