// door: what the hostile walk shares: the table of routes as the program has it, and a visitor who sends whatever she likes.
//
//     const dara = await join(house, 'dara');           // joined through the pages, without a browser
//     const answer = await dara.post('/units', {name: '<b>'});
//     routes.filter(route => route.method === 'POST')   // from routes.c: a new route cannot be forgotten
//
// Every answer is held against what is true of all answers (amiss); what was not is in wrongs.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join as path } from 'node:path';
import { comity, oneTimePassword } from './lib.mjs';

export const PLANTED = 'zqplanted'; // stands in every hostile value: the log and the headers must not have it
const SLOWEST_MS = 5000;

// --- the table of routes ---

const table = readFileSync(path(process.env.COMITY_SOURCE, 'src/face/web/routes.c'), 'utf8');
const roleNames = text => [...text.matchAll(/ROLE_(\w+)|\b(WORK|LISTS|WATCH|SECOND)\b/g)].flatMap(([, role, group]) =>
    role ? [role.toLowerCase()] : roleNames(new RegExp(`#define ${group} (.*)`).exec(table)[1]));
export const routes = [...table.matchAll(/\{"(GET|POST)", "([^"]+)", WEB_(\w+), ([^,]+),/g)].map(([, method, pattern, people, roles]) => ({
    method, pattern, people, roles: roleNames(roles), match: new RegExp(`^${pattern.replaceAll('{}', '([^/]+)').replaceAll('.', '\\.')}$`) }));
export const routeOf = (method, target) => routes.find(route => route.method === method && route.match.test(target.split('?')[0]) &&
    (route.pattern === target.split('?')[0] || !routes.some(other => other.method === method && other.pattern === target.split('?')[0])));

// --- what is true of every answer ---

export const wrongs = [];
const BIDI = /[\u202a-\u202e\u2066-\u2069]/;

function amiss({ status, headers, body, ms, target }) {
    const html = /text\/html/.test(headers['content-type'] ?? '');
    return [
        [status >= 500 && status !== 505, `answer ${status}`],
        [ms > SLOWEST_MS, `${ms} ms`],
        [headers.location !== undefined && !/^\/(?![/\\])[\x21-\x7e]*$/.test(headers.location), `leads to ${headers.location}`],
        [headers.server ?? headers['x-powered-by'], 'tells what it runs on'],
        [Object.entries(headers).some(([name, value]) => name.includes('planted') || /planted: /.test(value)), 'a header that was planted'],
        [!/'none'.*frame-ancestors 'none'/.test(headers['content-security-policy'] ?? ''), 'no content security policy'],
        [headers['x-content-type-options'] !== 'nosniff' || headers['referrer-policy'] !== 'same-origin' ||
            headers['cross-origin-opener-policy'] !== 'same-origin' || headers['cross-origin-resource-policy'] !== 'same-origin', 'a header is missing'],
        [!target.startsWith('/a/') && headers['cache-control'] !== 'no-store', 'may be kept'],
        [html && BIDI.test(body), 'bidi controls'],
        [html && /<(script|img|svg)[^>]*(planted|onerror|onload)/.test(body.replaceAll(/<[^>]*value="[^"]*"/g, '')), 'markup that was planted'],
        [html && /\b49zq/.test(body), 'a template was run'],
        [/SQLITE|syntax error|PostgreSQL|\.c:\d+|microhttpd/i.test(html ? body : ''), 'tells its insides'],
    ].filter(([is]) => is).map(([, what]) => what);
}

// --- a visitor ---

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
export class Visitor {
    constructor(house, login) {
        Object.assign(this, { house, login, cookie: '', csrf: '', kept: new Map() });
    }

    send(method, target, { body, headers = {}, raw = false } = {}) {
        const started = Date.now();
        const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
        const mine = raw ? {} : { Origin: this.house.url, ...(this.cookie ? { Cookie: this.cookie } : {}) };
        const all = { Host: new URL(this.house.url).host, ...mine, ...length, ...headers };
        return new Promise((resolve, reject) => {
            let answered = false;
            const sent = request(this.house.url, { method, path: target, agent: body?.length > 60000 ? false : agent, headers: all }, answer => {
                answered = true;
                const pieces = [];
                answer.on('data', piece => pieces.push(piece));
                answer.on('error', reject);
                answer.on('end', () => resolve(this.take({ method, target, status: answer.statusCode, headers: answer.headers,
                    cookies: answer.headers['set-cookie'] ?? [], bytes: Buffer.concat(pieces), ms: Date.now() - started })));
            });
            // a body that is refused need not be read to its end
            sent.on('error', error => answered || (body?.length > 60000 ? resolve({ method, target, status: 413, headers: {}, body: '', cookies: [] }) : reject(error)));
            sent.end(body);
        });
    }

    take(answer) {
        answer.body = answer.bytes.toString();
        for (const what of amiss(answer))
            wrongs.push(`${answer.method} ${answer.target.slice(0, 120)} as ${this.login}: ${what}`);
        for (const cookie of answer.cookies)
            if (/^(__Host-)?session=/.test(cookie))
                this.cookie = cookie.split(';')[0];
        this.csrf = /name="csrf" value="([0-9a-f]+)"/.exec(answer.body)?.[1] ?? this.csrf;
        return answer;
    }

    get(target, options) {
        return this.send('GET', target, options);
    }

    // fields: an object, pairs, or the body as it is
    post(target, fields = {}, { token = this.csrf, headers, ...options } = {}) {
        const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
        const body = typeof fields === 'string' ? fields : [...(token ? [['csrf', token]] : []), ...pairs].map(pair => pair.map(escaped).join('=')).join('&');
        return this.send('POST', target, { body, headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers }, ...options });
    }

    // The address where a search is shown.
    async find(text, purpose = 'casework') {
        return (await this.post('/search/find', { text, purpose })).headers.location;
    }

    upload(target, fields, { name, content }) {
        const part = (head, value) => Buffer.concat([Buffer.from(`--zq\r\nContent-Disposition: form-data; ${head}\r\n\r\n`), Buffer.from(value), Buffer.from('\r\n')]);
        const body = Buffer.concat([...[['csrf', this.csrf], ...fields].map(([field, value]) => part(`name="${field}"`, value)),
            part(`name="file"; filename="${name}"`, content), Buffer.from('--zq--\r\n')]);
        return this.send('POST', target, { body, headers: { 'Content-Type': 'multipart/form-data; boundary=zq' } });
    }
}

// A value may be {raw: '%ff'}: escapes as they are.
const escaped = value => (typeof value === 'object' ? value.raw : encodeURIComponent(value));

// Joins as a browser does without JavaScript.
export async function join(house, login) {
    const visitor = new Visitor(house, login);
    await visitor.post('/join', { login, code: house.members.get(login).code });
    const page = await visitor.get('/join/password');
    const secret = /data-secret[^>]*>([^<]+)/.exec(page.body)[1].trim();
    const codes = await visitor.post('/join/password', { password: `practice words for ${login} 7`, code: oneTimePassword(secret) });
    visitor.recovery = [...codes.body.matchAll(/<li>([\w-]{8,})<\/li>/g)].map(([, code]) => code);
    await visitor.post('/join/finish');
    await visitor.get('/');
    return visitor;
}

// The same member in another session.
export async function again({ house, login, recovery }) {
    const visitor = new Visitor(house, login);
    await visitor.post('/sign-in', { login, password: `practice words for ${login} 7`, code: recovery.pop() });
    await visitor.get('/');
    return visitor;
}

// --- what stands on a page ---

const named = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const plain = text => text.replaceAll(/&(#?\w+);/g, (all, name) => named[name] ?? (name[0] === '#' ? String.fromCodePoint(Number(name.slice(1).replace(/^x/, '0x'))) : all));
const attribute = (tag, name) => { const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag); return found ? plain(found[1]) : undefined; };

export const linksOf = body => [...body.matchAll(/\shref="(\/[^"#]*)/g)].map(([, href]) => plain(href)).filter(href => !href.startsWith('/a/'));

// Each form with its fields: [{name, value, free}], free: any text may be typed.
export function formsOf(body) {
    return [...body.matchAll(/<form([^>]*)>([^]*?)<\/form>/g)].map(([, head, inner]) => {
        const fields = new Map();
        const add = (name, value, free, wins) => { if (name && name !== 'csrf' && (wins || !fields.has(name))) fields.set(name, { name, value, free }); };
        for (const [tag] of inner.matchAll(/<(input|button)[^>]*>/g)) {
            const type = attribute(tag, 'type') ?? 'text';
            if (type === 'file') continue;
            add(attribute(tag, 'name'), attribute(tag, 'value') ?? '', !['radio', 'checkbox', 'hidden'].includes(type) && tag.startsWith('<input'), /\schecked/.test(tag));
        }
        for (const [, tag, text] of inner.matchAll(/<textarea([^>]*)>([^]*?)<\/textarea>/g))
            add(attribute(tag, 'name'), plain(text), true);
        for (const [, tag, options] of inner.matchAll(/<select([^>]*)>([^]*?)<\/select>/g)) {
            const all = [...options.matchAll(/<option([^>]*)>/g)].map(([, option]) => [attribute(option, 'value') ?? '', /\sselected/.test(option)]);
            add(attribute(tag, 'name'), (all.find(([value, chosen]) => chosen && value) ?? all.find(([value]) => value) ?? [''])[0], false);
        }
        return { method: (attribute(head, 'method') ?? 'get').toUpperCase(), action: attribute(head, 'action') ?? '', files: /multipart/.test(head), fields: [...fields.values()] };
    });
}

// The verbs of the whole log, not of its end: a count of the end does not change any more once the log is longer.
export const allLeaves = async house => JSON.parse(await comity('log', house.folder, 'show', '--last', '1000000000', '--json')).map(leaf => leaf.verb);
