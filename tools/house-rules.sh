#!/bin/sh
# house-rules: what the compiler cannot refuse. Each rule is one line of the table below.
#   tools/house-rules.sh        prints what breaks a rule, exits 1 if anything does
#   tools/house-rules.sh tap    the same as TAP lines
set -u
cd "$(dirname "$0")/.."
mode=${1:-plain}
failed=0

report() { # RULE HITS
    if [ -n "$2" ]; then
        failed=1
        [ "$mode" = tap ] && echo "not ok - $1" || echo "broken: $1"
        printf '%s\n' "$2" | sed 's/^/    /'
    elif [ "$mode" = tap ]; then
        echo "ok - $1"
    fi
}

sources() { find src tools fuzz bench test -name '*.[ch]' | sort; }

only_in() { # HEADER-REGEX FOLDER; tests too, but for the one whose vectors are compressed
    sources | grep '^src/' | grep -vE "^$2|/crypto/test_age\.c" | xargs grep -nE "#include *[<\"]($1)" /dev/null | head -n 8
}

report 'libsodium and nettle only in ground/crypto' "$(only_in 'sodium|nettle/' src/ground/crypto/)"
report 'database libraries only in ground/db' "$(only_in 'sqlite3\.h|libpq' src/ground/db/)"
report 'HTTP and TLS libraries only in ground/http' "$(only_in 'microhttpd|curl/|gnutls/' src/ground/http/)"
report 'zlib only in ground/zip' "$(only_in 'zlib' src/ground/zip/)"
report 'expat only in ground/sheet' "$(only_in 'expat' src/ground/sheet/)"
report 'cairo and pango only in ground/report' "$(only_in 'cairo|pango|fontconfig|glib' src/ground/report/)"
report 'ICU only in ground/text' "$(only_in 'unicode/' src/ground/text/)"
report 'jansson only in ground/json' "$(only_in 'jansson' src/ground/json/)"
report 'iconv only in ground/csv' "$(only_in 'iconv\.h' src/ground/csv/)"
report 'libfido2 only in ground/webauthn' "$(only_in 'fido' src/ground/webauthn/)"

report 'SQL only in *_store.c and schemas' "$(sources | grep '^src/' | grep -vE '_store\.c$|/test_|^src/ground/db/' |
    xargs grep -niE '"[^"]*\b(select .* from|insert into|delete from|update [a-z_]+ set)\b' /dev/null | head -n 8)"

report 'banned calls' "$(sources | xargs grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|strtok|alloca) *\(' /dev/null | head -n 8)"

# A floor may include its own and lower floors only: ground < trust < work < face.
floor() { # FOLDER FORBIDDEN-REGEX
    grep -rnE "#include \"($2)/" "$1" --include='*.[ch]' | head -n 8
}
report 'ground reaches no higher' "$(floor src/ground 'trust|work|face')"
report 'trust reaches no higher' "$(floor src/trust 'work|face')"
report 'work reaches no higher' "$(floor src/work 'face')"
report 'base stands alone' "$(grep -rnE '#include "(ground/(crypto|db|http|text|json|proc|csv)|trust|work|face)/' src/ground/base --include='*.[ch]' | head -n 8)"

report 'malloc only in arenas and for long-lived objects' "$(sources | grep '^src/' | grep -vE '/test_' |
    xargs grep -nE '[^_a-z](malloc|calloc|realloc) *\(' /dev/null | grep -vE 'ground/base/arena\.[ch]:|mem_(alloc|calloc|realloc)|secret_alloc|sodium_malloc|__attribute__|^[^:]*:[0-9]*: *(/?\*|//)' | head -n 8)"

report 'nothing left undone' "$(sources | xargs grep -nE '\b(TO''DO|FIX''ME|XX''X|stub''bed)\b' /dev/null | head -n 8)"

report 'the clock is read only by doors and base' "$(sources | grep -E '^src/trust/(log|names|match)/' | grep -v '/test_' |
    xargs grep -nE 'clock_now_ms|time\(NULL\)|clock_gettime' /dev/null | head -n 8)"

report 'files stay readable (700 lines at most)' "$(sources | grep -v 'vectors' | xargs wc -l | awk '$2 != "total" && $1 > 700 {print $2 ": " $1 " lines"}')"

report 'every parser of outside bytes has a fuzz target that is built' "$(for f in fuzz/fuzz_*.c; do
    [ -f "$f" ] || continue
    n=$(basename "$f" .c)
    grep -q "'${n#fuzz_}'" fuzz/meson.build || echo "$f is not in fuzz/meson.build"
done)"

[ "$mode" = tap ] || [ "$failed" = 0 ] && [ "$mode" != tap ] && echo 'house rules: nothing broken'
exit $failed
