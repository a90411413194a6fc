// Passkeys: added, used to sign in, proved with again, removed; in English and Khmer. The authenticator is Chromium's virtual one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agency, comity, faults, newPage, oneTimePassword, PHONE, serious, stopAll } from './lib.mjs';

let house;
before(async () => {
    house = await agency('lotus-house', {
        members: [
            { name: 'Practice Dara ដារា', login: 'dara', roles: 'caseworker' },
            { name: 'Practice Bopha បុប្ផា', login: 'bopha', roles: 'caseworker', languages: 'km en' },
            { name: 'Practice Administrator', login: 'admin', roles: 'administrator' },
        ],
    });
});
after(stopAll);

// A security key that is touched and unlocked by itself.
async function authenticator(page, options = {}) {
    const client = await page.context().newCDPSession(page);
    await client.send('WebAuthn.enable');
    const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal',
        hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, ...options } });
    return {
        set: isUserVerified => client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
        keys: async () => (await client.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
        forget: async () => {
            for (const { credentialId } of (await client.send('WebAuthn.getCredentials', { authenticatorId })).credentials)
                await client.send('WebAuthn.removeCredential', { authenticatorId, credentialId });
        },
        put: credential => client.send('WebAuthn.addCredential', { authenticatorId, credential }),
    };
}

// The selectors are those of the markup, since the words are in whatever language.
async function add(page, name) {
    await page.goto('/account');
    await page.locator('a[href="/account/passkeys/new"]').click();
    await page.locator('form[data-passkey=create]').waitFor();
    await page.locator('#name').fill(name);
    await page.locator('form[data-passkey=create] button').click();
    await page.waitForURL('**/account');
}

async function signOut(page) {
    await page.locator('header form button').click();
    await page.waitForURL('**/sign-in');
}

const verbs = async n => JSON.parse(await comity('log', house.folder, 'show', '--last', String(n), '--json')).map(leaf => leaf.verb);

for (const [login, language, viewport] of [['dara', 'en', undefined], ['bopha', 'km', PHONE]])
    test(`${login} adds a passkey, signs out, signs in with it: ${language}`, async () => {
        const page = await newPage(house, { language, ...(viewport ? { viewport } : {}) });
        const key = await authenticator(page);
        await house.signIn(page, login);
        await add(page, 'Practice telephone ទូរស័ព្ទ');
        assert.equal(await page.locator('html').getAttribute('lang'), language);
        assert.ok(await page.getByText('Practice telephone ទូរស័ព្ទ').first().isVisible());
        assert.equal((await verbs(1))[0], 'enrol');
        await serious(page);
        assert.equal((await key.keys()).length, 1);
        await signOut(page);
        await page.locator('form[data-passkey=get]').waitFor();
        await serious(page);
        await page.locator('form[data-passkey=get] button').click();
        await page.waitForURL(house.url + '/');
        assert.equal(await page.locator('html').getAttribute('lang'), language);
        assert.equal((await verbs(1))[0], 'sign-in');
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1);
        assert.equal(wide, false, 'nothing stands out to the side');
        faults(page);
    });

test('a device does not make a second passkey for the same member, and whoever sits there can stop', async () => {
    const page = await newPage(house);
    const key = await authenticator(page);
    await house.signIn(page, 'dara');
    await add(page, 'Second');
    await page.goto('/account/passkeys/new');
    await serious(page);
    await page.locator('#name').fill('Third');
    await page.locator('form[data-passkey=create] button').click();
    await page.locator('[data-problem]').waitFor();
    assert.equal((await key.keys()).length, 1);
    await key.forget();
    await page.locator('form[data-passkey=create] button').click(); // and once more, after it failed
    await page.waitForURL('**/account');
    await page.goto('/account/passkeys/new');
    await key.forget();
    await page.locator('form[data-passkey=create] button').click();
    assert.match(await page.getByRole('alert').first().textContent(), /a passkey has a name/);
    faults(page);
});

// The form's fields as the browser would send them, kept back.
async function captured(page) {
    await page.goto('/sign-in');
    await page.evaluate(() => { HTMLFormElement.prototype.submit = function () { document.body.dataset.sent = new URLSearchParams(new FormData(this)).toString(); }; });
    await page.locator('form[data-passkey=get] button').click();
    await page.waitForFunction(() => document.body.dataset.sent);
    return new URLSearchParams(await page.evaluate(() => document.body.dataset.sent));
}

// Sent from a page of the site, as the form would be; what the answer's page says.
async function sent(page, fields) {
    return page.evaluate(async body => {
        const answer = await fetch('/sign-in/passkey', { method: 'POST', body: new URLSearchParams(body), redirect: 'manual' });
        return { status: answer.status || answer.type, text: await answer.text() };
    }, fields.toString());
}

test('an answer counts once, for its own challenge, its own site, its own member', async () => {
    const page = await newPage(house);
    const key = await authenticator(page);
    await house.signIn(page, 'dara');
    await add(page, 'To be copied');
    await signOut(page);
    const fields = await captured(page);
    const changed = (name, change) => { const other = new URLSearchParams(fields); other.set(name, change(fields.get(name))); return other; };
    const inJson = change => text => Buffer.from(change(Buffer.from(text, 'base64').toString())).toString('base64');
    const lastByte = text => { const bytes = Buffer.from(text, 'base64'); bytes[bytes.length - 1] ^= 1; return bytes.toString('base64'); };
    const wrong = [
        [changed('client_data', inJson(text => text.replace(house.url, 'http://localhost:1'))), /another site/],
        [changed('client_data', inJson(text => text.replace('webauthn.get', 'webauthn.create'))), /something else/],
        [changed('client_data', inJson(text => text.replace('}', ',"type":"webauthn.get"}'))), /clientDataJSON/],
        [changed('challenge', lastByte), /took too long/],
        [changed('signature', lastByte), /signature/],
        [changed('authenticator_data', lastByte), /signature/],
        [changed('user', lastByte), /not known here/],
        [changed('credential', lastByte), /not known here/],
        [changed('credential', () => ''), /not known here/],
        [changed('signature', () => '*'), /could not be read/],
        [new URLSearchParams(), /took too long/],
    ];
    for (const [body, words] of wrong) {
        const answer = await sent(page, body);
        assert.match(answer.text, words);
        assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
    }
    assert.equal((await verbs(1))[0], 'sign-in-failed');
    assert.equal((await sent(page, fields)).status, 'opaqueredirect', 'as it was made, it counts');
    const again = await page.context().browser().newContext({ baseURL: house.url });
    const stranger = await again.newPage();
    await stranger.goto('/sign-in');
    assert.match((await sent(stranger, fields)).text, /sent before|copy of it/, 'once');
    await again.close();
    const [credential] = await key.keys();
    await key.forget();
    await key.put({ ...credential, signCount: 1 }); // somebody's copy, that was used less
    await page.goto('/account');
    await signOut(page);
    await page.locator('form[data-passkey=get] button').click();
    assert.match(await page.getByRole('alert').first().textContent(), /there may be a copy of it/);
    await serious(page);
    faults(page);
});

test('who does not unlock it is not let in', async () => {
    const page = await newPage(house);
    const key = await authenticator(page);
    await house.signIn(page, 'dara');
    await add(page, 'Locked');
    await signOut(page);
    await key.set(false);
    await page.locator('form[data-passkey=get] button').click();
    await page.locator('[data-problem]').waitFor();
    assert.equal(new URL(page.url()).pathname, '/sign-in');
    faults(page);
});

test('removed, it opens nothing', async () => {
    const page = await newPage(house);
    await authenticator(page);
    await house.signIn(page, 'dara');
    await add(page, 'To be removed');
    await page.getByRole('button', { name: 'Remove To be removed' }).click();
    await page.waitForURL('**/account');
    assert.equal(await page.getByText('To be removed').count(), 0);
    await signOut(page);
    await page.locator('form[data-passkey=get] button').click();
    assert.match(await page.getByRole('alert').first().textContent(), /not known here/);
    faults(page);
});

test('without JavaScript: no button, the password still does; the page to add one says so', async () => {
    const page = await newPage(house, { script: false });
    await house.signIn(page, 'dara');
    await page.goto('/account/passkeys/new');
    assert.ok(await page.getByText('This browser cannot make passkeys here').isVisible());
    assert.equal(await page.getByRole('button', { name: 'Make the passkey' }).isVisible(), false);
    await page.locator('header form button').click();
    assert.equal(await page.getByRole('button', { name: 'Sign in with a passkey' }).isVisible(), false);
    assert.ok(await page.getByRole('button', { name: 'Sign in', exact: true }).isVisible());
});

test('the page to confirm who one is: with a passkey, with password and code; it goes on within the site only', async () => {
    const page = await newPage(house);
    await authenticator(page);
    await house.signIn(page, 'admin');
    await page.goto('/confirm?next=%2Fmembers%2Fnew');
    assert.equal(await page.locator('form[data-passkey]').count(), 0, 'she has none');
    await add(page, 'Practice key');
    await page.goto('/confirm?next=%2Fmembers%2Fnew');
    await page.locator('form[data-passkey=get]').waitFor();
    await serious(page);
    await page.locator('form[data-passkey=get] button').click();
    await page.waitForURL('**/members/new');
    assert.equal((await verbs(1))[0], 'prove');
    for (const next of ['https://elsewhere.example/', '//elsewhere.example', '/\\elsewhere.example', 'javascript:1', '/a b', '']) {
        await page.goto(`/confirm?next=${encodeURIComponent(next)}`);
        assert.equal(await page.locator('input[name=next]').first().inputValue(), '/', next);
    }
    await page.goto('/confirm?next=%2Faccount');
    await page.getByLabel('Password').fill('not the password at all');
    await page.getByLabel(/six digits/i).fill('123456');
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    assert.match(await page.getByRole('alert').last().textContent(), /do not belong together/);
    await serious(page);
    const member = house.members.get('admin');
    await page.getByLabel('Password').fill(member.password);
    await page.getByLabel(/six digits/i).fill(oneTimePassword(member.secret, (member.used + 1) * 30000));
    member.used++;
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    await page.waitForURL('**/account');
    faults(page);
});

// As if all who are signed in had proved who they are six minutes ago.
const age = () => house.older('update people_session set proved_ms = proved_ms - 360000');

test('when the proof is old: a page that needs one asks first, a form that was sent leads back to its page', async () => {
    const page = await newPage(house);
    const key = await authenticator(page);
    const confirm = async path => {
        await page.waitForURL(url => url.pathname === '/confirm');
        const next = new URL(page.url()).searchParams.get('next');
        assert.match(next, path);
        await page.locator('form[data-passkey=get] button').click();
        await page.waitForURL(house.url + next);
    };
    await house.signIn(page, 'admin');
    await add(page, 'To confirm with');
    age();
    await page.goto('/members/new');
    await confirm(/^\/members\/new$/);
    await page.goto('/members');
    age();
    await page.getByRole('button', { name: /Suspend Practice Dara/ }).click();
    await confirm(/^\/members\/[0-9a-f]{32}$/); // the member's own page
    await page.goto('/members');
    await page.getByRole('button', { name: /Suspend Practice Dara/ }).click();
    await page.getByRole('button', { name: /Take Practice Dara/ }).click();
    await page.goto('/account');
    age();
    await page.getByRole('button', { name: 'Remove To confirm with' }).click();
    await confirm(/^\/account$/);
    assert.ok(await page.getByText('To confirm with').first().isVisible(), 'nothing was removed by the way');
    assert.equal((await key.keys()).length, 1);
    faults(page);
});
