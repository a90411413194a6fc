#!/bin/sh
# verify_by_hand: an expert who trusts none of our code checks a receipt: openssl for the signatures, Python's own library for the hashes,
# docs/exchange-protocol.md for the form. Two agencies without a line; what travels is files. Then bits are changed, and our
# program, which holds the honest files as the expert does, refuses each. Prints TAP. All names are invented.
set -u
comity=${COMITY_PROGRAM:?}
here=$(cd "$(dirname "$0")/by_hand" && pwd)
command -v openssl >/dev/null && command -v python3 >/dev/null || { echo '1..0 # SKIP openssl or python3 is not installed'; exit 0; }
folder=$(mktemp -d /tmp/comity-by-hand.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir parts other
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
pair() { # INVITING ACCEPTING
    "$comity" pair "$1" invite --out "$1.json" --address none >"$1.paired" || return 1
    "$comity" pair "$2" accept "$1.json" --fingerprint "$(fingerprint "$1.paired")"
}
fingerprint() { grep -oE '([0-9]{5} ){5}[0-9]{5}' "$1"; }
signed() { # NAME FOLDER: openssl believes the signature over what we say was signed
    openssl pkeyutl -verify -pubin -inkey "$2/$1.pem" -rawin -in "$2/$1.message" -sigfile "$2/$1.signature"
}
letter() { # TEXT: a letter of the police, its id in $id
    id=$(printf '%s' "$1" | "$comity" send police lotus-house --kind notice --purpose practice --reference 'case 7' --json - |
        grep -oE '[0-9a-f]{32}' | head -n 1)
    [ -n "$id" ]
}
by_hand() { python3 -B "$here/receipt.py" "$@"; }

check 'two agencies' "$comity" init shelter --agency 'Lotus House' --country KH --kind shelter
check 'in two countries' "$comity" init police --agency 'Border Unit 7' --country TH --kind police
check 'the police takes in the shelter' pair shelter police
check 'the shelter takes in the police' pair police shelter
for text in 'The road is closed.' 'It is open again.' 'The driver has left.'; do letter "$text" || exit 1; done
first=$id
check 'letters on a stick' "$comity" letters police export lotus-house there.letters
check 'are taken in' "$comity" letters shelter import there.letters
check 'and the receipts' "$comity" letters shelter export border-unit-7 back.letters
check 'go back' "$comity" letters police import back.letters
check 'a receipt' "$comity" letters police receipt "$first" --out receipt.json

# --- by hand
check 'the receipt, taken apart' by_hand receipt.json shelter.json parts
cp check.out said
check 'is of the agency whose fingerprint was compared' grep -qF "fingerprint $(fingerprint shelter.paired)" said
check 'and of that letter' grep -q "letter $first accepted" said
check 'openssl believes the invitation' signed invitation parts
check 'and the receipt' signed receipt parts
check 'and the head of the log' signed head parts
check 'the letter itself, taken from the stick' python3 -B "$here/stick.py" there.letters parts
cp check.out letters
check 'has the digest of the receipt' grep -qx "$first $(sed -n 's/^sha256 //p' said)" letters

# --- our program comes to the same result
check 'comity verify says so too' "$comity" verify receipt.json --agency shelter.json

# --- and neither believes what was changed
sed 's/"status": *"accepted"/"status": "refused"/; s/"reason": *""/"reason": "kind"/' receipt.json >changed.json
check 'a refusal made of it can be taken apart' by_hand changed.json shelter.json other
check 'but is not signed' refused signed receipt other
check 'and comity verify refuses it' refused "$comity" verify changed.json --agency shelter.json
check 'another agency has not signed it' refused by_hand receipt.json police.json other
check 'nor for comity verify' refused "$comity" verify receipt.json --agency police.json
check 'bits changed anywhere are refused' python3 -B "$here/changes.py" "$comity" receipt.json shelter.json 400
echo "1..$count"
