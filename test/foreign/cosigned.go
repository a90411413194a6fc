// cosigned: does somebody else's code believe our cosigned heads and our tiles? Fetches them from a serving node over mutual TLS,
// checks the log's signature and the tree with golang.org/x/mod/sumdb (note and tlog), and each cosignature with Go's own Ed25519.
//
//	cosigned ADDRESS CLIENT-KEY.pem CLIENT-CERT.pem LOG-VKEY COSIGNED-CHECKPOINT WITNESS-VKEY...
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/ioutil"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A verifier of cosignature/v1, as c2sp.org/tlog-cosignature describes it.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(w.key, []byte(text), sig[8:])
}

func newWitness(vkey string) (witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return witness{}, errors.New("malformed witness key")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 4 {
		return witness{}, errors.New("not a key for cosignatures")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return witness{}, errors.New("the key's id is wrong")
	}
	return witness{parts[0], hash, key[1:]}, nil
}

// Tiles of height 8 over HTTPS; x/mod writes the height into the path, tlog-tiles does not.
type reader struct {
	client *http.Client
	base   string
	read   int
}

func (r *reader) Height() int                                  { return 8 }
func (r *reader) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (r *reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		answer, err := r.client.Get(r.base + strings.Replace(t.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		data, err := ioutil.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != 200 {
			return nil, fmt.Errorf("%s: %d %s", t.Path(), answer.StatusCode, data)
		}
		all = append(all, data)
		r.read++
	}
	return all, nil
}

func check() error {
	address, logKey, file := os.Args[1], os.Args[4], os.Args[5]
	cert, err := tls.LoadX509KeyPair(os.Args[3], os.Args[2])
	if err != nil {
		return err
	}
	raw, err := ioutil.ReadFile(file)
	if err != nil {
		return err
	}
	log, err := note.NewVerifier(logKey)
	if err != nil {
		return err
	}
	// who knows the log only passes over the other lines; who knows the witnesses checks them all
	if signed, err := note.Open(raw, note.VerifierList(log)); err != nil || len(signed.Sigs) != 1 {
		return fmt.Errorf("with the log's key alone: %v", err)
	}
	verifiers := []note.Verifier{log}
	for _, vkey := range os.Args[6:] {
		w, err := newWitness(vkey)
		if err != nil {
			return err
		}
		verifiers = append(verifiers, w)
	}
	signed, err := note.Open(raw, note.VerifierList(verifiers...))
	if err != nil || len(signed.Sigs) != len(verifiers) {
		return fmt.Errorf("with the witnesses' keys: %v", err)
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
	tree := tlog.Tree{N: size, Hash: root}
	r := &reader{base: "https://" + address + "/v1/log/"}
	// the node's key is pinned by its partners, not certified: here only its tiles are judged, by the root
	r.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{cert}, InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}}}
	hashes := tlog.TileHashReader(tree, r)
	for i := int64(0); i < size; i++ {
		leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(size, i, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, size, root, i, leaf[0]); err != nil {
			return err
		}
	}
	if got, err := tlog.TreeHash(size, hashes); err != nil || got != root {
		return fmt.Errorf("the tiles give another root: %v", err)
	}
	fmt.Println("a head with", len(verifiers)-1, "cosignatures, and", size, "leaves' hashes in tiles read", r.read, "times")
	return nil
}

func main() {
	if err := check(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
