// house: what the benches of the pages share: an agency that serves, members signed in without a browser, a client, CPU of processes.
//
//     const house = await openHouse({ members: 50 });
//     await house.members[0].get('/files');               // {status, location, bytes, text, ms}
//     const before = house.cpu(); ... house.cpu() - before // microseconds, of comity and its key process
//     await house.close();
//
// Everybody in it is invented.
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

export const run = promisify(execFile);
export const build = process.argv[2];
const program = join(build, 'comity');
const TICK_US = 10000; // of /proc/PID/stat: 100 a second on every Linux

// --- CPU ---

function childrenOf(pid) {
    try {
        return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    } catch {
        return [];
    }
}

// User and system time of a process, of its children that are alive, and of those it has waited for; microseconds.
export function cpuOf(pid) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [utime, stime, cutime, cstime] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 15).map(Number);
    return (utime + stime + cutime + cstime) * TICK_US + childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), 0);
}

export async function freePort() {
    const server = createServer();
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise(resolve => server.close(resolve));
    return port;
}

// A program that serves: resolves with the first line of its output that matches.
export async function serving(command, args, line, env = {}) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    child.log = '';
    child.stderr.on('data', piece => { child.log += piece; });
    const found = await new Promise((resolve, reject) => {
        child.on('exit', status => reject(new Error(`${command} ended with ${status}: ${child.log}`)));
        createInterface(child.stdout).on('line', text => {
            const at = line.exec(text);
            if (at) resolve(at);
        });
    });
    return { child, found };
}

export async function ended(child) {
    if (child.exitCode !== null) return;
    const over = new Promise(resolve => child.on('exit', resolve));
    child.kill('SIGTERM');
    await over;
}

// --- a client: one connection that is kept, as a browser's ---

export function client(base) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const cookies = new Map();
    function request(method, path, form, headers = {}) {
        const body = form === undefined ? undefined : new URLSearchParams(form).toString();
        const begun = process.hrtime.bigint();
        return new Promise((resolve, reject) => {
            const sent = http.request(base + path, { method, agent, headers: {
                'Accept-Encoding': 'gzip', 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
                ...(cookies.size ? { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
                ...(body === undefined ? {} : { Origin: base, 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) }),
                ...headers } }, answer => {
                const pieces = [];
                answer.on('data', piece => pieces.push(piece));
                answer.on('error', reject);
                answer.on('end', () => {
                    const ms = Number(process.hrtime.bigint() - begun) / 1e6, bytes = Buffer.concat(pieces);
                    for (const cookie of answer.headers['set-cookie'] ?? []) {
                        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
                        cookies.set(name, value);
                    }
                    resolve({ status: answer.statusCode, location: answer.headers.location, type: answer.headers['content-type'], bytes, ms,
                        get text() { return (answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString(); } });
                });
            });
            sent.on('error', reject);
            sent.end(body);
        });
    }
    return { get: (path, headers) => request('GET', path, undefined, headers), post: (path, form, headers) => request('POST', path, form, headers), close: () => agent.destroy() };
}

// --- an agency ---

function oneTimePassword(secret) {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...secret.replace(/\s/g, '')].map(letter => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
    const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2))), counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
    const mac = createHmac('sha1', key).update(counter).digest(), from = mac[19] & 15;
    return String((mac.readUInt32BE(from) & 0x7fffffff) % 1000000).padStart(6, '0');
}

const expect = (answer, status, what) => {
    if (answer.status !== status)
        throw new Error(`${what}: ${answer.status}\n${answer.text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')}`);
    return answer;
};
export const token = text => /name="csrf" value="([0-9a-f]+)"/.exec(text)[1];

async function signIn(member) {
    expect(await member.post('/join', { login: member.login, code: member.code }), 303, 'join');
    const page = expect(await member.get('/join/password'), 200, 'password').text;
    member.csrf = token(page);
    const secret = /data-secret="yes">([^<]*)</.exec(page)[1];
    expect(await member.post('/join/password', { csrf: member.csrf, password: `practice words for ${member.login} 7`, code: oneTimePassword(secret) }), 200, 'set');
    expect(await member.post('/join/finish', { csrf: member.csrf }), 303, 'finish');
    member.csrf = token(expect(await member.get('/'), 200, 'start').text);
}

// roles: of each member; people: a list to import first; env: what the serving process finds beside this one's environment.
export async function openHouse({ roles = ['caseworker'], people, agency = 'Bench (invented)', kind = 'shelter', env } = {}) {
    const base = mkdtempSync(join(tmpdir(), 'comity-bench-')), folder = join(base, 'node');
    process.on('exit', () => rmSync(base, { recursive: true, force: true }));
    await run(program, ['init', folder, '--agency', agency, '--country', 'KH', '--kind', kind, '--listen', `127.0.0.1:${await freePort()}`]);
    if (people) await run(program, ['import', folder, people], { maxBuffer: 1 << 26 });
    const codes = [];
    for (const [i, role] of roles.entries())
        codes.push(JSON.parse((await run(program, ['members', folder, 'add', `Practice ${i + 1}`, '--login', `member${i + 1}`, '--roles', role, '--json'])).stdout));
    const { child, found } = await serving(program, ['serve', folder, '--web', '127.0.0.1:0'], /pages on (http\S+)/, env);
    const house = { folder, base, child, pid: child.pid, url: found[1].replace('localhost', '127.0.0.1'), members: [], cpu: () => cpuOf(child.pid), log: () => child.log };
    for (const [i, role] of roles.entries()) {
        const member = Object.assign(client(house.url), { login: `member${i + 1}`, role, code: codes[i].code });
        await signIn(member);
        house.members.push(member);
    }
    house.close = async () => {
        house.members.forEach(member => member.close());
        await ended(child);
    };
    return house;
}

export const figure = (...cells) => console.log(['figure', ...cells].join('\t'));
export function quantile(values, q) {
    const sorted = [...values].sort((x, y) => x - y);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}
export const median = values => quantile(values, 0.5);
