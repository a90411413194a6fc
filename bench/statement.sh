#!/bin/sh
# statement: a recording of 2 GB over four hours is sealed, given to a partner over loopback and checked there; beside Debian's age in the same run.
#
#   statement.sh BUILD-FOLDER [MB [MINUTES]]
#
# Two nodes serve as processes of their own, each with a folder on the disk. From the act of giving until the partner's node has checked every byte:
# both copies are durable then. Beside it age, with what it writes made durable too: by files as the two nodes keep them (age to a file, that over
# loopback to the other's file, age -d of it to a file), as a stream over loopback (age, a socket, age -d; one copy is written), and as a pipe without
# a line. Where the time goes, pass by pass: docs/reliability.md.
set -eu
build=$(cd "$1" && pwd)
mb=${2:-2000}
minutes=${3:-240}
comity=$build/comity
bench=$build/bench/bench_statement
folder=$(mktemp -d /var/tmp/comity-bench-XXXXXX) # a disk, where /tmp may be memory
pids=''
trap 'for pid in $pids; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$folder"' EXIT
cd "$folder"

now() { date +%s%N; }
seconds() { awk "BEGIN { printf \"%.2f\", ($2 - $1) / 1e9 }"; }
most() { # PID: the most memory it had, in MB
    awk '/VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"
}
cpu() { # PID...: the CPU time that they have used, in seconds
    for pid in "$@"; do awk -v hz="$(getconf CLK_TCK)" '{ print ($14 + $15) / hz }' "/proc/$pid/stat"; done | awk '{ s += $1 } END { printf "%.1f", s }'
}
cpu_of() { # FILE: the same, of what /usr/bin/time -a wrote into it
    awk '{ s += $1 + $2 } END { printf "%.1f", s }' "$1"
}
timed() { /usr/bin/time -a -o "$folder/$way.cpu" -f '%U %S' "$@"; }
receive() { # PORT: what comes over loopback, to standard output
    timed python3 -c "import shutil, socket, sys
s = socket.create_server(('127.0.0.1', $1))
c, _ = s.accept()
with c.makefile('rb') as i:
    shutil.copyfileobj(i, sys.stdout.buffer, 1 << 20)"
}
send() { # PORT: standard input
    timed python3 -c "import socket, sys, time
for n in range(200):
    try:
        c = socket.create_connection(('127.0.0.1', $1))
        break
    except OSError:
        time.sleep(.01)
try:
    c.sendfile(sys.stdin.buffer)
except OSError:
    pass
for piece in iter(lambda: sys.stdin.buffer.read1(1 << 20), b''):
    c.sendall(piece)
c.close()"
}
free_port() {
    python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

for node in ours theirs; do
    "$comity" init $node --agency "Bench $node (practice)" --country KH --kind ngo --listen "127.0.0.1:$(free_port)" >/dev/null
    "$comity" pair $node invite --out $node.card >$node.said
done
"$comity" pair ours accept theirs.card --as theirs --fingerprint "$(tail -n 1 theirs.said)" >/dev/null
"$comity" pair theirs accept ours.card --as ours --fingerprint "$(tail -n 1 ours.said)" >/dev/null

# --- made and sealed ---
small=$((mb / 10)) few=$((minutes / 10 > 0 ? minutes / 10 : 1))
"$bench" record ours $small $few >small.recorded
"$bench" record ours "$mb" "$minutes" >large.recorded
read -r file person recording recorded sealed recording_kb sealing_kb <large.recorded
read -r _ _ _ _ small_sealed small_recording_kb small_sealing_kb <small.recorded
echo "$mb MB over $minutes min: recorded in $recorded s, at most $recording_kb KB ($small MB: $small_recording_kb KB); sealed in $sealed s, at most $sealing_kb KB ($small MB: $small_sealed s, $small_sealing_kb KB)"
printf 'figure\tseal of %s MB over %s min after its last part\t%s s\t%s MB: %s s\t\t< 2 s\n' "$mb" "$minutes" "$sealed" $small "$small_sealed"
awk -v mb="$mb" -v small=$small -v kb="$sealing_kb" -v small_kb="$small_sealing_kb" 'BEGIN {
    printf "figure\tmost memory while %s MB are recorded and sealed\t%.1f MB\t%s MB: %.1f MB\t%.2f\tconstant\n", mb, kb / 1024, small, small_kb / 1024, kb / small_kb }'

# --- given, taken in, checked ---
for node in ours theirs; do
    "$comity" serve $node >$node.out 2>$node.err &
    eval "$node=$!"
    pids="$pids $!"
done
for node in ours theirs; do
    for try in 1 2 3 4 5 6 7 8 9 10; do
        grep -q ready $node.out && break
        sleep 0.5
    done
done
sync
way=ours idle=$(cpu "$ours" "$theirs")
timed "$bench" deliver ours theirs "$file" "$person" "$recording" >delivered
used=$(awk "BEGIN { printf \"%.1f\", $(cpu_of "$folder/ours.cpu") + $(cpu "$ours" "$theirs") - $idle }")
read -r given taken checked giving_kb <delivered
echo "given in $given s, taken in after $taken s, checked after $checked s; at most $giving_kb KB while it was given, $(most "$ours") MB in the giving node, $(most "$theirs") MB in the other"
printf 'figure\tmost memory of the node that takes it in and checks it\t%s MB\t\t\tconstant\n' "$(most "$theirs")"

# --- what the disk alone takes for one of the two copies ---
sync
begun=$(now)
dd if=/dev/zero of=copy bs=1M count=$((mb * 1000000 / 1048576)) conv=fsync 2>/dev/null
echo "the disk alone: $(seconds "$begun" "$(now)") s for one copy of zeros; the two nodes make two, and age as a pipe one"
rm copy

# --- age alone ---
age-keygen -o key 2>public
recipient=$(sed -n 's/.*: \(age1.*\)/\1/p' public)
cp ours/recordings/"$recording" plain # bytes like those of the recording, and as many; both lie in memory from being written
sync
way=pipe
begun=$(now)
timed age -r "$recipient" plain | timed age -d -i key >out
sync out
pipe=$(seconds "$begun" "$(now)")
rm out
sync
way=stream
port=$(free_port)
begun=$(now)
receive "$port" | timed age -d -i key >out &
timed age -r "$recipient" plain | send "$port"
wait $!
sync out
stream=$(seconds "$begun" "$(now)")
cmp -s plain out || { echo "age did not give back what it was given"; exit 1; }
rm out
sync
way=files
port=$(free_port)
begun=$(now)
timed age -r "$recipient" -o out.age plain
sync out.age
receive "$port" >in.age &
send "$port" <out.age
wait $!
sync in.age
timed age -d -i key -o out in.age
sync out
files=$(seconds "$begun" "$(now)")
cmp -s plain out || { echo "age did not give back what it was given"; exit 1; }
echo "age alone, durable: $files s by files over loopback, $stream s as a stream over loopback, $pipe s as a pipe"
echo "CPU: $used s for ours, $(cpu_of "$folder/files.cpu") s for age by files, $(cpu_of "$folder/stream.cpu") s as a stream, $(cpu_of "$folder/pipe.cpu") s as a pipe"
for how in "age by files over loopback=$files" "age as a stream over loopback=$stream" "age as a pipe=$pipe"; do
    awk -v mb="$mb" -v checked="$checked" -v how="${how%%=*}" -v beside="${how#*=}" 'BEGIN {
        printf "figure\tstatement of %s MB given, delivered, checked, disk to disk\t%.0f MB/s\t%s: %.0f MB/s\t%.2f\t>= 0.6\n", mb, mb / checked, how, mb / beside, beside / checked }'
done
