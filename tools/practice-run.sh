#!/bin/sh
# practice-run: two invented agencies in two countries; one asks the other one blind question.
#
#   practice-run.sh COMITY PRACTICE FOLDER [--once] [--fresh]
#
# COMITY is the program, PRACTICE the generator of invented persons. --once stops after the answer, --fresh begins anew.
# Everything it does is a command a person could type; they are shown at the end.
set -eu
comity=$1 generator=$2 folder=$3
members=$(dirname "$comity")/practice_members cases=$(dirname "$0")/practice-cases
shift 3
once='' fresh=''
for option in "$@"; do
    case $option in
        --once) once=yes ;;
        --fresh) fresh=yes ;;
        *) echo "usage: ./dev run [--once] [--fresh]" >&2; exit 2 ;;
    esac
done

port=${COMITY_PRACTICE_PORT:-7441}
shelter=$folder/lotus-house shelter_address=127.0.0.1:$port
police=$folder/border-unit police_address=127.0.0.1:$((port + 1))
shelter_web=127.0.0.1:$((port + 2)) police_web=127.0.0.1:$((port + 3))
# A border post with a hall, and the two others who hold shares of its draw.
bridge=$folder/bridge bridge_web=127.0.0.1:$((port + 4)) inspectorate=$folder/inspectorate union=$folder/union
shelter_pid='' police_pid='' hall_pids=''
started=$(date +%s%N)

tenths() { # since NANOSECONDS, as seconds with one decimal
    passed=$((($(date +%s%N) - $1) / 100000000))
    printf '%d.%d s' $((passed / 10)) $((passed % 10))
}
step() { printf '  %-62s' "$1"; step_started=$(date +%s%N); }
finished() { printf '%8s\n' "$(tenths "$step_started")"; }

# What a command prints is kept, and shown only when it fails.
quietly() {
    "$@" >"$folder/last-output" 2>&1 && return 0
    status=$?
    printf '\n'
    cat "$folder/last-output" >&2
    echo "practice: this command failed: $*" >&2
    exit "$status"
}

stop() {
    for pid in $shelter_pid $police_pid $hall_pids; do kill "$pid" 2>/dev/null || true; done
    wait
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 0' TERM

wait_until_ready() { # PID LOG: serve says so in one line
    tries=0
    until grep -q 'ready' "$2" 2>/dev/null; do
        kill -0 "$1" 2>/dev/null || { cat "$2" >&2; echo 'practice: a node did not start' >&2; exit 1; }
        tries=$((tries + 1))
        [ $tries -lt 200 ] || { cat "$2" >&2; echo 'practice: a node was not ready within 10 s' >&2; exit 1; }
        sleep 0.05
    done
}

pair() { # INVITING FOLDER, ACCEPTING FOLDER: the fingerprint goes from one to the other as it would by telephone
    "$comity" pair "$1" invite --out "$folder/card.json" >"$folder/last-output"
    fingerprint=$(grep -oE '([0-9]{5} ){5}[0-9]{5}' "$folder/last-output" | head -n 1)
    quietly "$comity" pair "$2" accept "$folder/card.json" --fingerprint "$fingerprint"
    rm -f "$folder/card.json"
}

# A member joins with an invented password and a code app that this folder keeps: for practice only.
invite() { # FOLDER NAME LOGIN ROLES LANGUAGES WHAT
    "$comity" members "$1" add "$2" --login "$3" --roles "$4" --languages "$5" >"$folder/last-output"
    code=$(sed -n 's/^code for [^:]*: //p' "$folder/last-output")
    secret=$("$members" join "$1" "$3" "$code" "practice words of $3")
    printf '%s %s\n' "$3" "$secret" >>"$folder/secrets"
    printf '        %-9s practice words of %-9s %s\n' "$3" "$3" "$6" >>"$1.signins"
}

[ -z "$fresh" ] || rm -rf "$folder"
printf 'Comity, practice. All persons, agencies and cases here are invented.\n\n'
if [ ! -f "$folder/complete" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    step 'two lists of about two thousand invented persons'
    quietly "$generator" --out "$folder"
    finished
    step 'two agencies: Lotus House (Cambodia), Border Unit 7 (Thailand)'
    quietly "$comity" init "$shelter" --agency 'Lotus House (practice)' --country KH --kind shelter --time-zone Asia/Phnom_Penh --listen "$shelter_address"
    quietly "$comity" init "$police" --agency 'Border Unit 7 (practice)' --country TH --kind police --time-zone Asia/Bangkok --listen "$police_address"
    finished
    step 'each imports its list'
    quietly "$comity" import "$shelter" "$folder/lotus-house.csv"
    quietly "$comity" import "$police" "$folder/border-unit.csv"
    finished
    step 'their members join; each agency has a few cases'
    invite "$shelter" 'Practice Bopha' bopha caseworker 'km en' 'caseworker, reads Khmer'
    invite "$shelter" 'Practice Dara' dara caseworker,supervisor en 'caseworker and supervisor'
    invite "$shelter" 'Practice Maly' maly dpo,auditor en 'data-protection officer, auditor'
    invite "$shelter" 'Practice Administrator' admin administrator en 'administrator: no cases'
    invite "$police" 'Practice Somchai' somchai investigator en 'investigator'
    invite "$police" 'Practice Anong' anong prosecutor 'th en' 'prosecutor, reads Thai'
    invite "$police" 'Practice Wichai' wichai supervisor en 'supervisor'
    quietly "$comity" import "$shelter" "$cases/lotus-house.csv" --files dara
    quietly "$comity" import "$police" "$cases/border-unit.csv" --files somchai
    finished
    step 'they pair: each reads the other its fingerprint'
    pair "$shelter" "$police"
    pair "$police" "$shelter"
    finished
    step 'each builds the answer map for the other'
    "$comity" index "$shelter" --threads 1 >"$folder/index-output" 2>&1 &
    index_pid=$!
    quietly "$comity" index "$police" --threads 1
    wait "$index_pid" || { cat "$folder/index-output" >&2; exit 1; }
    finished
    : >"$folder/complete"
fi

step 'both nodes serve'
"$comity" serve "$shelter" --web "$shelter_web" >"$folder/lotus-house.log" 2>&1 &
shelter_pid=$!
"$comity" serve "$police" --web "$police_web" >"$folder/border-unit.log" 2>&1 &
police_pid=$!
wait_until_ready "$shelter_pid" "$folder/lotus-house.log"
wait_until_ready "$police_pid" "$folder/border-unit.log"
finished

# The generator wrote one person both know, as each of them has her.
. "$folder/question.sh"

printf '\nBorder Unit 7 asks Lotus House about one person it has met:\n    %s, born %s\n\n' "$question_name" "$question_born"
status=0
"$comity" ask "$police" --partner lotus-house --purpose identification --reference 'practice case 1' \
    --name "$question_name" --born "$question_born" || status=$?
[ $status = 0 ] || exit $status
printf '\n(You, who may see both lists: Lotus House wrote her name %s.)\n' "$question_theirs"
printf '\nWhat Lotus House has of it, in its own log:\n'
"$comity" log "$shelter" show --last 1 | sed 's/^/    /'
printf '\nFrom the start to the first answer: %s\n' "$(tenths "$started")"
printf '\nBorder Unit 7 writes to Lotus House, and Lotus House answers:\n'
write_letter() { # FROM TO TO-NAME TEXT: waits until the receipt is there
    letter=$(printf '%s\n' "$4" | "$comity" send "$1" "$3" --kind request --purpose practice --reference 'practice case 1' --json - |
        grep -oE '[0-9a-f]{32}' | head -n 1)
    for try in $(seq 200); do
        "$comity" letters "$1" show "$letter" | grep -q '^delivered' && break
        sleep 0.1
    done
    "$comity" letters "$2" read "$letter" --purpose practice | sed 's/^/    /'
    "$comity" letters "$1" show "$letter" | grep '^receipt' | sed 's/^/    /'
}
write_letter "$police" "$shelter" lotus-house 'We have met her at the border. Is there a bed for her tonight?'
write_letter "$shelter" "$police" border-unit-7 'There is. Our driver comes at eight.'
[ -z "$once" ] || exit 0

# --- the hall ---
serve_hall() { # PROGRAM: the three of it
    hall_pids=''
    for one in bridge inspectorate union; do
        web=''
        [ $one$1 != "bridge$comity" ] || web="--web $bridge_web --web-host bridge.localhost" # a third name, for its cookie
        # shellcheck disable=SC2086 # words or none
        "$1" serve "$folder/$one" $web >"$folder/$one.log" 2>&1 &
        hall_pids="$hall_pids $!"
        wait_until_ready $! "$folder/$one.log"
    done
}
# Keys draw a day after they are made: here three agencies make them with clocks that stand two days back.
make_hall() {
    rm -rf "$bridge" "$inspectorate" "$union" "$bridge.signins"
    now=$comity
    comity=$later
    export COMITY_LATER_HOURS=-49
    quietly "$comity" init "$bridge" --agency 'Friendship Bridge (practice)' --country KH --kind immigration --time-zone Asia/Phnom_Penh --listen "127.0.0.1:$((port + 5))"
    quietly "$comity" init "$inspectorate" --agency 'Border Inspectorate (practice)' --country KH --kind labour --listen "127.0.0.1:$((port + 6))"
    quietly "$comity" init "$union" --agency 'Officers Union (practice)' --country KH --kind ngo --listen "127.0.0.1:$((port + 7))"
    for one in "$bridge" "$inspectorate" "$union"; do
        for other in "$bridge" "$inspectorate" "$union"; do
            [ "$one" = "$other" ] || pair "$one" "$other"
        done
    done
    quietly "$comity" desk "$inspectorate" hold friendship-bridge
    quietly "$comity" desk "$union" hold friendship-bridge
    quietly "$comity" desk "$bridge" setup 'Friendship Bridge' --lane 'All passports' --lane Families --counter 1,2 --counter 1,2 --counter 1 --counter 1 --posts 2
    serve_hall "$later"
    quietly "$comity" desk "$bridge" keys border-inspectorate officers-union --from "$(date -u -d '2 days ago' +%F)"
    for pid in $hall_pids; do kill "$pid"; done
    for pid in $hall_pids; do wait "$pid" || true; done
    hall_pids=''
    unset COMITY_LATER_HOURS
    comity=$now
    invite "$bridge" 'Practice Vuthy' vuthy officer 'km en' 'officer, at counter 1'
    invite "$bridge" 'Practice Chenda' chenda officer en 'officer, at counter 2'
    invite "$bridge" 'Practice Sophea' sophea officer en 'officer, no counter yet'
    invite "$bridge" 'Practice Rith' rith supervisor en 'supervisor of the hall'
    : >"$folder/hall-complete"
}
called_at() { "$comity" desk "$bridge" board --json | grep -oE '"ticket":[0-9]+' | sed -n "$1p" | grep -oE '[0-9]+$'; }
# A morning of it: tickets, two counters, some calls.
hall_day() {
    quietly "$comity" desk "$bridge" open
    "$comity" desk "$bridge" board --json | grep -q '"tickets":0' || return 0
    for i in $(seq 16); do
        quietly "$comity" desk "$bridge" ticket --document "practice $i" --lane $((1 + i % 4 / 3)) --party $((1 + i % 4 / 3 * 3))
    done
    quietly "$comity" desk "$bridge" sit 1 --officer vuthy
    quietly "$comity" desk "$bridge" sit 2 --officer chenda
    for i in $(seq 4); do
        for try in $(seq 100); do
            ticket=$(called_at $((1 + i % 2)))
            [ "$ticket" = 0 ] || break
            sleep 0.1
        done
        if [ "$i" = 2 ]; then quietly "$comity" desk "$bridge" no-show "$ticket"; else quietly "$comity" desk "$bridge" done "$ticket"; fi
    done
}
later=$(dirname "$comity")/test/comity_later hall=''
if [ -x "$later" ]; then
    printf '\n'
    step 'a border post with a hall; two others hold shares of its draw'
    [ -f "$folder/hall-complete" ] || make_hall
    serve_hall "$comity"
    hall_day
    "$comity" log "$bridge" head --json | grep -oE '"log_key":"[^"]*"' | cut -d'"' -f4 >"$folder/bridge.vkey"
    hall=yes
    finished
fi

# Two names for this machine: a browser keeps the cookie of one address for a name, whatever the port, and would sign out of one agency at the other.
shelter_pages=http://localhost:${shelter_web#*:} bridge_pages=http://bridge.localhost:${bridge_web#*:} police_pages=http://127.0.0.1:${police_web#*:}
cat <<END

Both nodes go on serving; Control-C stops them. In a browser, the pages of each (a second member of one agency: in a private window):
    Lotus House     $shelter_pages
        login     password                    who
$(cat "$shelter.signins")
    Border Unit 7   $police_pages
$(cat "$police.signins")
${hall:+    Friendship Bridge  $bridge_pages
$(cat "$bridge.signins")
}The six digits that are asked for besides:  ./dev code LOGIN

What to try: she tells it once. All of it is invented: both agencies know the same person, and neither knows that the other does.
END
number=0
try() { number=$((number + 1)); printf ' %2d %-8s %-33s %s\n' "$number" "$1" "$2" "$3"; } # WHO WHERE WHAT
try somchai "$police_pages/search" "find \"$question_name\", open a case for her; in it, ask the partners: a hit; ask for more: a statement"
try dara "$shelter_pages/requests" 'a case for her; in it, Requests: take it up; Interviews: plan one, ask the partners, open the window (by which law)'
try somchai "$police_pages/windows" 'ask two questions, for the one interview; nobody asks her twice'
try dara 'her case, Interviews' 'record it (with your microphone); press Asked and Answered; end it, seal it'
try dara 'her case, Consent' 'yes to all seven; to find those who did it, Border Unit 7, her recorded statement; Recordings: give a copy'
try somchai "$police_pages/statements" 'it proves itself: listen, and say why; in /windows ask the same again: it was answered already'
try dara 'her case, Consent' 'she takes it back: they say that it is gone, and somchai can no longer listen'
try dara 'her case, Screening' 'she is presumed a victim'
try somchai 'his case' 'give Practice Anong a part; lay an offence to her: within a minute the case stops by itself'
try anong "$police_pages/decisions" 'was it a consequence, was she compelled? (pages in Thai, English at the foot); the decision as a letter'
if [ -n "$hall" ]; then
    printf '\nA hall whose draw nobody can steer:\n'
    try rith "$bridge_pages/desk/hall" 'the day, the board (open it on a large screen, no sign-in), what was called without a choice'
    try sophea 'her counter' 'sit down at counter 3: whom she gets, nobody could know; why she got that one; done, and the next'
    try vuthy 'tickets' 'give a ticket for a document; the number of it is not kept'
    try '-' 'in a terminal' 'kill the union and the inspectorate: it goes on, and every call is shown as weak'
fi
cat <<END

In another terminal:
    $comity search $police 'Somchai'
    $comity ask $police --partner lotus-house --purpose identification --reference 'practice case 2' --name '...' --born 1990-03-05
    $comity log $shelter verify
    $comity witness $shelter
    $comity letters $police list
    $comity partners $police
END
[ -z "$hall" ] || cat <<END
    $comity desk $bridge board
    $comity desk $bridge export --out today.day && $comity desk verify today.day --log '$(cat "$folder/bridge.vkey")'
END
wait
