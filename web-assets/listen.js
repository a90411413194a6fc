// Listening to a sealed recording: half a minute at a time is fetched, put where it belongs on the clock of the interview, and let go once it
// is far behind. Breaks and interruptions are passed over. Without this, or where the browser cannot do it, the element plays one part.
'use strict';

const AHEAD_S = 30, WINDOW_MS = 20000, BEHIND_S = 120;

class Player {
    constructor(root) {
        const { media, type, parts, at, length } = root.dataset;
        this.element = root.querySelector('video, audio');
        Object.assign(this, { media, type, length: Number(length) / 1000, busy: false });
        this.parts = parts.split(' ').filter(Boolean).map(part => part.split('-').map(Number)).map(([from, until]) => ({ from, until }));
        this.begin(Number(at));
    }

    async begin(at) {
        this.source = new MediaSource();
        this.element.src = URL.createObjectURL(this.source);
        await new Promise(done => this.source.addEventListener('sourceopen', done, { once: true }));
        this.buffer = this.source.addSourceBuffer(this.type);
        this.source.duration = Math.max(0.1, this.length, ...this.parts.map(part => part.until / 1000));
        for (const event of ['timeupdate', 'seeking', 'waiting', 'play', 'progress'])
            this.element.addEventListener(event, () => this.fill());
        this.go(at);
    }

    go(at) {
        this.element.currentTime = Math.max(at / 1000, this.parts[0]?.from / 1000 || 0);
        this.fill();
    }

    // What is there to play without a gap at a moment, or a second behind it.
    range(seconds) {
        const { buffered } = this.buffer;
        for (let i = 0; i < buffered.length; i++)
            if (buffered.start(i) <= seconds + 1 && buffered.end(i) > seconds) return { start: buffered.start(i), end: buffered.end(i) };
        return undefined;
    }

    changed(work) {
        return new Promise((done, failed) => {
            this.buffer.addEventListener('updateend', done, { once: true });
            this.buffer.addEventListener('error', failed, { once: true });
            work();
        });
    }

    async take(part, from) {
        const until = from + WINDOW_MS, answer = await fetch(`${this.media}?from=${Math.floor(from)}&until=${Math.floor(until)}`);
        if (answer.status === 404) return; // a part that was killed before anything of it was kept
        if (!answer.ok || answer.redirected) { location.reload(); return; } // signed out: the page asks again
        const bytes = await answer.arrayBuffer();
        this.buffer.abort(); // the last window may have ended within a cluster
        this.buffer.timestampOffset = part.from / 1000;
        await this.changed(() => this.buffer.appendBuffer(bytes));
        const old = this.element.currentTime - BEHIND_S;
        if (old > 0) await this.changed(() => this.buffer.remove(0, old));
    }

    // Sees to it that there is enough ahead, and that nobody waits in a break.
    async fill() {
        if (this.busy || !this.buffer) return;
        this.busy = true;
        let more = false; // no event comes by itself once a part turned out to hold nothing
        try {
            const now = this.element.currentTime, range = this.range(now), end = range?.end ?? now, ms = end * 1000;
            const part = this.parts.find(one => ms >= one.from && ms < Math.min(one.until, one.ends ?? Infinity));
            if (range?.start > now) this.element.currentTime = range.start + 0.001; // nobody waits for a gap of a blink
            else if (part && end < now + AHEAD_S) {
                await this.take(part, ms);
                if ((this.range(end)?.end ?? end) <= end) part.ends = ms; // there is no more of it than this
                more = true;
            } else if (!part && end - now < 0.3)
                this.pass(ms);
        } catch { await new Promise(done => setTimeout(done, 2000)); } // the line is gone: the next event tries again
        this.busy = false;
        if (more) this.fill();
    }

    pass(ms) {
        const next = this.parts.find(one => one.from > ms);
        if (next) this.element.currentTime = next.from / 1000 + 0.01;
        else if (this.source.readyState === 'open' && !this.buffer.updating) this.source.endOfStream();
    }
}

const two = n => String(n).padStart(2, '0');
const clockWords = s => `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(Math.floor(s) % 60)}`;

// Typing what is said: a new line begins with the time.
function typing(area, element) {
    area.addEventListener('keydown', event => {
        if (!event.ctrlKey) return;
        if (event.key === 'Enter') {
            const { selectionStart: at, value } = area, stamp = `${at > 0 && value[at - 1] !== '\n' ? '\n' : ''}${clockWords(element.currentTime)} `;
            area.setRangeText(stamp, at, area.selectionEnd, 'end');
            area.dispatchEvent(new Event('input', { bubbles: true }));
        } else if (event.key === ' ') {
            if (element.paused) element.play(); else element.pause();
        } else return;
        event.preventDefault();
    });
}

const root = document.getElementById('player');
for (const area of document.querySelectorAll('[data-stamps]'))
    if (root) typing(area, root.querySelector('video, audio'));
if (root && globalThis.MediaSource?.isTypeSupported(root.dataset.type)) {
    const player = new Player(root);
    document.addEventListener('click', event => {
        const moment = event.target.closest('[data-moment]');
        if (!moment) return;
        event.preventDefault();
        player.go(Number(moment.dataset.moment));
        player.element.play();
        player.element.scrollIntoView({ block: 'nearest' });
    });
}
