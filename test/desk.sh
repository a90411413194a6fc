#!/bin/sh
# desk: a hall and the two others who hold shares of its key, with the real program and real processes: the key is made, a day later the hall
# opens; holders go away one by one and come back; days without a line; what a stranger makes of it. Prints TAP.
# COMITY_PROGRAM names the program; the argument is the same program on another day (later.c). All persons are invented.
set -u
comity=$(realpath "${1:?}")
folder=$(mktemp -d /tmp/comity-desk.XXXXXX)
cd "$folder" || exit 1
count=0
post_pid='' inspectorate_pid='' union_pid=''
trap 'for p in $post_pid $inspectorate_pid $union_pid; do kill -9 "$p" 2>/dev/null; done; rm -rf "$folder"' EXIT

check() { # WHAT COMMAND...: the command must succeed
    count=$((count + 1))
    what=$1
    shift
    if "$@" >check.out 2>&1; then
        echo "ok $count - $what"
    else
        echo "not ok $count - $what"
        sed 's/^/# /' check.out last.out last.err *.err 2>/dev/null | head -n 40
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
stop() { kill -TERM "$1" && wait "$1"; }
pair() { # INVITING PORT ACCEPTING
    "$comity" pair "$1" invite --out card.json --address "127.0.0.1:$2" >pair.out || return 1
    cp card.json "$1.card"
    "$comity" pair "$3" accept card.json --fingerprint "$(grep -oE '([0-9]{5} ){5}[0-9]{5}' pair.out)" >/dev/null
}
all_start() {
    start post "$post_port" && post_pid=$pid post_port=$port && start inspectorate "$inspectorate_port" && inspectorate_pid=$pid inspectorate_port=$port &&
        start union "$union_port" && union_pid=$pid union_port=$port
}
all_stop() { stop "$post_pid" && stop "$inspectorate_pid" && stop "$union_pid"; }
number() { # NAME: of the board
    "$comity" desk post board --json 2>/dev/null | grep -oE "\"$1\":[0-9]+" | head -n 1 | grep -oE '[0-9]+$'
}
ticket_at() { # COUNTER
    "$comity" desk post board --json 2>/dev/null | grep -oE '"ticket":[0-9]+' | sed -n "$1p" | grep -oE '[0-9]+$'
}
called() { # COUNTER: somebody is called there, by the node itself
    for try in $(seq 100); do
        ticket=$(ticket_at "$1")
        [ "${ticket:-0}" != 0 ] && return 0
        sleep 0.1
    done
    return 1
}
enter() { # N: so many tickets
    for i in $(seq "$1"); do
        printf 'P %07d\n' "$i" | "$comity" desk post ticket --document - --json >ticket.out 2>ticket.err || return 1
    done
}
serve_some() { # N: so many are called and served at counter 1
    for i in $(seq "$1"); do
        called 1 && "$comity" desk post done "$ticket" || return 1
        echo "$ticket" >>done.list
    done
}
waiting_one() { # a ticket that is not called
    called 1
    for t in 20 19 18 17; do
        [ "$t" != "$ticket" ] && ! grep -qx "$t" done.list 2>/dev/null && echo "$t" && return
    done
}
strong_again() { # a holder that was away is asked again after ten seconds
    for try in $(seq 40); do
        weak=$(number weak)
        enter 1 && called 1 && "$comity" desk post done "$ticket" && called 1 || return 1
        [ "$(number weak)" = "$weak" ] && return 0
        sleep 0.5
    done
    return 1
}
vkey_of() { "$comity" log "$1" head --json | grep -oE "\"log_key\":\"[^\"]*\"" | cut -d\" -f4; }
witness_of() { grep -oE '"witness_key": *"[^"]*"' "$1.card" | cut -d'"' -f4; }
cosigned() { # once the witnesses have seen the last leaf
    for try in $(seq 60); do
        "$comity" desk post export --cosigned --out so-far.day >last.out 2>last.err && return 0
        sleep 0.5
    done
    return 1
}
keys_in_each() {
    for n in post inspectorate union; do
        "$comity" log "$n" show --last 30 | grep -q desk || return 1
    done
}
key_at_each() { # the key that a stranger sees is the one that they hold
    run 0 "$comity" desk verify first.day --log "$vkey" || return 1
    key=$(grep -oE '^ *[0-9a-f]{64}$' last.out | tr -d ' ')
    [ -n "$key" ] || return 1
    for n in post inspectorate union; do
        run 0 "$comity" desk "$n" held && says "$key" || return 1
    done
}
export COMITY_LATER_HOURS=0
post_port=0 inspectorate_port=0 union_port=0

# Where the post lies it is another day than in Greenwich, whenever this runs.
zone=$([ "$(date -u +%-H)" -ge 10 ] && echo Pacific/Kiritimati || echo Pacific/Pago_Pago)
day_after_next=$(($(date -u -d "$(TZ=$zone date +%F)" +%s) / 86400 + 2))
check 'a border post' run 0 "$comity" init post --agency 'Practice Bridge' --country KH --kind immigration --time-zone "$zone"
check 'its inspectorate' run 0 "$comity" init inspectorate --agency 'Inspectorate' --country KH --kind labour
check 'and a body outside' run 0 "$comity" init union --agency 'Officers Union' --country KH --kind ngo
check 'they serve' all_start
for one in post inspectorate union; do
    for other in post inspectorate union; do
        [ $one = $other ] || eval pair "$one" "\$${one}_port" "$other" || echo "# $one and $other do not pair"
    done
done
check 'a hall is posted: two lanes, three counters' run 0 "$comity" desk post setup 'Practice bridge' --lane 'All passports' --lane Families \
    --counter 1,2 --counter 1,2 --counter 1 --posts 2
hall=$(cat last.out)
check 'nobody opens it without keys' eval 'run 1 "$comity" desk post open && complains "no keys are in the log"'
check 'no key is made with who does not hold' eval 'run 1 "$comity" desk post keys inspectorate officers-union && complains "nobody here has said"'
check 'no key is made for no day' eval 'run 2 "$comity" desk post keys inspectorate officers-union --from 2026-12-24 --until 2026-12-01 && complains "before --from"'
check 'the inspectorate holds' run 0 "$comity" desk inspectorate hold practice-bridge
check 'the union holds' run 0 "$comity" desk union hold practice-bridge
check 'the key is made between the three' eval 'run 0 "$comity" desk post keys inspectorate officers-union && says "the key is made"'
check 'from the day after the next on, as the post counts days' [ "$(sqlite3 post/comity.db 'select from_day from desk_keys')" = "$day_after_next" ]
check 'and is in the log of each' keys_in_each
check 'the same day it draws nothing' eval 'run 1 "$comity" desk post open && complains "keys"'

# --- the day after the next ---
check 'they stop' all_stop
export COMITY_LATER_HOURS=49
check 'two days later they serve' all_start
check 'the hall opens' eval 'run 0 "$comity" desk post open && says "All passports"'
check 'an officer is taken on' run 0 "$comity" members post add 'Practice Officer' --login ann --roles officer
check 'and another' run 0 "$comity" members post add 'Practice Officer Two' --login bo --roles officer
check 'and who watches over them' run 0 "$comity" members post add 'Practice Supervisor' --login boss --roles supervisor
check 'tickets are given' enter 20
check 'a counter opens' run 0 "$comity" desk post sit 1 --officer ann
check 'she cannot sit at two' eval 'run 1 "$comity" desk post sit 2 --officer ann && complains "another counter"'
check 'the node calls by itself' called 1
check 'and again when she is done' serve_some 3
check 'nothing of it is weak' [ "$(number weak)" = 0 ]
check 'one does not come, and is back' eval 'called 1 && "$comity" desk post no-show "$ticket" && "$comity" desk post return "$ticket"'
check 'one will not go there' eval 'called 1 && "$comity" desk post refuse "$ticket"'
check 'a call without a draw is not for one' eval 'run 1 "$comity" desk post override 1 20 --by boss --and boss --why practice && complains "two persons"'
check 'nor for two without a supervisor' eval 'run 1 "$comity" desk post override 1 20 --by ann --and bo --why practice && complains supervisor'
waits=$(waiting_one)
check 'two call somebody without a draw' run 0 "$comity" desk post override 1 "$waits" --by ann --and boss --why 'she is unwell'
check 'it is made when the counter is free' eval 'called 1 && "$comity" desk post done "$ticket" && called 1 && [ "$ticket" = "$waits" ]'
check 'and counted' [ "$(number overrides)" = 1 ]

check 'what there is so far can be had under a head that witnesses cosigned' cosigned
check 'and holds for whoever knows their keys' eval 'run 0 "$comity" desk verify so-far.day --log "$(vkey_of post)" --witness "$(witness_of inspectorate)" --witness "$(witness_of union)" &&
    says "each of the 2 witnesses"'
check 'for nobody else' eval 'run 1 "$comity" desk verify so-far.day --log "$(vkey_of post)" && complains "give their keys"'
check 'and not if one of them did not' run 1 "$comity" desk verify so-far.day --log "$(vkey_of post)" --witness "$(witness_of inspectorate)" --witness "$(witness_of post)"

kill -9 "$inspectorate_pid"
inspectorate_pid=''
check 'one holder is gone: the others serve' serve_some 4
check 'none of it weak' [ "$(number weak)" = 0 ]
kill -9 "$union_pid"
union_pid=''
check 'two are gone: it goes on, weak' eval 'serve_some 3 && called 1 && [ "$(number weak)" -ge 2 ]'
check 'and the board says so' eval 'run 0 "$comity" desk post board && says "drawn by one key holder alone"'
weak_then=$(number weak)
check 'one is back' eval 'start inspectorate "$inspectorate_port" && inspectorate_pid=$pid'
check 'then nothing is weak any more' strong_again
check 'the day is over' run 0 "$comity" desk post close
check 'another rule from the next day on takes two' eval 'run 1 "$comity" desk post change --by boss --and boss --window 9 && complains "two persons" && run 0 "$comity" desk post change --by ann --and boss --window 9'
check 'nobody gets a ticket any more' eval '! enter 1 && grep -q "is over" ticket.err'
check 'it is handed out' run 0 "$comity" desk post export --out first.day
vkey=$(vkey_of post)
check 'a stranger finds that it holds' eval 'run 0 "$comity" desk verify first.day --log "$vkey" --json && says "\"closed\":true" && says "\"overrides\":1"'
check 'and sees how much was weak' eval '[ "$(grep -oE "\"weak\":[0-9]+" last.out | grep -oE "[0-9]+")" -ge 2 ]'
check 'the key of the day stands at each holder' key_at_each
check 'what a holder answered is what the day has' eval 'run 0 "$comity" desk union compare first.day --log "$vkey" && says "for the same records"'
check 'who holds no share of it does not compare' eval 'run 1 "$comity" desk inspectorate compare ../nothing.day --log "$vkey" && complains "nothing.day"'
check 'not under the key of another' run 1 "$comity" desk verify first.day --log "$(vkey_of union)"
check 'a bit flipped in any record is found' python3 -B "$COMITY_SOURCE/test/flip_day.py" "$comity" first.day "$vkey"

# --- two days on: no line to anywhere ---
check 'the others are gone for days' eval 'stop "$inspectorate_pid" && stop "$post_pid"'
inspectorate_pid=''
export COMITY_LATER_HOURS=97
check 'the post serves alone' eval 'start post "$post_port" && post_pid=$pid'
check 'opens its hall' run 0 "$comity" desk post open
check 'gives tickets' enter 6
check 'and calls' eval '"$comity" desk post sit 2 --officer bo && called 2 && "$comity" desk post done "$ticket" && called 2'
check 'all of it weak' [ "$(number weak)" = "$(number calls)" ]

# --- still alone: killed at midnight, handed over, and again, for three days ---
check 'the post stops' stop "$post_pid"
offset=$([ "$zone" = Pacific/Kiritimati ] && echo 50400 || echo -39600)
COMITY_LATER_SECONDS=$((86400 - ($(date +%s) + 97 * 3600 + offset) % 86400 - 10))
export COMITY_LATER_SECONDS # ten seconds before midnight, where the post is
later() { # FORMAT: the date of the program
    TZ=$zone date -d "@$(($(date +%s) + COMITY_LATER_HOURS * 3600 + COMITY_LATER_SECONDS))" "$1"
}
first_date=$(later +%F)
check 'and serves again before midnight' eval 'start post "$post_port" && post_pid=$pid'
check 'somebody is at the counter, others wait' eval 'called 2 && there=$ticket && enter 2 && waits=$(number waiting) && calls=$(number calls) && [ "$waits" -ge 5 ]'
check 'a ticket is given' enter 1
kill -9 "$post_pid" # and cut off
post_pid=''
for try in $(seq 100); do [ "$(later +%F)" != "$first_date" ] && break; sleep 0.2; done
check 'after midnight it serves again' eval 'start post "$post_port" && post_pid=$pid'
check 'the day goes on: nobody lost her place' eval 'called 2 && [ "$ticket" = "$there" ] && [ "$(number waiting)" = $((waits + 1)) ] && [ "$(number calls)" = "$calls" ]'
check 'and is that of yesterday' eval 'run 0 "$comity" desk post board && says "$first_date"'
check 'calls go on' eval '"$comity" desk post done "$there" && called 2 && [ "$ticket" != "$there" ] && [ "$(number calls)" = $((calls + 1)) ]'
for round in 1 2 3; do
    there=$ticket waits=$(number waiting) date=$(later +%F)
    check "it is handed over to another day ($round)" eval 'run 0 "$comity" desk post hand-over && says "$date"'
    check 'not twice' eval 'run 1 "$comity" desk post hand-over && complains "began today"'
    check 'everybody is in her place' eval 'called 2 && [ "$ticket" = "$there" ] && [ "$(number waiting)" = "$waits" ] && [ "$(number calls)" = 0 ]'
    check 'and calls go on there, weak' eval '"$comity" desk post done "$there" && enter 2 && called 2 && [ "$(number calls)" = 1 ] && [ "$(number weak)" = 1 ]'
    [ $round = 3 ] && break
    check 'a day later' eval 'stop "$post_pid" && COMITY_LATER_SECONDS=$((COMITY_LATER_SECONDS + 86400)) && start post "$post_port" && post_pid=$pid'
done
check 'that day ends' run 0 "$comity" desk post close
all_days() { # oldest first: each holds alone, and the next begins with its end
    n=0 over=0
    for d in 0 1 2 3; do
        date=$(date -u -d "$first_date + $d days" +%F)
        "$comity" desk post export --date "$date" --out "alone$d.day" >last.out 2>last.err && run 0 "$comity" desk verify "alone$d.day" --log "$vkey" --json || return 1
        [ "$(grep -oE '"came_over":[0-9]+' last.out | grep -oE '[0-9]+')" = "$over" ] && says "\"day\":\"$date\"" || return 1
        over=$(grep -oE '"goes_over":[0-9]+' last.out | grep -oE '[0-9]+')
        n=$((n + 1))
    done
    [ $n = 4 ] && [ "$over" = 0 ]
}
check 'each of the four days can be checked, and fits the one before' all_days
check 'the last says who came over, and that all was weak' eval 'run 0 "$comity" desk verify alone3.day --log "$vkey" && says "came over from" && says "of them weak"'
check 'a bit flipped in who came over is found' python3 -B "$COMITY_SOURCE/test/flip_day.py" "$comity" alone1.day "$vkey"
cp alone3.day alone.day
check 'the post stops' stop "$post_pid"
post_pid=''
check 'no number of a document stands in any file' sh -c '! grep -raq "P 00000" post inspectorate union post.err first.day alone.day'
echo "1..$count"
