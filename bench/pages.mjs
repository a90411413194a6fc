// pages: CPU of one look at a case, beside a static page of the same bytes from the same server and beside Fossil's timeline, in the
// same run: whole processes (user and system time, comity's key process included), one client on one kept connection, gzip for all.
//
//     node bench/pages.mjs BUILD-FOLDER [SECONDS]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, client, cpuOf, ended, figure, freePort, median, openHouse, run, serving } from './house.mjs';

const seconds = Number(process.argv[3] ?? 3), rounds = 3;

// Microseconds of CPU for each answer: as many as come in the time.
async function measure(ask, cpu) {
    for (let i = 0; i < 20; i++) await ask(); // warm
    const before = cpu(), begun = Date.now();
    let n = 0;
    while (Date.now() - begun < seconds * 1000) {
        const answer = await ask();
        if (answer.status !== 200) throw new Error(`answer ${answer.status}`);
        n++;
    }
    return { us: (cpu() - before) / n, ms: (Date.now() - begun) / n };
}

// Five hundred changes with words of people, as a git stream that fossil reads.
async function fossilRepository(base) {
    const words = 'read the list once more before it is sent so that nobody is named twice and keep the old order of the columns'.split(' ');
    let stream = '';
    for (let i = 1; i <= 500; i++) {
        const text = `${words.slice(i % 11, i % 11 + 8).join(' ')} (${i})\n`, body = `line ${i}\n`.repeat(1 + i % 40);
        stream += `commit refs/heads/trunk\nmark :${i}\ncommitter writer${i % 7} <w${i % 7}@example.org> ${1700000000 + i * 3571} +0000\n` +
            `data ${Buffer.byteLength(text)}\n${text}${i > 1 ? `from :${i - 1}\n` : ''}M 100644 inline file${i % 20}.txt\ndata ${body.length}\n${body}\n`;
    }
    const from = join(base, 'stream'), repository = join(base, 'peer.fossil');
    writeFileSync(from, stream);
    await run('sh', ['-c', `HOME=${base} USER=bench fossil import --git ${repository} <${from} >&2`], { maxBuffer: 1 << 26 });
    return repository;
}

async function startFossil(base) {
    const port = await freePort();
    const { child } = await serving('env', [`HOME=${base}`, 'USER=bench', 'fossil', 'server', '--localhost', '--localauth', '--port', String(port),
        await fossilRepository(base)], /Listening/);
    return { child, url: `http://127.0.0.1:${port}` };
}

const house = await openHouse({ roles: ['caseworker', 'caseworker'] });
const [member] = house.members;
const { stdout } = await run(join(build, 'bench/bench_case'), [house.folder, 'member1', '50']);
const address = `/files/${stdout.split('\n')[0]}`;
const page = await member.get(address);
writeFileSync(join(house.base, 'page.html'), page.text);
const still = await serving(join(build, 'bench/bench_static'), [join(house.base, 'page.html')], /^http\S+/);
const fossil = await startFossil(house.base);
const plain = client(still.found[0]), timeline = client(fossil.url);
const peerPage = await timeline.get('/timeline');

const kinds = [
    ['the case page', () => member.get(address), house.cpu],
    ['static, compressed for each request', () => plain.get('/each'), () => cpuOf(still.child.pid)],
    ['static, compressed ahead', () => plain.get('/ahead'), () => cpuOf(still.child.pid)],
    ['a page without a leaf (/account)', () => member.get('/account'), house.cpu],
    ["Fossil's timeline", () => timeline.get('/timeline'), () => cpuOf(fossil.child.pid)],
];
const results = kinds.map(() => []);
for (let round = 0; round < rounds; round++)
    for (const [i, [, ask, cpu]] of kinds.entries())
        results[i].push(await measure(ask, cpu));
const us = results.map(list => median(list.map(one => one.us)));
console.log(`the case page: ${page.text.length} characters, ${page.bytes.length} bytes compressed; Fossil's: ${peerPage.text.length} and ${peerPage.bytes.length}`);
kinds.forEach(([name], i) => console.log(`${name.padEnd(38)}${us[i].toFixed(0).padStart(7)} us of CPU ${median(results[i].map(one => one.ms)).toFixed(2).padStart(9)} ms`));
const [ours, each, ahead, , peer] = us;
figure('CPU of a case page', `${ours.toFixed(0)} us`, `static page, compressed for each: ${each.toFixed(0)} us`, (ours / each).toFixed(2), '<= 3');
figure('', `${ours.toFixed(0)} us`, `static page, compressed ahead: ${ahead.toFixed(0)} us`, (ours / ahead).toFixed(1), '');
figure('', `${ours.toFixed(0)} us`, `Fossil's timeline: ${peer.toFixed(0)} us`, (ours / peer).toFixed(2), '< 1');
[plain, timeline].forEach(one => one.close());
await ended(still.child);
await ended(fossil.child);
await house.close();
