#!/bin/sh
# recall: three agencies with the real program and real processes. The owner gives a letter to the second, the second passes it on to
# a third that has never met the owner; the owner takes it back while the third is away, and sees who has acknowledged.
# Prints TAP. COMITY_PROGRAM names the program. All persons are invented.
set -u
comity=${COMITY_PROGRAM:?}
folder=$(mktemp -d /tmp/comity-recall.XXXXXX)
cd "$folder" || exit 1
count=0
police_pid='' shelter_pid='' labour_pid=''
trap 'for p in $police_pid $shelter_pid $labour_pid; do kill -9 "$p" 2>/dev/null; done; rm -rf "$folder"' EXIT

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
named() { grep -oE "\"$1\":\"[0-9a-f]{32}\"" last.out | grep -oE '[0-9a-f]{32}' | head -n 1; }

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
stop() { kill -TERM "$1" && wait "$1"; }
pair() { # INVITING PORT ACCEPTING
    "$comity" pair "$1" invite --out card.json --address "127.0.0.1:$2" >pair.out || return 1
    "$comity" pair "$3" accept card.json --fingerprint "$(grep -oE '([0-9]{5} ){5}[0-9]{5}' pair.out)" >/dev/null
}
comes() { # NODE LETTER: it has arrived and can be read
    for try in $(seq 200); do
        "$comity" letters "$1" read "$2" --purpose protection >last.out 2>last.err && return 0
        sleep 0.1
    done
    return 1
}
arrives() { # NODE LETTER
    for try in $(seq 200); do
        "$comity" letters "$1" show "$2" >last.out 2>last.err && return 0
        sleep 0.1
    done
    return 1
}
becomes() { # NODE GRANT WORDS: what grants show says of it, in the end
    for try in $(seq 200); do
        "$comity" grants "$1" show "$2" >last.out 2>last.err
        grep -qF -- "$3" last.out && return 0
        sleep 0.1
    done
    return 1
}
refused() { # NODE LETTER WORDS
    run 1 "$comity" letters "$1" read "$2" --purpose protection && complains "$3" &&
        run 1 "$comity" letters "$1" read "$2" --purpose protection --out "$1.copy" && [ ! -e "$1.copy" ]
}

check 'an owner' run 0 "$comity" init police --agency 'Border Unit 7' --country TH --kind police
check 'a holder' run 0 "$comity" init shelter --agency 'Lotus House' --country KH --kind shelter
check 'and a third' run 0 "$comity" init labour --agency 'Labour Inspectorate' --country VN --kind labour
check 'the police serves' start police 0
police_pid=$pid police_port=$port
check 'the shelter serves' start shelter 0
shelter_pid=$pid shelter_port=$port
check 'the inspectorate serves' start labour "$(shuf -i 20000-31999 -n 1)"
labour_pid=$pid labour_port=$port
check 'the police knows the shelter' pair shelter "$shelter_port" police
check 'and the shelter the police' pair police "$police_port" shelter
check 'the shelter knows the inspectorate' pair labour "$labour_port" shelter
check 'and the inspectorate the shelter' pair shelter "$shelter_port" labour

# --- given, passed on
printf '{"name":"Practice Person","employer":"Sunrise Garments","phone":"000 000"}' >referral.json
check 'a referral with a grant' run 0 "$comity" send police lotus-house referral.json --kind referral --purpose protection --reference 'case 7' \
    --evaluation B2 --tlp amber --handling H1 --fields name,employer,phone --json
letter=$(named letter) grant=$(named grant)
check 'arrives and is read' comes shelter "$letter"
check 'as it was written' says 'Practice Person'
check 'not for another purpose' run 1 "$comity" letters shelter read "$letter" --purpose investigation
check 'which it says' complains 'it was given for protection'
check 'the holder sees its grant' run 0 "$comity" grants shelter
check 'from whom' says 'border-unit-7'
check 'what is wider is not passed on' run 1 "$comity" forward shelter "$letter" labour-inspectorate --reference 'case 9' --tlp green
check 'and says why' complains 'TLP is wider'
check 'a part of it is' run 0 "$comity" forward shelter "$letter" labour-inspectorate --reference 'case 9' --fields employer --handling H2 --json
passed=$(named letter) child=$(named grant)
check 'it arrives at an agency that has never met the owner' comes labour "$passed"
check 'with the employer' says 'Sunrise Garments'
check 'without the person' sh -c '! grep -q "Practice Person" last.out'
check 'H2 is not passed on' run 1 "$comity" forward labour "$passed" lotus-house --reference 'case 10'
check 'nor written to a file' run 1 "$comity" letters labour read "$passed" --purpose protection --out labour.copy

year=$(date -u -d '+1 year' +%F)
check 'the owner gives it for longer' run 0 "$comity" grants police change "$grant" --reference 'the trial is late' --expires "$year"
check 'as the holder sees' becomes shelter "$grant" 'version 2'
check 'but the one below does not' becomes labour "$child" 'version 1'

head -c 700000 /dev/urandom >plan.pdf
check 'a large file' run 0 "$comity" send police lotus-house plan.pdf --kind attachment --purpose protection --reference 'case 7' --json
plan=$(named letter)
check 'arrives' arrives shelter "$plan"
check 'is passed on' run 0 "$comity" forward shelter "$plan" labour-inspectorate --reference 'case 9' --json
plan_there=$(named letter)
check 'arrives there' arrives labour "$plan_there"
check 'and is written to a file' run 0 "$comity" letters labour read "$plan_there" --purpose protection --out plan.there
check 'byte for byte' cmp plan.pdf plan.there

# --- taken back, while the inspectorate is away
check 'the inspectorate is away' stop "$labour_pid"
labour_pid=''
check 'taking back needs a reason' run 2 "$comity" grants police withdraw "$grant"
check 'the owner takes it back' run 0 "$comity" grants police withdraw "$grant" --reference 'she withdrew her consent'
check 'the holder acknowledges' becomes police "$grant" 'the holder said'
check 'one below has not' says 'has not said so'
check 'so it is withdrawn, not settled' says 'withdrawn since'
check 'the holder has lost it' refused shelter "$letter" 'withdrawn'
check 'and cannot pass it on' run 1 "$comity" forward shelter "$letter" labour-inspectorate --reference 'case 9'
check 'who is away still reads' run 0 "$comity" letters labour read "$passed" --purpose protection
check 'the inspectorate is back' start labour "$labour_port"
labour_pid=$pid
check 'all have acknowledged' becomes police "$grant" 'settled'
check 'its signed word is there' run 0 "$comity" grants police receipt "$grant" --out word.json
"$comity" partners police --json | grep -oE '"agency_key":"[0-9a-f]*"' | grep -oE '[0-9a-f]{64}' >agency.key
check 'and holds, offline, with its public key alone' run 0 "$comity" verify word.json --key "$(cat agency.key)"
check 'which it says' says 'passed on to 1 others'
check 'the word of the one below too' run 0 "$comity" grants police receipt "$child" --out below.json
check 'which the first did not sign' run 1 "$comity" verify below.json --key "$(cat agency.key)"
sed 's/T/t/' word.json | sed 's/"time":"2/"time":"3/' >forged.json
check 'a changed word does not hold' run 1 "$comity" verify forged.json --key "$(cat agency.key)"
check 'the third has lost it too' refused labour "$passed" 'withdrawn'
check 'the holder sees so' becomes shelter "$child" 'settled'
check 'as JSON' run 0 "$comity" grants police --json
check 'with one below' says '"below":1,"below_acknowledged":1'
check 'nobody is overdue' run 0 "$comity" grants police --overdue --json
check 'nobody' says '{"grants":[]}'
check 'once more' run 0 "$comity" grants police withdraw "$grant" --reference 'to be sure'
check 'changes nothing' becomes police "$grant" 'settled'

for node in police shelter labour; do
    eval "stop \$${node}_pid; ${node}_pid=''"
    check "the log of $node holds" run 0 "$comity" log "$node" verify
done

# --- no line at all: given, taken back and acknowledged on sticks
carry() { # FROM TO TO-NAME: a stick
    rm -f stick && "$comity" letters "$1" export "$3" stick >last.out 2>last.err && "$comity" letters "$2" import stick >last.out 2>last.err
}
check 'a referral without a line' run 0 "$comity" send police lotus-house referral.json --kind referral --purpose protection --reference 'case 7' --json
letter=$(named letter) grant=$(named grant)
check 'goes by stick' carry police shelter lotus-house
check 'and is read' run 0 "$comity" letters shelter read "$letter" --purpose protection
check 'the holder makes a backup' cp -r shelter shelter.backup
check 'it is taken back' run 0 "$comity" grants police withdraw "$grant" --reference 'she withdrew her consent'
check 'by stick' carry police shelter lotus-house
check 'the holder has lost it' refused shelter "$letter" 'withdrawn'
check 'and says so by stick' carry shelter police border-unit-7
check 'so all have acknowledged' becomes police "$grant" 'settled'
# the holder restores the backup, in which the letter is still there
check 'the backup is restored' sh -c 'rm -r shelter && mv shelter.backup shelter'
check 'it tells where it stands' carry shelter police border-unit-7
check 'what it has lost comes again' carry police shelter lotus-house
check 'and so it has lost the letter again' refused shelter "$letter" 'withdrawn'

check 'no word of it stands in clear in any file of the nodes' \
    sh -c '! grep -raqE "Practice Person|Sunrise|withdrew her|case 7|case 9" police shelter labour police.err shelter.err labour.err'
echo "1..$count"
