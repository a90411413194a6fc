// verify: does somebody else's code believe our log? Reads proofs as `comity log DIR proof` prints them, checks them with
// golang.org/x/mod/sumdb (note and tlog), and checks that no copy with one bit changed is believed.
//
//	verify VKEY PROOF...
package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/ioutil"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(proof string, verifier note.Verifier) error {
	parts := strings.SplitN(proof, "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a tlog-proof with extra data")
	}
	// x/mod decodes leniently: spare bits behind the last byte may be anything. We do not accept such a text, so neither here.
	for _, line := range strings.Split(strings.TrimSuffix(proof, "\n"), "\n") {
		words := strings.Split(line, " ")
		if last := words[len(words)-1]; len(last) >= 44 {
			if _, err := base64.StdEncoding.Strict().DecodeString(last); err != nil {
				return err
			}
		}
	}
	leaf, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		path = append(path, hash)
	}
	signed, err := note.Open([]byte(parts[1]), note.VerifierList(verifier))
	if err != nil {
		return err
	}
	text := strings.Split(signed.Text, "\n")
	size, err := strconv.ParseInt(text[1], 10, 64)
	if err != nil {
		return err
	}
	root, err := tlog.ParseHash(text[2])
	if err != nil {
		return err
	}
	return tlog.CheckRecord(path, size, root, index, tlog.RecordHash(leaf))
}

func main() {
	verifier, err := note.NewVerifier(os.Args[1])
	if err != nil {
		fmt.Println("the log's key:", err)
		os.Exit(1)
	}
	changed := 0
	for _, name := range os.Args[2:] {
		proof, err := ioutil.ReadFile(name)
		if err == nil {
			err = check(string(proof), verifier)
		}
		if err != nil {
			fmt.Println(name, "is refused:", err)
			os.Exit(1)
		}
		for i := range proof {
			copied := append([]byte{}, proof...)
			copied[i] ^= 1 << uint(i%8)
			changed++
			if check(string(copied), verifier) == nil {
				fmt.Println(name, "is believed although byte", i, "was changed")
				os.Exit(1)
			}
		}
	}
	fmt.Println(len(os.Args)-2, "proofs accepted,", changed, "changed ones refused")
}
