// The interview room: what microphone and camera give goes, in pieces of two seconds, first sealed onto this device and then to the node, and
// is taken from the device when the node has it. A lost line, a closed tab, a killed browser lose nothing that was kept.
//
//     microphone -> MediaRecorder -> sealed (AES-GCM, a key that cannot leave this browser) -> IndexedDB -> POST .../chunks/N -> gone from here
//
// Presses (asked, answered, a break, who comes in) wait in the same line, in their order. Each time the microphone is opened is a part of
// its own, with a beginning of its own; a mark says where on the clock it begins.
'use strict';

const PIECE_MS = 2000;
const ASK_AGAIN_MS = [1000, 2000, 5000, 10000];
const ALIVE_MS = 60000; // a break may last longer than a session without a request
const SOUND_BITS = 48000, PICTURE_BITS = 600000;

const wait = ms => new Promise(done => setTimeout(done, ms));
const asPromise = request => new Promise((done, failed) => { request.onsuccess = () => done(request.result); request.onerror = () => failed(request.error); });

// --- what is kept on this device ---

class Kept {
    static async open(recording) {
        const opening = indexedDB.open('comity-room', 1);
        opening.onupgradeneeded = () => {
            opening.result.createObjectStore('kept', { keyPath: 'n', autoIncrement: true }).createIndex('recording', 'recording');
            opening.result.createObjectStore('keys', { keyPath: 'recording' });
        };
        const kept = new Kept();
        kept.recording = recording;
        kept.db = await asPromise(opening);
        kept.key = await kept.findKey();
        return kept;
    }

    // Durable when it returns.
    change(stores, work) {
        return new Promise((done, failed) => {
            const transaction = this.db.transaction(stores, 'readwrite', { durability: 'strict' });
            work(transaction);
            transaction.oncomplete = done;
            transaction.onabort = transaction.onerror = () => failed(transaction.error);
        });
    }

    read(store) {
        return this.db.transaction(store).objectStore(store);
    }

    async findKey() {
        const found = await asPromise(this.read('keys').get(this.recording));
        if (found) return found.key;
        const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
        await this.change(['keys'], t => t.objectStore('keys').put({ recording: this.recording, key }));
        return key;
    }

    // item: {kind: 'piece', sequence, at, session} with bytes, or {kind: 'mark'} with what was pressed as bytes
    async add(item, bytes) {
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, this.key, bytes);
        await this.change(['kept'], t => t.objectStore('kept').add({ ...item, recording: this.recording, iv, sealed }));
    }

    opened({ iv, sealed }) {
        return crypto.subtle.decrypt({ name: 'AES-GCM', iv }, this.key, sealed);
    }

    async first() {
        const cursor = await asPromise(this.read('kept').index('recording').openCursor(this.recording));
        return cursor?.value;
    }

    all() {
        return asPromise(this.read('kept').index('recording').getAll(this.recording));
    }

    count() {
        return asPromise(this.read('kept').index('recording').count(this.recording));
    }

    drop(item) {
        return this.change(['kept'], t => t.objectStore('kept').delete(item.n));
    }

    // Another device went on meanwhile: what is kept here comes behind. Gives the number that is next.
    async behind(have, session) {
        const pieces = (await this.all()).filter(one => one.kind === 'piece');
        if (pieces.length === 0) return have;
        const first = pieces[0].session;
        await this.change(['kept'], t => pieces.forEach((one, i) => t.objectStore('kept').put({ ...one, sequence: have + i, session: one.session - first + session })));
        return have + pieces.length;
    }

    // The recording is sealed: nothing of it stays here, and what stayed could not be read.
    async forget() {
        const all = await this.all();
        await this.change(['kept', 'keys'], t => {
            all.forEach(item => t.objectStore('kept').delete(item.n));
            t.objectStore('keys').delete(this.recording);
        });
    }
}

// --- the line to the node ---

class Line {
    constructor(address, kept, say) {
        Object.assign(this, { address, kept, say, tries: 0, stopped: false });
        addEventListener('online', () => this.wake?.());
    }

    async state() {
        const answer = await fetch(`${this.address}/state`, { redirect: 'manual' });
        if (answer.type === 'opaqueredirect') return this.say('signin');
        if (!answer.ok) return undefined;
        this.known = await answer.json();
        this.offset = this.known.now - this.known.begun - performance.now(); // the recording's clock, whatever this device's clock says
        return this.known;
    }

    at() {
        return Math.max(0, Math.round(performance.now() + this.offset));
    }

    async post(item) {
        const bytes = await this.kept.opened(item);
        if (item.kind === 'piece')
            return fetch(`${this.address}/chunks/${item.sequence}?at=${item.at}&session=${item.session}`, { method: 'POST', body: bytes, redirect: 'manual',
                headers: { 'Content-Type': 'application/octet-stream', 'X-Form-Token': this.known.csrf } });
        const pressed = new URLSearchParams(new TextDecoder().decode(bytes));
        pressed.set('csrf', this.known.csrf);
        return fetch(`${this.address}/marks`, { method: 'POST', body: pressed, redirect: 'manual', headers: { 'X-Requested-With': 'fetch' } });
    }

    // true: gone from here; else it is tried again
    async send(item) {
        const answer = await this.post(item);
        if (answer.type === 'opaqueredirect') { this.say('signin'); return false; }
        if (answer.ok) {
            await this.kept.drop(item);
            this.tries = 0;
            return true;
        }
        if (answer.status === 409 && item.kind === 'piece' && (await answer.json()).have !== item.sequence) await this.moved?.();
        if (answer.status === 403) await this.state(); // signed in anew: another token
        this.say([409, 429].includes(answer.status) || answer.status >= 500 || answer.status === 403 && this.tries < 2 ? 'slow' : 'refused');
        return false;
    }

    async run() {
        while (!this.stopped) {
            const item = await this.kept.first();
            this.say('count', await this.kept.count());
            let sent = false;
            if (item) {
                try {
                    sent = await this.send(item);
                } catch { this.say('slow'); } // the line is gone
            }
            if (item && !sent) await this.pause(ASK_AGAIN_MS[Math.min(this.tries++, ASK_AGAIN_MS.length - 1)]);
            if (!item) {
                this.say('safe');
                this.emptied?.();
                await this.pause(ALIVE_MS);
                if (!await this.kept.count()) await this.state().catch(() => this.say('slow'));
            }
        }
    }

    pause(ms) {
        return new Promise(done => { this.wake = done; setTimeout(done, ms); });
    }

    // Resolves when nothing is kept here any more.
    async empty() {
        while (await this.kept.count()) {
            this.wake?.();
            await wait(200);
        }
    }
}

// --- microphone and camera ---

class Tape {
    constructor(picture, line, kept, next, level) {
        Object.assign(this, { picture, line, kept, ...next, level, storing: Promise.resolve() });
        line.moved = () => { // in its turn, so that no piece gets a number meanwhile
            this.storing = this.storing.then(async () => {
                const { have, session } = await line.state();
                this.sequence = await kept.behind(have, session);
                this.session = Math.max(this.session, session + 1);
            }).catch(() => {});
            return this.storing;
        };
    }

    async open() {
        this.stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false },
            video: this.picture && { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 15 } } });
        this.stream.getTracks().forEach(track => { track.onended = () => { if (this.recorder?.state === 'recording') this.lost?.(); }; });
    }

    begin() {
        const mimeType = this.picture ? 'video/webm;codecs=vp8,opus' : 'audio/webm;codecs=opus';
        this.recorder = new MediaRecorder(this.stream, { mimeType, audioBitsPerSecond: SOUND_BITS, videoBitsPerSecond: PICTURE_BITS,
            videoKeyFrameIntervalDuration: PIECE_MS }); // so that one can begin to listen anywhere
        const base = this.line.at(), session = this.session++;
        this.recorder.ondataavailable = event => {
            if (event.data.size === 0) return;
            const at = base + Math.max(0, Math.round(event.timecode || 0));
            this.storing = this.storing.then(async () => {
                await this.kept.add({ kind: 'piece', sequence: this.sequence, at, session }, await event.data.arrayBuffer());
                this.sequence++;
                await this.began?.(base);
                this.began = undefined;
                this.line.wake?.();
            }).catch(() => this.full?.());
        };
        this.recorder.start(PIECE_MS);
        this.listen();
    }

    // All that was taken is kept when it returns; the microphone is closed.
    async end() {
        if (this.recorder?.state === 'recording') {
            const stopped = new Promise(done => { this.recorder.onstop = done; });
            this.recorder.stop();
            await stopped;
        }
        await this.storing;
        this.stream?.getTracks().forEach(track => track.stop());
        clearInterval(this.listening);
        await this.sound?.close().catch(() => {});
        this.sound = undefined;
    }

    // How loud it is: whoever looks sees that it hears.
    listen() {
        this.sound = new AudioContext();
        this.sound.resume().catch(() => {}); // it begins without a press on this page
        const analyser = this.sound.createAnalyser(), loud = new Float32Array(analyser.fftSize);
        this.sound.createMediaStreamSource(this.stream).connect(analyser);
        this.listening = setInterval(() => {
            analyser.getFloatTimeDomainData(loud);
            this.level.value = Math.min(1, 4 * Math.sqrt(loud.reduce((sum, x) => sum + x * x, 0) / loud.length));
        }, 250);
    }
}

// --- the page ---

const two = n => String(n).padStart(2, '0');
const clockWords = ms => `${two(Math.floor(ms / 3600000))}:${two(Math.floor(ms / 60000) % 60)}:${two(Math.floor(ms / 1000) % 60)}`;

class Room {
    constructor(root) {
        this.root = root;
        this.part = name => root.querySelector(`[data-part=${name}]`);
        this.locked = new Set();
        this.shown = {};
    }

    // One of several sentences of a group is shown; only a change is read out.
    show(group, name) {
        if (this.shown[group] === name) return;
        this.shown[group] = name;
        for (const one of this.root.querySelectorAll(`[data-${group}]`))
            one.hidden = !one.dataset[group].split(' ').includes(name);
        this.root.dataset.now = this.doing;
    }

    get doing() {
        return this.shown.doing;
    }

    say(what, n) {
        if (what === 'count') this.part('count').textContent = n;
        else this.show('line', what);
    }

    async press(fields, at = this.line.at()) {
        await this.kept.add({ kind: 'mark' }, new TextEncoder().encode(new URLSearchParams({ ...fields, at })));
        this.draw(fields.kind, fields.question, at);
        this.line.wake?.();
    }

    // What a press changes on the page.
    draw(kind, question, at) {
        const item = question && document.getElementById(`q-${question}`);
        if (!item) return;
        item.dataset.is = kind;
        for (const button of item.querySelectorAll('button'))
            button.setAttribute('aria-pressed', String(button.value === kind));
        item.querySelector('[data-at]').textContent = clockWords(at);
    }

    async begin(kind) {
        try {
            await this.tape.open();
        } catch {
            this.show('doing', this.doing === 'break' ? 'break' : 'deaf');
            this.part('deaf').hidden = false;
            return;
        }
        this.part('deaf').hidden = true;
        this.tape.began = base => this.press({ kind }, base); // with its first piece: a part of which nothing was kept never was
        this.tape.begin();
        this.show('doing', 'recording');
        this.picture(this.tape.stream);
        this.screen = await navigator.wakeLock?.request('screen').catch(() => undefined);
    }

    picture(stream) {
        const video = this.part('picture');
        if (video) video.srcObject = stream;
    }

    async takeBreak() {
        await this.tape.end();
        this.picture(null);
        this.show('doing', 'break');
        await this.press({ kind: 'break' });
    }

    async lost() {
        await this.tape.end();
        this.show('doing', 'stopped');
        this.part('deaf').hidden = false;
    }

    async end() {
        if (this.doing === 'recording') await this.tape.end();
        if (this.doing !== 'ready' && this.doing !== 'ended') await this.press({ kind: 'ends' });
        this.show('doing', 'ended');
        await this.line.empty();
        location.assign(this.part('end').href);
    }

    listen() {
        const actions = { begin: () => this.begin('begins'), go: () => this.begin('interrupted'), break: () => this.takeBreak(), back: () => this.begin('break_ends'), end: () => this.end() };
        for (const [name, act] of Object.entries(actions))
            for (const button of this.root.querySelectorAll(`[data-act=${name}]`))
                button.addEventListener('click', async event => {
                    event.preventDefault();
                    if (this.locked.size) return;
                    this.locked.add(name);
                    await act().finally(() => this.locked.clear());
                });
        document.addEventListener('submit', event => {
            const form = event.target.closest('form[data-mark]');
            if (!form || !this.kept) return;
            event.preventDefault();
            event.stopPropagation();
            const fields = Object.fromEntries(new FormData(form, event.submitter));
            delete fields.csrf;
            if ('text' in fields && !fields.text.trim()) return;
            this.press(fields).then(() => this.noted(form));
        }, true);
        document.addEventListener('keydown', event => this.key(event));
    }

    noted(form) {
        form.querySelector('textarea, input[type=text]')?.form.reset();
        const said = form.querySelector('[data-said]');
        if (said) { said.hidden = false; setTimeout(() => { said.hidden = true; }, 4000); }
    }

    // With a question in focus: 1, 2, 3 are its three presses, the arrows go to the next and the one before.
    key(event) {
        const question = event.target.closest?.('[data-question]');
        if (!question || event.ctrlKey || event.altKey || event.metaKey) return;
        const all = [...document.querySelectorAll('[data-question]')];
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        const button = question.querySelectorAll('button')['123'.indexOf(event.key)];
        if (step) all[all.indexOf(question) + step]?.querySelector('button').focus();
        else if (button && event.key.length === 1) button.click();
        else return;
        event.preventDefault();
    }

    tick() {
        const clock = this.part('clock');
        setInterval(() => { if (this.doing === 'recording' || this.doing === 'break') clock.textContent = clockWords(this.line.at()); }, 1000);
    }

    async open() {
        const { recording, picture, type } = this.root.dataset;
        if (!globalThis.MediaRecorder?.isTypeSupported(type) || !navigator.mediaDevices || !globalThis.indexedDB) return;
        this.root.hidden = false;
        for (const other of document.querySelectorAll('[data-otherwise]')) other.hidden = true;
        this.kept = await Kept.open(recording);
        navigator.storage?.persist?.();
        this.line = new Line(location.pathname, this.kept, (what, n) => this.say(what, n));
        const state = await this.line.state();
        if (!state) { this.show('line', 'signin'); return; }
        const waiting = await this.kept.all();
        for (const item of waiting.filter(one => one.kind === 'mark')) {
            const pressed = new URLSearchParams(new TextDecoder().decode(await this.kept.opened(item)));
            this.draw(pressed.get('kind'), pressed.get('question'), Number(pressed.get('at')));
        }
        const pieces = waiting.filter(one => one.kind === 'piece');
        const next = { sequence: Math.max(state.have, ...pieces.map(one => one.sequence + 1)), session: Math.max(state.session, ...pieces.map(one => one.session + 1)) };
        this.tape = new Tape(picture === 'yes', this.line, this.kept, next, this.part('level'));
        this.tape.lost = () => this.lost();
        this.tape.full = () => this.show('line', 'full');
        this.listen();
        this.tick();
        const fresh = next.sequence === 0 && state.marks === 0 && waiting.length === 0;
        this.show('doing', fresh ? 'ready' : 'stopped');
        this.line.run();
        if (fresh && sessionStorage.getItem('room-begin') === 'yes') this.root.querySelector('[data-act=begin]').click();
        sessionStorage.removeItem('room-begin');
    }
}

const root = document.getElementById('room');
// One window records; a second one would take the same numbers for other sounds.
if (root) navigator.locks.request(`room-${root.dataset.recording}`, { ifAvailable: true }, lock => {
    if (!lock) {
        root.hidden = false;
        for (const one of root.querySelectorAll('[data-line]')) one.hidden = one.dataset.line !== 'elsewhere';
        for (const one of root.querySelectorAll('[data-doing]')) one.hidden = true;
        return undefined;
    }
    new Room(root).open();
    return new Promise(() => {}); // held until the page is gone
});

// Before: whether this browser may hear at all is asked while nothing is written down yet.
for (const form of document.querySelectorAll('form[data-room]')) {
    if (!globalThis.MediaRecorder || !navigator.mediaDevices) continue;
    form.hidden = false;
    for (const other of document.querySelectorAll('[data-otherwise]')) other.hidden = true;
    form.addEventListener('submit', async event => {
        event.preventDefault();
        event.stopPropagation();
        try {
            const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: new FormData(form).get('picture') === 'yes' });
            stream.getTracks().forEach(track => track.stop());
        } catch {
            form.querySelector('[data-problem]').hidden = false;
            return;
        }
        sessionStorage.setItem('room-begin', 'yes');
        form.submit();
    }, true);
}

// Sealed: nothing stays on this device.
for (const done of document.querySelectorAll('[data-sealed]'))
    Kept.open(done.dataset.sealed).then(kept => kept.forget()).catch(() => {});
