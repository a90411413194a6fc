// hall: what hall.sh says. The officers are these loops; the crowd is a number on an invented document.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, client, ended, figure, openHouse, quantile, run } from './house.mjs';

const seconds = Number(process.argv[3] ?? 4), presses = Number(process.argv[4] ?? 60), counters = 10, desks = 3, backlog = 150;
const program = join(build, 'comity'), DAY_MS = 24 * 3600 * 1000;
const POST_MEDIAN = 39.9 * counters / 3600, POST_P95 = 96 * counters / 3600; // calls a second, of data/desk/cbp_awt
const date = days => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const pause = ms => new Promise(done => setTimeout(done, ms));
const comity = async (...args) => (await run(program, args)).stdout;

// --- three nodes, one hall ---

const nodes = {}, counted = mkdtempSync(join(tmpdir(), 'comity-bench-'));
process.on('exit', () => {
    rmSync(counted, { recursive: true, force: true });
    Object.values(nodes).forEach(node => node.child.kill('SIGKILL'));
});
for (const [name, kind, roles] of [['Bench Bridge', 'border', ['supervisor', ...Array(counters + desks).fill('officer')]], ['Bench Inspectorate', 'labour', []], ['Bench Union', 'ngo', []]]) {
    nodes[kind] = await openHouse({ agency: name, kind, roles, env: { LD_PRELOAD: resolve(build, 'bench/libcounted.so'), COMITY_COUNTED: join(counted, kind) } });
    nodes[kind].counted = join(counted, kind);
}
const { border: post, labour: inspectorate, ngo: union } = nodes, all = [post, inspectorate, union];
for (const inviting of all)
    for (const accepting of all)
        if (inviting !== accepting) {
            const card = join(inviting.base, 'card.json'), said = await comity('pair', inviting.folder, 'invite', '--out', card);
            await comity('pair', accepting.folder, 'accept', card, '--fingerprint', /(\d{5} ){5}\d{5}/.exec(said)[0]);
        }
const [supervisor, ...officers] = post.members, ticketDesks = officers.splice(counters);
const press = async (member, path, form) => {
    const answer = await member.post(path, { csrf: member.csrf, ...form });
    if (answer.status >= 400 && answer.status !== 422) throw new Error(`${path}: ${answer.status} ${answer.text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')}`);
    return answer;
};
const made = await press(supervisor, '/desk/hall/new', { name: 'Bench bridge', counters, posts: 2, 'lane-1': 'All passports' }), hall = made.location, id = hall.split('/').pop();
for (const holder of [inspectorate, union])
    await comity('desk', holder.folder, 'hold', 'bench-bridge');
await comity('desk', post.folder, 'keys', 'bench-inspectorate', 'bench-union', '--hall', id, '--from', date(-1), '--until', date(3));
await run('sqlite3', ['-cmd', '.timeout 5000', join(post.folder, 'comity.db'), `update desk_keys set since_ms = since_ms - ${2 * DAY_MS}`]); // made two days ago
await press(supervisor, `${hall}/begin`, {});
const board = /href="(?:https?:\/\/[^/"]+)?(\/board\/[^"]+)"/.exec((await supervisor.get(hall)).text)[1], wall = client(post.url);

// --- the crowd and the officers ---

let tickets = 0, calls = 0;
async function giveTicket(desk, seen) {
    const answer = await press(desk, `${hall}/tickets`, { lane: 1, party: 1, document: `P ${tickets + 1}`, language: 'en' });
    if (answer.status !== 200) return;
    tickets++;
    seen?.given.push(answer.ms);
}
// Until as many wait as shall, and on while it lasts.
const giveTickets = (lasts = () => false, seen = undefined) => Promise.all(ticketDesks.map(async desk => {
    while (tickets - calls < backlog || lasts())
        if (tickets - calls < backlog) await giveTicket(desk, seen);
        else await pause(5);
}));
const ticketOn = text => Number(/c-called__number"[^]*?<\/span> (\d+)</.exec(text)?.[1] ?? 0);
const onBoard = (text, counter) => Number([...text.matchAll(/<th scope="row">(\d+)[^]*?<\/th><td>(\d+)<\/td>/g)].find(row => Number(row[2]) === counter)?.[1] ?? 0);

// From the press until the next ticket stands where it is looked for. again: the press was refused for a call that was being drawn; late: the page after
// the press did not have the next one yet.
async function serve(officer, look, seen) {
    const begun = performance.now();
    let answer;
    while ((answer = await press(officer, `${hall}/counter`, { do: 'served', ticket: officer.ticket })).status === 422)
        if (++seen.again > 10000) throw new Error(answer.text.replace(/<[^>]*>/g, ' '));
    for (let looks = 0, ticket = officer.ticket; ; looks++) {
        ticket = await look(officer);
        if (ticket && ticket !== officer.ticket) {
            officer.ticket = ticket;
            break;
        }
        if (looks === 0) seen.late++;
        if (looks > 2000) throw new Error('nobody is called for long');
        await pause(5);
    }
    calls++;
    seen.times.push(performance.now() - begun);
    seen.least = Math.min(seen.least, tickets - calls);
}
const atCounter = async officer => ticketOn((await officer.get(`${hall}/counter`)).text);
const atWall = async officer => {
    const answer = await wall.get(board);
    if (answer.status !== 200) throw new Error(`the board: ${answer.status}`);
    return onBoard(answer.text, officer.counter);
};

// --- what is taken ---

const names = ['syncs', 'exchanges', 'handshakes', 'multiplications', 'hashed to the group', 'signatures', 'signatures checked'];
const countsOf = node => {
    const bytes = existsSync(node.counted) ? readFileSync(node.counted) : Buffer.alloc(8 * names.length);
    return names.map((_, i) => Number(bytes.readBigUInt64LE(8 * i)));
};
const here = () => all.filter(node => !node.stopped);
async function drawn() {
    const { calls: n, weak } = JSON.parse(await comity('desk', post.folder, 'board', '--hall', id, '--json'));
    return { calls: n, weak };
}
async function load(name, weakly) {
    await giveTickets();
    const seen = { name, times: [], given: [], again: 0, late: 0, least: backlog }, before = { drawn: await drawn(), cpu: here().map(node => node.cpu()), counts: here().map(countsOf) };
    const begun = performance.now(), until = begun + seconds * 1000;
    const giving = giveTickets(() => performance.now() < until, seen);
    await Promise.all(officers.map(async officer => {
        do await serve(officer, atCounter, seen);
        while (performance.now() < until);
    }));
    seen.took = (performance.now() - begun) / 1000;
    seen.cpu = here().map((node, i) => (node.cpu() - before.cpu[i]) / 1000 / seen.times.length);
    seen.counts = here().map((node, i) => countsOf(node).map((n, k) => (n - before.counts[i][k]) / seen.times.length));
    await giving;
    // who was overtaken as often as may be is due without a draw: no call is weak then
    const after = await drawn(), made = after.calls - before.drawn.calls, weak = after.weak - before.drawn.weak;
    if (made < seen.times.length || (weakly ? weak < made / 2 : weak > 0)) throw new Error(`${name}: ${made} calls of which ${weak} were weak`);
    return seen;
}

await giveTickets();
for (const [i, officer] of officers.entries()) {
    officer.counter = i + 1;
    await press(officer, `${hall}/sit`, { counter: i + 1 });
    while (!(officer.ticket = await atCounter(officer))) await pause(20);
    calls++;
}
const alone = { name: 'one counter presses', times: [], given: [], again: 0, late: 0, least: backlog };
for (let i = 0; i < presses; i++) {
    await serve(officers[i % counters], atWall, alone);
    await giveTicket(ticketDesks[0], alone);
}
const three = await load('three holders', false);
process.kill(union.pid, 'SIGSTOP');
const hangs = await load('one hangs', false);
process.kill(union.pid, 'SIGCONT');
union.stopped = true;
await union.close();
const two = await load('one stopped', false);
inspectorate.stopped = true;
await inspectorate.close();
const one = await load('two stopped (weak)', true);

// --- said ---

const ms = value => value.toFixed(1).padStart(9), sum = list => list.reduce((s, x) => s + x, 0);
console.log('                        calls  calls/s   p50 ms   p99 ms  longest  CPU ms/call: hall, holders  tickets   p50 ms   p99 ms  fewest wait  pressed again  not on the first page');
for (const s of [alone, three, hangs, two, one])
    console.log(s.name.padEnd(21) + String(s.times.length).padStart(8) + (s.took ? (s.times.length / s.took).toFixed(1) : '-').padStart(9) + ms(quantile(s.times, 0.5)) +
        ms(quantile(s.times, 0.99)) + ms(Math.max(...s.times)) + (s.cpu ? `${s.cpu[0].toFixed(1)}, ${sum(s.cpu.slice(1)).toFixed(1)}` : '-').padStart(29) +
        String(s.given.length).padStart(9) + ms(quantile(s.given, 0.5)) + ms(quantile(s.given, 0.99)) + String(s.least).padStart(13) + String(s.again).padStart(15) + String(s.late).padStart(23));
console.log(`\ncounted for each call (its press, page and ticket with it)  ${names.join('  ')}`);
for (const s of [three, two, one])
    s.counts.forEach((counts, i) => console.log(`${s.name}: ${['the hall', 'a holder', 'another'][i]}`.padEnd(60) + names.map((n, k) => counts[k].toFixed(2).padStart(n.length)).join('  ')));
const pace = s => s.times.length / s.took;
figure('a hall of ten counters, all press at once', `${pace(three).toFixed(1)} calls/s`, `ten booths of a post: ${POST_MEDIAN.toFixed(2)} to ${POST_P95.toFixed(2)}`, (pace(three) / POST_P95).toFixed(0), '-');
figure('from "served" until the next is on the board: one presses, p50, p99', `${quantile(alone.times, 0.5).toFixed(0)}, ${quantile(alone.times, 0.99).toFixed(0)} ms`, '', '', '-');
for (const s of [three, hangs, two, one])
    figure(`until she sees the next, all press at once, ${s.name}: p50, p99`, `${quantile(s.times, 0.5).toFixed(0)}, ${quantile(s.times, 0.99).toFixed(0)} ms; ${pace(s).toFixed(1)} calls/s`, '', (pace(s) / pace(three)).toFixed(2), '-');
figure('CPU of a call, three nodes, page and ticket with it', `${sum(three.cpu).toFixed(1)} ms`, `syncs of the disk: ${sum(three.counts.map(c => c[0])).toFixed(1)}, exchanges with holders ${three.counts[0][1].toFixed(1)}`, '', '-');
wall.close();
await post.close();
