// Drafts: what is typed is kept at the agency's node after a pause, and when the page goes away. When it cannot be, since the line is gone, the
// node is down or the session is over, it is kept on the device: sealed to a key whose other half only the node has, so that the device cannot
// read it again, under a random number that names nobody. Any page of ours brings it when it can. See ground/crypto/pocket.h, work/cases/typed.h.
'use strict';
{
    const badge = document.querySelector('[data-pocket]'), sealTo = badge.dataset.pocket;
    const token = () => document.querySelector('input[name=csrf]')?.value;
    const able = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);
    const AGAIN_MS = 15000, OTHER_MS = 600000, PAD = 1024, LONGEST = 200000;

    // --- sealed pieces on the device: {id: of the page that typed it, state: its how many-th, sealed} ---
    const store = async (mode, work) => {
        const db = await new Promise((resolve, reject) => {
            const opening = indexedDB.open('comity-pocket', 1);
            opening.onupgradeneeded = () => opening.result.createObjectStore('kept', { keyPath: 'id' });
            opening.onsuccess = () => resolve(opening.result);
            opening.onerror = () => reject(opening.error);
        });
        try {
            return await new Promise((resolve, reject) => {
                const transaction = db.transaction('kept', mode, { durability: 'strict' });
                let result;
                work(transaction.objectStore('kept'), value => { result = value; });
                transaction.oncomplete = () => resolve(result);
                transaction.onerror = transaction.onabort = () => reject(transaction.error);
            });
        } finally {
            db.close();
        }
    };
    const all = () => store('readonly', (kept, give) => { kept.getAll().onsuccess = event => give(event.target.result); });
    const put = item => store('readwrite', kept => {
        kept.get(item.id).onsuccess = event => { if (!(event.target.result?.state >= item.state)) kept.put(item); };
    });
    const drop = (id, state) => store('readwrite', kept => { // unless more was typed meanwhile
        kept.get(id).onsuccess = event => { if (event.target.result?.state <= state) kept.delete(id); };
    });

    // --- sealing ---
    const utf8 = text => new TextEncoder().encode(text);
    const bytesOf = base64 => Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
    const base64Of = bytes => { let text = ''; for (const byte of bytes) text += String.fromCharCode(byte); return btoa(text); };
    const joined = (...parts) => new Uint8Array(parts.flatMap(part => [...part]));
    const seal = async text => {
        const curve = { name: 'ECDH', namedCurve: 'P-256' }, theirs = bytesOf(sealTo), content = utf8(text);
        const [to, mine] = await Promise.all([crypto.subtle.importKey('raw', theirs, curve, false, []), crypto.subtle.generateKey(curve, false, ['deriveBits'])]);
        const point = new Uint8Array(await crypto.subtle.exportKey('raw', mine.publicKey));
        const shared = await crypto.subtle.importKey('raw', await crypto.subtle.deriveBits({ name: 'ECDH', public: to }, mine.privateKey, 256), 'HKDF', false, ['deriveKey']);
        const key = await crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt: joined(point, theirs), info: utf8('comity pocket 1') }, shared,
            { name: 'AES-GCM', length: 256 }, false, ['encrypt']);
        const padded = new Uint8Array(Math.ceil((4 + content.length) / PAD) * PAD);
        new DataView(padded.buffer).setUint32(0, content.length);
        padded.set(content, 4);
        return joined([1], point, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, padded))); // a key seals once
    };

    // --- the badge ---
    const say = (name, shown) => { badge.querySelector(`[data-pocket-say=${name}]`).hidden = !shown; };
    const show = async () => {
        const n = (await all()).length;
        badge.querySelector('[data-pocket-count]').textContent = new Intl.NumberFormat(document.documentElement.lang).format(n);
        badge.querySelector('[data-pocket-kept]').hidden = n === 0;
        if (n === 0) for (const name of ['line', 'other']) say(name, false);
        badge.hidden = n === 0 && !badge.querySelector('[data-taken]');
        return n;
    };

    // --- bringing it: with the session of whoever is signed in here; what another member wrote is refused, and tried again much later ---
    const refused = () => { try { return JSON.parse(sessionStorage.pocket ?? '{}'); } catch { return {}; } };
    const refuse = id => { sessionStorage.pocket = JSON.stringify({ ...refused(), [id]: Date.now() }); };
    let bringing = false;
    const bring = async () => {
        if (!able || bringing) return;
        bringing = true;
        try {
            for (const item of await all()) {
                if (!token() || Date.now() - (refused()[item.id] ?? 0) < OTHER_MS) continue;
                const answer = await fetch('/drafts/device', { method: 'POST', body: new URLSearchParams({ csrf: token(), sealed: base64Of(item.sealed) }) });
                if (answer.status === 409) { refuse(item.id); say('other', true); continue; }
                if (answer.redirected || !answer.ok) break; // signed out, or the node is in trouble
                const taken = new DOMParser().parseFromString(await answer.text(), 'text/html').body;
                await drop(item.id, item.state);
                say('line', false);
                if (!taken.childElementCount || forms.some(form => form.is(item.id))) continue;
                taken.firstElementChild.dataset.taken = 'yes';
                badge.querySelector('[data-taken]')?.remove();
                badge.append(...taken.childNodes);
            }
        } catch { /* the line is gone */ }
        bringing = false;
        await show().catch(() => {});
    };
    const later = async () => { // as long as there is something
        const n = able && document.visibilityState === 'visible' ? await all().then(items => items.length, () => 0) : 0;
        if (n) await bring();
        setTimeout(later, AGAIN_MS);
    };

    // --- forms ---
    const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
    const line = () => fetch(document.querySelector('link[rel=icon]').href, { cache: 'no-store', signal: AbortSignal.timeout(8000) }).then(answer => answer.ok, () => false);
    const words = form => { // files stay behind: they are too large to be kept
        const body = new URLSearchParams();
        for (const [name, value] of new FormData(form))
            if (typeof value === 'string' && name !== 'csrf' && name !== 'stamp') body.append(name, value);
        return body;
    };
    const hide = (form, name, value) => {
        const input = form.elements[name] ?? document.createElement('input');
        Object.assign(input, { type: 'hidden', name, value });
        form.append(input);
    };
    const watch = form => {
        const note = document.getElementById(form.dataset.draft);
        let page = random(), state = 0, timer, kept = words(form).toString();
        const stamped = body => {
            state++;
            body.set('stamp', `${page}.${state}`);
            body.set('draft-of', location.pathname);
            return body;
        };
        // On the device. False: it cannot be, and all is as without this script.
        const pocket = async body => {
            if (!able || !sealTo || body.toString().length > LONGEST) return false;
            try {
                const id = page, of = state;
                await put({ id, state: of, sealed: await seal(body.toString()) });
                return true;
            } catch { return false; }
        };
        const keep = async () => {
            clearTimeout(timer);
            const typed = words(form).toString();
            if (typed === kept || form.dataset.sent) return;
            const body = stamped(words(form)), id = page, of = state, sent = new URLSearchParams(body);
            sent.set('csrf', token());
            try {
                const answer = await fetch('/drafts', { method: 'POST', body: sent, keepalive: typed.length < 60000 });
                if (answer.ok && !answer.redirected) {
                    kept = typed;
                    note.replaceChildren(...new DOMParser().parseFromString(await answer.text(), 'text/html').body.childNodes);
                    if (able) await drop(id, of).then(bring).catch(() => {});
                    return;
                }
                if (answer.status >= 400 && answer.status < 500 && answer.status !== 403) return; // it will not be taken later either
            } catch { /* the line is gone */ }
            if (await pocket(body)) {
                kept = typed;
                note.textContent = '';
                await show();
            }
        };
        form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(keep, 1200); });
        document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') keep(); });
        // Sent: first on the device, and only then on its way, if there is one. Once it has arrived, the node knows this state of this page.
        form.addEventListener('submit', event => {
            if (!able || !sealTo || form.dataset.sent) return;
            event.preventDefault();
            clearTimeout(timer);
            const body = stamped(words(form)), button = event.submitter;
            hide(form, 'stamp', body.get('stamp'));
            if (button?.name) hide(form, button.name, button.value);
            pocket(body).then(async safe => {
                if (!safe || await line()) { form.submit(); return; }
                kept = words(form).toString();
                delete form.dataset.sent;
                say('line', true);
                await show();
                badge.scrollIntoView({ block: 'center' });
            });
        });
        addEventListener('pageshow', event => { if (event.persisted) { page = random(); state = 0; } }); // come back to after it was sent: another page
        return { is: id => id === page };
    };
    const forms = [...document.querySelectorAll('form[data-draft]')].map(watch);
    addEventListener('online', bring);
    if (able) bring().then(() => setTimeout(later, AGAIN_MS));
}
