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
    if (!token()) try { sessionStorage.removeItem('pocket'); } catch { /* none here */ } // signed out: whoever signs in next may have written it
    let bringing = false;
    const bring = async () => {
        if (!able || bringing) return;
        bringing = true;
        try {
            for (const item of await all()) {
                if (!token() || Date.now() - (refused()[item.id] ?? 0) < OTHER_MS) continue;
                const answer = await fetch('/drafts/device', { method: 'POST', body: new URLSearchParams({ csrf: token(), sealed: base64Of(item.sealed) }) });
                if (answer.status === 409) { refuse(item.id); say('other', true); continue; }
                if (answer.redirected || answer.status === 403 || answer.status >= 500) break; // signed out, or the node is in trouble
                if (!answer.ok) continue; // not this one, the others may be
                const taken = new DOMParser().parseFromString(await answer.text(), 'text/html').body;
                await drop(item.id, item.state);
                say('line', false);
                if (!taken.childElementCount || forms.some(form => form.shows(item.id))) continue;
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
        // What stands in the form now, as the next state of this page: whatever is done with it later is done with this one, however much is typed meanwhile.
        const next = () => {
            const body = words(form), typed = body.toString(), stamp = `${page}.${++state}`;
            body.set('stamp', stamp);
            body.set('draft-of', location.pathname);
            return { typed, body, stamp, id: page, state };
        };
        // On the device. False: it cannot be, and all is as without this script.
        const pocket = async now => {
            if (!able || !sealTo || now.body.toString().length > LONGEST) return false;
            try {
                await put({ id: now.id, state: now.state, sealed: await seal(now.body.toString()) });
                return true;
            } catch { return false; }
        };
        const keep = async () => {
            clearTimeout(timer);
            if (words(form).toString() === kept || form.dataset.sent) return;
            const now = next(), sent = new URLSearchParams(now.body);
            sent.set('csrf', token());
            try {
                const answer = await fetch('/drafts', { method: 'POST', body: sent, keepalive: now.typed.length < 60000 });
                if (answer.ok && !answer.redirected) {
                    kept = now.typed;
                    note.replaceChildren(...new DOMParser().parseFromString(await answer.text(), 'text/html').body.childNodes);
                    if (able) await drop(now.id, now.state).then(bring).catch(() => {});
                    return;
                }
                if (answer.status >= 400 && answer.status < 500 && answer.status !== 403) return; // it will not be taken later either
            } catch { /* the line is gone */ }
            if (await pocket(now)) {
                kept = now.typed;
                note.textContent = '';
                await show();
            }
        };
        form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(keep, 1200); });
        document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') keep(); });
        // Sent: first on the device, and only then on its way, if there is one. Once it has arrived, the node knows this state of this page.
        const send = async () => {
            const now = next();
            hide(form, 'stamp', now.stamp);
            if (await pocket(now) && !await line()) {
                kept = now.typed;
                delete form.dataset.sent;
                say('line', true);
                await show();
                badge.scrollIntoView({ block: 'center' });
                await keep(); // what was typed while the line was looked for
            } else if (words(form).toString() === now.typed)
                form.submit();
            else
                await send();
        };
        form.addEventListener('submit', event => {
            if (!able || !sealTo || form.dataset.sent) return;
            event.preventDefault();
            clearTimeout(timer);
            if (event.submitter?.name) hide(form, event.submitter.name, event.submitter.value);
            send();
        });
        addEventListener('pageshow', event => { if (event.persisted) { page = random(); state = 0; } }); // come back to after it was sent: another page
        return { shows: id => id === page || form.elements.follows?.value.startsWith(`${id}.`) };
    };
    const forms = [...document.querySelectorAll('form[data-draft]')].map(watch);
    addEventListener('online', bring);
    if (able) bring().then(() => setTimeout(later, AGAIN_MS));
}
