// A case on a bad line: what its page weighs when nothing is cached, which fonts come, and that it is read before they do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agency, faults, newPage, PHONE, stopAll } from './lib.mjs';

const MOST = 60 * 1024;
let house, address;
before(async () => {
    house = await agency('lotus-house', { members: [{ name: 'Practice Bopha', login: 'bopha', roles: 'caseworker' },
        { name: 'Practice Dara', login: 'dara', roles: 'caseworker' }] });
    const page = await newPage(house);
    await house.signIn(page, 'bopha');
    address = await openCase(page);
    await page.context().close();
});
after(stopAll);

async function openCase(page) {
    await page.goto('/files/new');
    await page.locator('#prs_FirstName').fill('Sopheap');
    await page.locator('#prs_SecondName').fill('Chan');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=2');
    await page.locator('#cmt_Title').fill('at the border');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=3');
    await page.locator('main form button').click();
    await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
    const at = page.url();
    for (let i = 0; i < 12; i++) {
        await page.goto(`${at}/add/note`);
        await page.locator('#cmt_NoteText').fill(`She slept well in night ${i} and asks for her brother. `.repeat(6));
        await page.locator('main form[data-draft] button').click();
        await page.waitForURL(at);
    }
    return at;
}

// Signed in, and nothing cached: a new context has the cookie only.
async function coldPage(from, language) {
    const cookies = await from.context().cookies();
    const page = await newPage(house, { viewport: PHONE });
    await page.context().addCookies([...cookies, { name: 'language', value: language, url: house.url }]);
    return page;
}

for (const [language, wanted] of [['en', /noto-sans-latin/], ['km', /noto-sans-khmer/], ['th', /noto-sans-thai/]])
    test(`a case is light without a cache, and brings the fonts of its script: ${language}`, async () => {
        const first = await newPage(house);
        await house.signIn(first, 'bopha');
        const page = await coldPage(first, language);
        const network = await page.context().newCDPSession(page);
        const urls = new Map(), sizes = new Map();
        await network.send('Network.enable');
        network.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url));
        network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(urls.get(requestId), encodedDataLength));
        await page.goto(address);
        await page.evaluate(() => document.fonts.ready);
        await page.waitForLoadState('networkidle');
        const fonts = [...urls.values()].filter(url => /\.woff2$/.test(url));
        const weight = [...sizes].filter(([url]) => !/\.woff2$/.test(url)).reduce((sum, [, size]) => sum + size, 0);
        assert.ok([...sizes.keys()].some(url => /\.css$/.test(url)), 'the style sheet was counted');
        assert.ok(weight > 5000 && weight < MOST, `${weight} bytes came before fonts`);
        console.log(`# ${language}: ${weight} bytes before fonts; ${fonts.length} fonts`);
        assert.ok(fonts.some(url => wanted.test(url)), `${fonts}`);
        for (const other of ['khmer', 'thai'].filter(script => !wanted.source.includes(script)))
            assert.ok(!fonts.some(url => url.includes(`noto-sans-${other}-`)), `a font of another script came: ${fonts}`);
        faults(page);
        await page.context().close();
        await first.context().close();
    });

test('the page is read before its fonts come', async () => {
    const first = await newPage(house);
    await house.signIn(first, 'dara');
    const page = await coldPage(first, 'en');
    let arrive;
    const held = new Promise(resolve => { arrive = resolve; });
    await page.route(/\.woff2$/, async route => {
        await held;
        await route.continue();
    });
    await page.goto('/files', { waitUntil: 'domcontentloaded' });
    await page.locator('h1').waitFor({ state: 'visible' });
    const faces = await page.evaluate(() => [...document.fonts].map(face => `${face.status} ${face.display}`));
    assert.ok(faces.length > 0 && faces.every(face => face.endsWith('swap')), `font-display: ${[...new Set(faces)]}`);
    assert.ok(!faces.some(face => face.startsWith('loaded')), 'no font has come yet');
    // drawn at once in another font: a picture of the heading is another one than without its words
    const network = await page.context().newCDPSession(page), { x, y, width, height } = await page.locator('h1').boundingBox();
    const picture = async () => (await network.send('Page.captureScreenshot', { clip: { x, y, width, height, scale: 1 } })).data;
    const shown = await picture();
    await page.evaluate(() => { document.querySelector('h1').textContent = ''; });
    assert.notEqual(shown, await picture(), 'the heading is there before the fonts');
    arrive();
    await page.evaluate(() => document.fonts.ready);
    faults(page);
    await page.context().close();
    await first.context().close();
});
