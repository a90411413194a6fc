#!/bin/sh
# letters: two agencies write to each other with the real program and real processes: both ways, in mid-delivery a kill -9, a large
# attachment over a line that is cut, a partner that cannot be reached, and a stick where there is no line at all.
# Prints TAP. COMITY_PROGRAM names the program; the first argument is the relay test/fault/cutline. All persons are invented.
set -u
comity=${COMITY_PROGRAM:?}
cutline=${1:?}
case $cutline in /*) ;; *) cutline=$PWD/$cutline ;; esac
folder=$(mktemp -d /tmp/comity-letters.XXXXXX)
cd "$folder" || exit 1
count=0
shelter_pid='' police_pid='' relay_pid='' clinic_pid=''
trap 'for p in $shelter_pid $police_pid $clinic_pid $relay_pid; do kill -9 "$p" 2>/dev/null; done; rm -rf "$folder"' EXIT

check() { # WHAT COMMAND...: the command must succeed
    count=$((count + 1))
    what=$1
    shift
    if "$@" >check.out 2>&1; then
        echo "ok $count - $what"
    else
        echo "not ok $count - $what"
        sed 's/^/# /' check.out last.out last.err *.err 2>/dev/null | head -n 30
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

start() { # NAME PORT: serves on the port (0: any); its pid is in $pid, its port in $port
    : >"$1.out" # what stands there is of the server before
    "$comity" serve "$1" --listen "127.0.0.1:$2" >"$1.out" 2>>"$1.err" &
    pid=$!
    for try in $(seq 200); do
        grep -q ready "$1.out" && break
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.05
    done
    port=$(sed -n 's/.*ready on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$1.out")
    [ -n "$port" ]
}
serve_shelter() { start shelter "$shelter_port" && shelter_pid=$pid && shelter_port=$port; }
serve_police() { start police "$police_port" && police_pid=$pid && police_port=$port; }
stop() { # PID: it ends cleanly
    kill -TERM "$1"
    wait "$1"
}
pair() { # INVITING ADDRESS ACCEPTING
    "$comity" pair "$1" invite --out card.json --address "$2" >pair.out || return 1
    "$comity" pair "$3" accept card.json --fingerprint "$(grep -oE '([0-9]{5} ){5}[0-9]{5}' pair.out)" >/dev/null
}
send() { # FROM TO TEXT: one letter; its id is in $letter
    letter=$(printf '%s' "$3" | "$comity" send "$1" "$2" --kind notice --purpose practice --reference 'case 7' --json - | grep -oE '[0-9a-f]{32}' | head -n 1)
    [ -n "$letter" ]
}
number() { # NODE WORD OPTION...: how many letters are in that state
    node=$1 word=$2
    shift 2
    "$comity" letters "$node" list --limit 100000 --json "$@" | grep -oE "\"state\":\"$word\"" | wc -l
}
arrives() { # FROM TO-NAME TO N FROM-NAME: N letters in all have gone from one to the other, each once, and none waits
    for try in $(seq 600); do
        [ "$(number "$1" delivered --out --partner "$2")" = "$4" ] && break
        sleep 0.1
    done
    [ "$(number "$1" delivered --out --partner "$2")" = "$4" ] && [ "$(number "$1" waiting --out --partner "$2")" = 0 ] &&
        [ "$(number "$3" received --in --partner "$5")" = "$4" ]
}
to_shelter() { arrives police lotus-house shelter "$1" border-unit-7; }
to_police() { arrives shelter border-unit-7 police "$1" lotus-house; }

check 'two agencies' run 0 "$comity" init shelter --agency 'Lotus House' --country KH --kind shelter
check 'in two countries' run 0 "$comity" init police --agency 'Border Unit 7' --country TH --kind police
# below the ports that the system gives to outgoing connections: one of those could take it while its server is down
shelter_port=$(shuf -i 20000-25999 -n 1) police_port=$(shuf -i 26000-31999 -n 1)
check 'the shelter serves' serve_shelter
check 'the police serves' serve_police
# The police reaches the shelter over a line on which every connection is cut after at most 60 MB.
mkfifo relay.in
exec 9<>relay.in # it ends with its standard input
"$cutline" "$shelter_port" 7 0 100 60000000 0 <relay.in >relay.out 2>relay.err &
relay_pid=$!
for try in $(seq 100); do grep -q ready relay.out && break; sleep 0.05; done
relay_port=$(sed -n 's/^ready //p' relay.out)
check 'the police takes in the shelter' pair shelter "127.0.0.1:$relay_port" police
check 'the shelter takes in the police' pair police "127.0.0.1:$police_port" shelter

# --- both ways, while both serve
check 'a letter to the shelter' send police lotus-house 'Is there a bed for a woman of about thirty?'
first=$letter
check 'it arrives' to_shelter 1
check 'a letter to the police' send shelter border-unit-7 'There is.'
check 'it arrives' to_police 1
check 'the sender sees so' run 0 "$comity" letters police show "$first"
check 'in words' says 'delivered'
check 'with the receipt' says 'receipt: accepted'
check 'the receipt as a file' run 0 "$comity" letters police receipt "$first" --out receipt.json
check 'that file is a receipt' grep -q '"comity_receipt"\|"receipt"' receipt.json
key=$("$comity" partners police --json | grep -oE '"agency_key":"[0-9a-f]{64}"' | grep -oE '[0-9a-f]{64}')
own=$("$comity" partners shelter --json | grep -oE '"agency_key":"[0-9a-f]{64}"' | grep -oE '[0-9a-f]{64}')
check 'it holds, offline, with the public key alone' run 0 "$comity" verify receipt.json --key "$key"
check 'and says for which letter' says "letter $first was accepted"
check 'not with another key' run 1 "$comity" verify receipt.json --key "$own"
check 'and says so' complains 'does NOT hold'
sed 's/"status": *"accepted"/"status": "refused"/' receipt.json >changed.json
check 'not when it was changed' run 1 "$comity" verify changed.json --key "$key"
check 'revoked before that leaf it does not hold' run 1 "$comity" verify receipt.json --key "$key" --until 0
check 'the wrong kind of key is said' run 2 "$comity" verify receipt.json --log "$("$comity" log police head --json | grep -oE 'comity/[^"]*')"
"$comity" log shelter head >head.note
"$comity" log shelter proof 1 >leaf.proof
log=$("$comity" partners police --json | grep -oE '"log_key":"[^"]*"' | cut -d'"' -f4)
other=$("$comity" partners shelter --json | grep -oE '"log_key":"[^"]*"' | cut -d'"' -f4)
check 'a head and a proof hold, offline' run 0 "$comity" verify head.note leaf.proof --log "$log"
check 'and say what they show' says 'this leaf is number 1 of the log'
check 'not with the key of another log' run 1 "$comity" verify head.note --log "$other"
sed 's/^extra ./extra A/' leaf.proof >changed.proof
check 'nor about another leaf' run 1 "$comity" verify changed.proof --log "$log"
check 'reading needs a purpose' run 2 "$comity" letters shelter read "$first"
check 'and then shows the letter' run 0 "$comity" letters shelter read "$first" --purpose casework
check 'as it was written' says 'a bed for a woman'
check 'and is in the log' run 0 "$comity" log shelter show --last 1
check 'as a reading' says 'read'
check 'a kind that is not known is refused' run 2 "$comity" send police lotus-house --kind poem --purpose practice --reference r receipt.json
check 'a purpose that is not known is refused' run 1 "$comity" send police lotus-house --kind notice --purpose fun --reference r receipt.json
check 'a partner that is not known is refused' run 1 "$comity" send police nobody --kind notice --purpose practice --reference r receipt.json

# --- the receiver is killed in mid-delivery
i=0
while [ $i -lt 30 ]; do
    send police lotus-house "letter $i" || break
    [ $((i % 10)) = 5 ] && { kill -9 "$shelter_pid"; wait "$shelter_pid" 2>/dev/null; serve_shelter; }
    i=$((i + 1))
done
check 'thirty letters over three kills of the receiver' [ $i = 30 ]
check 'all arrive, each once' to_shelter 31

# --- a large one, over a line that is cut before it can be through
head -c 104857600 /dev/urandom >film.mp4
check 'an attachment of 100 MiB' run 0 "$comity" send police lotus-house --kind attachment --purpose practice --reference 'case 7' film.mp4 --json
film=$(grep -oE '[0-9a-f]{32}' last.out | head -n 1)
check 'arrives though every connection is cut before' to_shelter 32
check 'may be read for what it was sent only' run 1 "$comity" letters shelter read "$film" --purpose casework --out got.mp4
check 'is written to a file' run 0 "$comity" letters shelter read "$film" --purpose practice --out got.mp4
check 'byte for byte' cmp film.mp4 got.mp4
check 'which is not overwritten' run 1 "$comity" letters shelter read "$film" --purpose practice --out got.mp4
rm -f film.mp4 got.mp4

# --- an agency that cannot be reached fetches
check 'a third agency' run 0 "$comity" init clinic --agency 'River Clinic' --country VN --kind health
check 'that has no address' pair clinic none shelter
check 'takes in the shelter' pair shelter "127.0.0.1:$shelter_port" clinic
check 'a letter to it' send shelter river-clinic 'Please see her on Monday.'
check 'it serves' start clinic 0
clinic_pid=$pid
check 'it has fetched the letter, and the shelter has its receipt' arrives shelter river-clinic clinic 1 lotus-house
check 'it answers' send clinic lotus-house 'She has an appointment.'
check 'and that arrives too' arrives clinic lotus-house shelter 1 river-clinic
check 'it ends cleanly' stop "$clinic_pid"
clinic_pid=''

check 'the shelter ends cleanly' stop "$shelter_pid"
shelter_pid=''
check 'the police ends cleanly' stop "$police_pid"
police_pid=''

# --- no line at all: the same letters on a stick, both ways, receipts included
check 'a letter to the shelter' send police lotus-house 'The road is closed; this comes by car.'
by_car=$letter
check 'a large one' sh -c 'head -c 3000000 /dev/urandom >plan.pdf'
check 'is sent too' run 0 "$comity" send police lotus-house --kind attachment --purpose practice --reference 'case 7' plan.pdf --json
plan=$(grep -oE '[0-9a-f]{32}' last.out | head -n 1)
check 'a letter to the police' send shelter border-unit-7 'The driver has left.'
check 'the police writes a stick' run 0 "$comity" letters police export lotus-house there.letters
check 'with two letters, and the grant of one' says '3 letters'
check 'everything in it is signed' run 0 "$comity" verify there.letters --key "$own"
check 'by the police alone' run 1 "$comity" verify there.letters --key "$key"
check 'which is not overwritten' run 1 "$comity" letters police export lotus-house there.letters
check 'the shelter takes it in' run 0 "$comity" letters shelter import there.letters
check 'all of it' says '3 letters'
check 'and reads one' run 0 "$comity" letters shelter read "$by_car" --purpose practice
check 'as it was written' says 'this comes by car'
check 'and the other' run 0 "$comity" letters shelter read "$plan" --purpose practice --out plan.got
check 'byte for byte' cmp plan.pdf plan.got
size_before=$("$comity" log shelter head | sed -n 2p)
check 'taking it in again' run 0 "$comity" letters shelter import there.letters
check 'has no effect' [ "$size_before" = "$("$comity" log shelter head | sed -n 2p)" ]
head -c 2000 there.letters >cut.letters
check 'a stick that was pulled out too early is refused' run 1 "$comity" letters shelter import cut.letters
check 'and says so' complains 'cut off'
check 'a stick for somebody else is not taken in' run 1 "$comity" letters clinic import there.letters
check 'the shelter writes the way back' run 0 "$comity" letters shelter export border-unit-7 back.letters
check 'the police takes it in' run 0 "$comity" letters police import back.letters
check 'and has the receipts' [ "$(number police waiting --out)" = 0 ]
check 'as for all letters before' [ "$(number police delivered --out)" = 34 ]
check 'and the letter' [ "$(number police received --in)" = 2 ]
check 'the last receipt goes there' run 0 "$comity" letters police export lotus-house last.letters
check 'and is taken in' run 0 "$comity" letters shelter import last.letters
check 'nothing waits any more' [ "$(number shelter waiting --out)" = 0 ]

check "the shelter's log holds" run 0 "$comity" log shelter verify
check "the police's log holds" run 0 "$comity" log police verify
check "the clinic's log holds" run 0 "$comity" log clinic verify
check 'no word of a letter stands in clear in any file of the nodes' \
    sh -c '! grep -raqE "a bed for a woman|appointment|case 7|comes by car|driver has left" shelter police clinic shelter.err police.err clinic.err'
echo "1..$count"
