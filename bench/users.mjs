// users: fifty members at work for a minute: every page of the table of routes, notes, drafts and searches, each member a request every two
// to five seconds. Times are those of the client, from the request to the last byte.
//
//     node bench/users.mjs BUILD-FOLDER [SECONDS [USERS]]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, figure, openHouse, quantile, run } from './house.mjs';

const seconds = Number(process.argv[3] ?? 60), users = Number(process.argv[4] ?? 50), cases = 10;
const roles = Array.from({ length: users }, (_, i) => ['supervisor', 'investigator', 'administrator', 'dpo', 'auditor', 'prosecutor'][i] ?? 'caseworker');
let seed = 11;
const random = n => { seed = (seed * 1103515245 + 12345) % 2147483648; return Math.floor(seed / 65536) % n; };
const pick = list => list[random(list.length)];
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

const list = '/tmp/comity-bench-users.csv';
await run('sh', ['-c', `${build}/tools/practice --persons 20000 >${list}`]);
const house = await openHouse({ roles, people: list });
await run('rm', ['-f', list]);
const names = ['Sok', 'Dara', 'Chan So', 'Maly Ly', 'Somsri', 'Nguyen', 'Keo Van', 'Bopha', 'សុខ', 'สมชาย'];

// What stands for {} in an address: ids found on pages.
async function idsOf(member) {
    const { stdout } = await run(join(build, 'bench/bench_case'), [house.folder, member.login, String(cases)]);
    member.files = stdout.trim().split('\n');
    const page = (await member.get(`/files/${member.files[0]}`)).text;
    member.records = [...page.matchAll(/\/records\/([0-9a-f]{32})/g)].map(match => match[1]);
    const hits = (await member.post('/search/find', { csrf: member.csrf, text: 'Dara' }, { 'X-Requested-With': 'fetch' })).text;
    member.persons = [...hits.matchAll(/\/persons\/([0-9a-f]{32})/g)].map(match => match[1]);
}
function address(member, path) {
    const known = path.replace('/files/{}/records/{}', () => `/files/${member.files[0]}/records/${pick(member.records)}`)
        .replace('/add/{}', () => `/add/${pick(['note', 'task', 'event', 'person'])}`)
        .replace('/files/{}', () => `/files/${pick(member.files)}`).replace('/persons/{}', () => `/persons/${pick(member.persons)}`);
    return known.includes('{') ? undefined : known;
}

// The pages that each role may open: those of the table that give a page when she asks.
const paths = [...readFileSync(new URL('../src/face/web/routes.c', import.meta.url), 'utf8').matchAll(/\{"GET", "([^"]+)"/g)].map(match => match[1])
    .filter(path => !/^\/(language|sign-in|join)/.test(path));
const pages = new Map(), never = new Set(paths);
for (const member of house.members) {
    if (['caseworker', 'supervisor', 'investigator', 'prosecutor'].includes(member.role))
        await idsOf(member);
    if (pages.has(member.role)) continue;
    pages.set(member.role, []);
    for (const path of paths) {
        const at = /\{/.test(path) && !member.files ? undefined : address(member, path);
        const answer = at && await member.get(at);
        if (answer?.status === 200 && answer.type?.startsWith('text/html')) {
            pages.get(member.role).push(path);
            never.delete(path);
        }
    }
}

const times = new Map();
let failed = 0;
async function timed(name, asked, wanted = 200) {
    const answer = await asked;
    if (answer.status !== wanted) { failed++; console.log(`${name}: ${answer.status}`); }
    if (!times.has(name)) times.set(name, []);
    times.get(name).push(answer.ms);
}
async function oneRequest(member) {
    const what = random(20), file = member.files && pick(member.files);
    if (file && what < 2)
        return timed('POST /files/{}/add/note', member.post(`/files/${file}/add/note`, { csrf: member.csrf, cmt_NoteKind: 'Note', cmt_NoteText: `She slept well. ${pick(names)}` }), 303);
    if (file && what < 4)
        return timed('POST /drafts', member.post('/drafts', { csrf: member.csrf, 'draft-of': `/files/${file}/add/note`, cmt_NoteText: 'She asks for' }));
    if (file && what < 8)
        return timed('POST /search/find', member.post('/search/find', { csrf: member.csrf, text: pick(names) }, { 'X-Requested-With': 'fetch' }));
    if (file && what < 12)
        return timed('GET /files/{}', member.get(`/files/${file}`));
    const path = pick(pages.get(member.role));
    return timed(`GET ${path}`, member.get(address(member, path)));
}
async function atWork(member, until) {
    await pause(random(5000));
    while (Date.now() < until) {
        await oneRequest(member);
        await pause(2000 + random(3000));
    }
}

const before = house.cpu(), begun = Date.now();
await Promise.all(house.members.map(member => atWork(member, begun + seconds * 1000)));
const took = (Date.now() - begun) / 1000, all = [...times.values()].flat();
const ms = value => value.toFixed(1).padStart(9);
console.log('page'.padEnd(42) + 'requests   p50 ms   p95 ms   p99 ms');
for (const [name, list] of [...times].sort((x, y) => quantile(y[1], 0.99) - quantile(x[1], 0.99)))
    console.log(name.padEnd(42) + String(list.length).padStart(8) + ms(quantile(list, 0.5)) + ms(quantile(list, 0.95)) + ms(quantile(list, 0.99)));
console.log(`${all.length} requests of ${users} members in ${took.toFixed(0)} s, ${failed} not as wanted; ${((house.cpu() - before) / 1e4 / took).toFixed(1)} % of one core; ` +
    `not walked (no such thing here): ${[...never].join(' ') || 'none'}`);
const worst = [...times].map(([name, list]) => [quantile(list, 0.99), name]).sort((x, y) => y[0] - x[0])[0];
figure(`all pages with ${users} users at work, p99`, `${quantile(all, 0.99).toFixed(1)} ms`, '', '', '< 100 ms');
figure(`the slowest page with ${users} users at work, p99: ${worst[1]}`, `${worst[0].toFixed(1)} ms`, '', '', '< 100 ms');
await house.close();
if (failed) process.exitCode = 1;
