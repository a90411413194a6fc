// room: what the tests of the interview room share: a browser with an invented microphone and camera that can be killed and opened again
// with all it kept, and an account of what the node acknowledged.
//
//     const browser = await openEars(house, profile, visitor.cookie);      // a member who is signed in
//     await browser.page.goto(`${house.url}/recordings/${id}`);
//     await browser.kill();                                                // -9, in the middle of whatever it did
//     await allThere(house, visitor, id, browser.page.acknowledged);       // sealed: every piece that the node said it had
import { spawn } from 'node:child_process';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { watched } from './lib.mjs';

const opened = [];

// Chromium by hand, not by Playwright: it is killed as a power cut would, with everything that belongs to it.
export async function openEars(house, profile, cookie, known = new Map()) {
    const child = spawn(process.env.CHROMIUM ?? '/usr/bin/chromium', ['--headless', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-first-run',
        '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    const address = await new Promise((done, failed) => {
        child.on('exit', () => failed(new Error('the browser ended')));
        createInterface(child.stderr).on('line', line => { const at = /listening on (ws:\S+)/.exec(line); if (at) done(at[1]); });
    });
    const browser = await chromium.connectOverCDP(address);
    const [context] = browser.contexts();
    const [name, value] = cookie.split('=');
    await context.addCookies([{ name, value, url: house.url, httpOnly: true, sameSite: 'Lax' }]);
    const page = await watched(context);
    page.acknowledged = known;
    page.on('response', answer => {
        const url = new URL(answer.url()), piece = /\/chunks\/(\d+)$/.exec(url.pathname);
        if (piece && answer.status() === 200)
            known.set(Number(piece[1]), { session: Number(url.searchParams.get('session')), at: Number(url.searchParams.get('at')), bytes: answer.request().postDataBuffer() });
    });
    const ears = { page, context, kill: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, 'exit');
        process.kill(-child.pid, 'SIGKILL');
        await gone;
        await browser.close().catch(() => {});
    } };
    opened.push(ears);
    return ears;
}

export async function closeEars() {
    for (const ears of opened) await ears.kill();
}

// What a member hears of a sealed recording, part after part, has all that the node acknowledged, byte for byte, in order. exact: and nothing
// else. A browser that is killed may have had an answer of which this process did not hear any more: then there is more than it knows of.
export async function allThere(visitor, id, acknowledged, exact = true) {
    const numbers = [...acknowledged.keys()].sort((a, b) => a - b);
    if (exact) assert.deepEqual(numbers, [...numbers.keys()], 'no number is missing');
    await visitor.get(`/recordings/${id}`);
    const heard = await visitor.post(`/recordings/${id}/listen`, { purpose: 'casework', reference: 'practice' });
    const media = heard.headers.location.replace('/listen/', '/media/');
    for (const session of new Set([...acknowledged.values()].map(piece => piece.session))) {
        const pieces = numbers.map(n => acknowledged.get(n)).filter(piece => piece.session === session);
        const { status, bytes } = await visitor.get(`${media}?from=${pieces[0].at}`);
        assert.equal(status, 200);
        let at = 0;
        for (const piece of pieces) {
            const found = bytes.indexOf(piece.bytes, at);
            assert.ok(found === at || (!exact && found > at), `session ${session}: the piece of ${piece.at} ms at ${found}, not ${at}`);
            at = found + piece.bytes.length;
        }
        assert.ok(at === bytes.length || !exact, `session ${session}: ${bytes.length - at} bytes more`);
    }
    return media;
}

export const now = (page, doing) => page.locator(`#room[data-now=${doing}]`).waitFor();
export async function arrived(page, n) { // so many pieces, at the node
    const have = () => page.evaluate(async () => (await (await fetch(`${location.pathname}/state`)).json()).have);
    while (await have() < n) await new Promise(done => setTimeout(done, 300));
}

// Goes to moments of the list, plays each for a moment: what the element says of itself.
export function hear(page, most = Infinity) {
    return page.evaluate(async most => {
        const element = document.querySelector('video, audio'), moments = [];
        element.muted = true;
        for (const link of [...document.querySelectorAll('[data-moment]')].slice(0, most)) {
            link.click();
            await new Promise(done => setTimeout(done, 1500));
            moments.push({ at: Number(link.dataset.moment), now: element.currentTime, ready: element.readyState, wide: element.videoWidth });
        }
        return { duration: element.duration, error: element.error?.message ?? null, moments };
    }, most);
}
