// Another implementation must believe our proofs, and no changed one: @sigstore/verify (npm), which knows nothing of us.
//
//     node verify.js VKEY CHANGES FILE.tlog-proof...
//
// Every proof is believed. Then CHANGES times one is changed somewhere (leaf, index, a hash of the path, a hash more or fewer, size,
// root, origin or signature of the head), and none is believed. Prints one line, or what went wrong and ends with status 1.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const inner = path.join(__dirname, 'node_modules/@sigstore/verify/dist/timestamp');
const { verifyCheckpoint } = require(path.join(inner, 'checkpoint.js'));
const { verifyMerkleInclusion } = require(path.join(inner, 'merkle.js'));

// "name+id+key" of C2SP signed-note to what this library calls a log
function logOf(vkey) {
    const [name, id, key] = vkey.split('+', 2).concat(vkey.split('+').slice(2).join('+'));
    const raw = Buffer.from(key, 'base64');
    if (raw[0] !== 1 || raw.length !== 33) throw new Error('not an Ed25519 log key');
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw.subarray(1)]);
    return {
        logID: Buffer.from(id, 'hex'), // it looks keys up by the first four bytes: the key id
        baseURL: name,
        publicKey: crypto.createPublicKey({ key: spki, format: 'der', type: 'spki' }),
        validFor: { start: new Date(0), end: new Date(8640000000000000) },
    };
}

function read(file) {
    const text = fs.readFileSync(file, 'utf8');
    const split = text.indexOf('\n\n');
    const [first, ...lines] = text.slice(0, split).split('\n');
    if (first !== 'c2sp.org/tlog-proof@v1') throw new Error(`${file}: not a proof`);
    const extra = lines[0].startsWith('extra ') ? lines.shift().slice(6) : '';
    const head = text.slice(split + 2);
    const end = head.indexOf('\n\n');
    return {
        leaf: Buffer.from(extra, 'base64'),
        index: BigInt(lines.shift().replace('index ', '')),
        hashes: lines.map((line) => Buffer.from(line, 'base64')),
        body: Buffer.from(head.slice(0, end + 1)),
        signatures: head.slice(end + 2).trimEnd().split('\n').map((line) => {
            const [, name, value] = line.split(' ');
            return { name, value: Buffer.from(value, 'base64') };
        }),
    };
}

function believed(proof, log) {
    const body = proof.body.toString('utf8');
    const [, size, root] = body.split('\n');
    const envelope = `${body}\n${proof.signatures.map((s) => `\u2014 ${s.name} ${s.value.toString('base64')}\n`).join('')}`;
    try {
        const inclusionProof = {
            logIndex: proof.index.toString(), treeSize: BigInt(size).toString(), rootHash: Buffer.from(root, 'base64'),
            hashes: proof.hashes, checkpoint: { envelope },
        };
        const entry = { canonicalizedBody: proof.leaf, integratedTime: '1000000000', inclusionProof };
        verifyCheckpoint(entry, [log]);
        verifyMerkleInclusion(entry);
        return true;
    } catch {
        return false;
    }
}

// the same changes on every run
let seed = 2026;
function below(n) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 4294967296) * n);
}

function flip(bytes) {
    const copy = Buffer.from(bytes);
    copy[below(copy.length)] ^= 1 << below(8);
    return copy;
}

const changes = {
    leaf: (p) => ({ ...p, leaf: flip(p.leaf) }),
    index: (p) => ({ ...p, index: p.index ^ BigInt(1 << below(6)) }),
    hash: (p) => p.hashes.length && { ...p, hashes: p.hashes.map((h, i, all) => (i === all.length - 1 ? flip(h) : h)) },
    firstHash: (p) => p.hashes.length && { ...p, hashes: p.hashes.map((h, i) => (i === 0 ? flip(h) : h)) },
    fewer: (p) => p.hashes.length && { ...p, hashes: p.hashes.slice(0, -1) },
    more: (p) => ({ ...p, hashes: [...p.hashes, Buffer.alloc(32, below(256))] }),
    swapped: (p) => p.hashes.length > 1 && { ...p, hashes: [p.hashes[1], p.hashes[0], ...p.hashes.slice(2)] },
    head: (p) => ({ ...p, body: flip(p.body) }),
    signature: (p) => ({ ...p, signatures: p.signatures.map((s) => ({ ...s, value: flip(s.value) })) }),
};

const [vkey, wanted, ...files] = process.argv.slice(2);
const log = logOf(vkey);
const proofs = files.map(read);
proofs.forEach((proof, i) => {
    if (!believed(proof, log)) {
        console.log(`${path.basename(files[i])} is not believed`);
        process.exit(1);
    }
});
const names = Object.keys(changes);
let refused = 0;
for (let i = 0; refused < Number(wanted); i++) {
    const name = names[i % names.length];
    const changed = changes[name](proofs[below(proofs.length)]);
    if (!changed) continue;
    if (believed(changed, log)) {
        console.log(`a proof whose ${name} was changed is believed`);
        process.exit(1);
    }
    refused++;
}
console.log(`${proofs.length} of ${proofs.length} proofs believed, ${refused} of ${wanted} changed ones refused`);
