// room_kills: test/long/room.sh. An interview of many short parts, between kills at random moments; then the seal, and what is in it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { join, linksOf } from './door.mjs';
import { agency, comity, stopAll } from './lib.mjs';
import { allThere, closeEars, hear, now, openEars } from './room.mjs';

const option = (name, otherwise) => Number(process.argv[process.argv.indexOf(`--${name}`) + 1] || otherwise);
const has = name => process.argv.includes(`--${name}`);
const kills = has('kills') ? option('kills') : has('short') ? 6 : 200;
let seed = has('seed') ? option('seed') : Date.now() % 1e9;
const started = Date.now();
console.log(`# seed ${seed}, ${kills} kills`);

function random() { // mulberry32
    seed = (seed + 0x6d2b79f5) | 0;
    let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
}

const scratch = mkdtempSync(path(tmpdir(), 'comity-room-'));
try {
    const house = await agency('lotus-house', { members: [{ name: 'Practice Dara', login: 'dara', roles: 'caseworker' }] });
    await comity('import', house.folder, path(process.env.COMITY_SOURCE, 'tools/practice-cases/lotus-house.csv'), '--files', 'dara');
    const dara = await join(house, 'dara'), acknowledged = new Map(), marks = new Set();
    const [file] = linksOf((await dara.get('/files')).body).filter(href => /^\/files\/[0-9a-f]{32}$/.test(href));
    await dara.get(`${file}/recordings/new`);
    const address = (await dara.post(`${file}/recordings`, { picture: 'yes' })).headers.location;
    const counts = { browser: 0, node: 0, both: 0 };
    let ears;

    const goOn = async () => {
        ears = await openEars(house, path(scratch, 'profile'), dara.cookie, acknowledged);
        ears.page.on('response', answer => { if (answer.url().endsWith('/marks') && answer.status() === 200) marks.add(answer.request().postData().replace(/&?csrf=\w+/, '')); });
        await ears.page.goto(house.url + address);
        await ears.page.locator('#room:is([data-now=ready], [data-now=stopped])').waitFor();
        await ears.page.locator('[data-act=begin]:visible, [data-act=go]:visible').click();
        await now(ears.page, 'recording');
    };
    await goOn();
    for (let i = 0; i < kills; i++) {
        await wait(200 + random() * 3500);
        const victim = ['browser', 'node', 'both'][Math.floor(random() * 3)];
        counts[victim]++;
        if (victim !== 'node') await ears.kill();
        if (victim !== 'browser') { await house.kill(); await wait(random() * 1000); await house.serve(); }
        if (victim !== 'node') await goOn();
    }
    await wait(4000);
    await ears.page.locator('[data-act=end]').click();
    await ears.page.waitForURL(/\/seal$/, { timeout: 60000 });
    const there = JSON.parse((await dara.get(`${address}/state`)).body);
    assert.ok(there.marks >= marks.size, `${there.marks} of ${marks.size} presses`);
    assert.ok(there.have >= acknowledged.size, `${there.have} of ${acknowledged.size} pieces`);
    await ears.page.getByRole('button', { name: 'Seal it now' }).click();
    await ears.page.waitForURL(house.url + address);
    await allThere(dara, address.slice(-32), acknowledged, false);
    await ears.page.getByLabel('What for').fill('transcript');
    await ears.page.getByRole('button', { name: 'Listen', exact: true }).click();
    await ears.page.waitForURL(/\/listen\//);
    const heard = await hear(ears.page, 3);
    assert.equal(heard.error, null);
    assert.ok(heard.moments.every(moment => moment.ready >= 2), JSON.stringify(heard));
    const parts = new Set([...acknowledged.values()].map(piece => piece.session)).size, bytes = [...acknowledged.values()].reduce((sum, piece) => sum + piece.bytes.length, 0);
    console.log(`# ${kills} kills (${Object.entries(counts).map(pair => pair.join(' ')).join(', ')}), ${there.have} pieces (${acknowledged.size} known as acknowledged) in ${parts} parts, ${bytes} bytes, ${marks.size} presses, ${Math.round((Date.now() - started) / 1000)} s`);
    console.log('ok 1 - every acknowledged piece and press is in the sealed recording, and it plays\n1..1');
} catch (error) {
    console.log(`not ok 1 - ${String(error.stack ?? error).replaceAll('\n', '\n# ')}\n1..1`);
    process.exitCode = 1;
} finally {
    await closeEars();
    await stopAll();
    rmSync(scratch, { recursive: true, force: true });
}
