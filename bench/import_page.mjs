// Sends a list through the page as a browser would, without one: so that what is measured is the server.
import { readFileSync } from 'node:fs';
import { agency, oneTimePassword, stopAll } from '../test/web/lib.mjs';

const list = process.argv[2];
const house = await agency('bench-house', { members: [
    { name: 'Bench Member', login: 'one', roles: 'caseworker' }, { name: 'Other Member', login: 'two', roles: 'caseworker' }] });

// One member's session: cookies, and the token of the page that was seen last.
class Member {
    cookies = new Map();
    async ask(path, body) {
        const answer = await fetch(new URL(path, house.url), { method: body ? 'POST' : 'GET', body, redirect: 'manual',
            headers: { Origin: house.url, Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') } });
        for (const cookie of answer.headers.getSetCookie()) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
            this.cookies.set(name, value);
        }
        const text = await answer.text();
        this.token = /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? this.token;
        if (answer.status >= 400)
            throw new Error(`${path}: ${answer.status} ${text.slice(0, 400)}`);
        return { status: answer.status, location: answer.headers.get('location'), text };
    }
    form(fields) { return new URLSearchParams({ csrf: this.token ?? '', ...fields }); }
    async join(login) {
        const { code } = house.members.get(login);
        await this.ask('/join');
        const shown = await this.ask('/join', this.form({ login, code }));
        const page = shown.location ? await this.ask(shown.location) : shown;
        const secret = /data-secret="[^"]*">([^<]*)/.exec(page.text)[1];
        await this.ask('/join/password', this.form({ password: 'practice words for the bench 7', code: oneTimePassword(secret.trim()) }));
        await this.ask('/join/finish', this.form({}));
    }
}

const one = new Member(), two = new Member();
await one.join('one');
await two.join('two');

// The other member works meanwhile.
const waits = [];
let running = true;
const others = (async () => {
    while (running) {
        const begun = performance.now();
        await two.ask((await two.ask('/search/find', two.form({ text: 'sok dara', purpose: 'casework' }))).location);
        waits.push(performance.now() - begun);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
})();

await one.ask('/import');
const begun = performance.now();
const form = new FormData();
form.set('csrf', one.token);
form.set('kind', 'persons');
form.set('encoding', '');
form.set('file', new Blob([readFileSync(list)], { type: 'text/csv' }), 'persons.csv');
const { location } = await one.ask('/import', form);
const until = async done => {
    for (let seen = 0; ; seen++) {
        const { text } = await one.ask(location);
        if (!text.includes('data-poll')) {
            if (!done.test(text)) throw new Error(text.replace(/<[^>]*>/g, ' ').slice(0, 500));
            return seen;
        }
        await new Promise(resolve => setTimeout(resolve, 200));
    }
};
await until(/Nothing has been stored yet/);
const checked = performance.now();
await one.ask(`${location}/start`, one.form({}));
const looks = await until(/persons were added/);
const ended = performance.now();
running = false;
await others;
waits.sort((a, b) => a - b);
const s = ms => (ms / 1000).toFixed(1), p99 = waits[Math.floor(waits.length * 0.99)];
console.log(`91,043 rows: sent and checked in ${s(checked - begun)} s, imported in ${s(ended - checked)} s, progress seen ${looks} times; ` +
    `another member's search meanwhile: median ${waits[waits.length >> 1].toFixed(0)} ms, 99 of 100 below ${p99.toFixed(0)} ms, longest ${waits.at(-1).toFixed(0)} ms`);
console.log(`figure\timport of 91,043 rows through the page\t${s(ended - begun)} s\tanother's search meanwhile p99 ${p99.toFixed(0)} ms\t-\tno time-out, with progress`);
await stopAll();
