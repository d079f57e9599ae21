#!/usr/bin/env node
// Measures what the panel costs the running program, and how soon it is there.
//
// node scripts/measure_panel.mjs [--rounds N] [--seconds S] [PROGRAM]
//
// Starts Backlot with the presenter at 1280x720. One tiny preview keeps the camera at work throughout; in turn come nobody
// besides, a preview of 640x360 at 30 pictures a second, the same with the page's connections but no preview (as where
// a page is hidden), and ten previews. Of each the pictures that were dropped and the processor time, apart for the
// threads that draw (the presenter's and the worker, whose time other programs on the machine change more than any page)
// and for all others. Prints one line of JSON. The panel's node_modules have to be there: scripts/panel.sh brings them.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const { WebSocket } = createRequire(join(ROOT, 'panel/package.json'))('ws');
const DRAWING = ['camera', 'worker'];
const words = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = words.indexOf(name);
  return at < 0 ? otherwise : Number(words.splice(at, 2)[1]);
};
const rounds = option('--rounds', 5);
const seconds = option('--seconds', 6);
const program = resolve(words[0] ?? join(ROOT, 'target/release/backlot'));

const work = mkdtempSync(join(tmpdir(), 'backlot-measure-'));
mkdirSync(join(work, 'run'), { mode: 0o700 });
const env = { PATH: process.env.PATH, HOME: work, XDG_RUNTIME_DIR: join(work, 'run') };
const backlot = spawn(program, ['run', '--camera', 'presenter', '--output', 'none', '--quiet'], { env, stdio: 'inherit' });
const started = performance.now();
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function entered() {
  for (;;) {
    const { status, stdout } = spawnSync(program, ['panel', '--print'], { env });
    if (status === 0) return new URL(String(stdout).trim());
    if (performance.now() - started > 20_000) throw new Error('the program serves no panel');
    await pause(20);
  }
}

/** A page, by its path: what came, and the milliseconds until it was there. */
function fetched(address, path, headers) {
  const start = performance.now();
  return new Promise((done, failed) => {
    get({ host: '127.0.0.1', port: address.port, path, headers: { host: address.host, ...headers } }, (response) => {
      response.resume();
      response.on('end', () => done({ response, ms: performance.now() - start }));
    }).on('error', failed);
  });
}

/** A preview that acknowledges each picture, and counts them. */
function preview(address, headers, query) {
  const socket = new WebSocket(`ws://127.0.0.1:${address.port}/api/v1/${query}`, { headers: { ...headers, host: address.host, origin: address.origin } });
  const told = { pictures: 0, close: () => socket.close() };
  socket.on('message', (data, isBinary) => {
    if (!isBinary) return;
    told.pictures += 1;
    socket.send(String(data.readUInt32LE(8)));
  });
  return told;
}

/** The processor time of each thread so far, in seconds. */
function used() {
  const tasks = `/proc/${backlot.pid}/task`;
  return Object.fromEntries(readdirSync(tasks).map((task) => {
    const name = readFileSync(`${tasks}/${task}/comm`, 'utf8').trim();
    return [task, { name, time: Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e9 }];
  }));
}

/** The time of the threads that draw, or of the others, in per cent of a core. */
function share(before, after, isDrawing, time) {
  const own = Object.entries(after).filter(([, { name }]) => DRAWING.includes(name) === isDrawing);
  return 100 * own.reduce((sum, [task, { time }]) => sum + time - (before[task]?.time ?? 0), 0) / time;
}

async function measured(address, headers, queries) {
  const open = queries.map((query) => preview(address, headers, query));
  await pause(1000);
  const [before, counted, start] = [used(), open.map(({ pictures }) => pictures), performance.now()];
  const dropped = await figures(address, headers);
  await pause(seconds * 1000);
  const time = (performance.now() - start) / 1000;
  const now = await figures(address, headers);
  const after = used();
  const found = {
    drawing: share(before, after, true, time),
    others: share(before, after, false, time),
    fps: (now.finished - dropped.finished) / time,
    dropped: now.dropped - dropped.dropped,
    seen: open.length === 0 ? null : Math.min(...open.map(({ pictures }, at) => (pictures - counted[at]) / time)),
  };
  open.forEach(({ close }) => close());
  await pause(300);
  return found;
}

function figures(address, headers) {
  return new Promise((done, failed) => {
    get({ host: '127.0.0.1', port: address.port, path: '/api/v1/state', headers: { host: address.host, ...headers } }, (response) => {
      let text = '';
      response.on('data', (part) => (text += part));
      response.on('end', () => done(JSON.parse(text).figures));
    }).on('error', failed);
  });
}

try {
  const address = await entered();
  const served = performance.now() - started;
  const { response } = await fetched(address, address.pathname + address.search, {});
  const headers = { cookie: response.headers['set-cookie'][0].split(';')[0] };
  const page = await fetched(address, '/', { ...headers, 'accept-encoding': 'br' });
  const state = await fetched(address, '/api/v1/state', headers);
  const keeper = preview(address, headers, 'preview?width=64&fps=30&view=viewers');
  await pause(3000);
  const WIDE = 'preview?width=640&fps=30&view=viewers';
  const phases = { nobody: [], preview: [WIDE], hidden: ['events'], ten: Array.from({ length: 10 }, () => WIDE) };
  const all = Object.fromEntries(Object.keys(phases).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, queries] of Object.entries(phases)) all[name].push(await measured(address, headers, queries));
  }
  keeper.close();
  const told = Object.fromEntries(Object.entries(all).map(([name, found]) => [name, {
    drawing_percent: Number(median(found.map(({ drawing }) => drawing)).toFixed(2)),
    others_percent: Number(median(found.map(({ others }) => others)).toFixed(2)),
    more_than_nobody: Number(median(found.map(({ others }, round) => others - all.nobody[round].others)).toFixed(2)),
    pictures_a_second: Number(median(found.map(({ fps }) => fps)).toFixed(1)),
    dropped: found.reduce((sum, { dropped }) => sum + dropped, 0),
    seen_a_second: found[0].seen === null ? null : Number(median(found.map(({ seen }) => seen)).toFixed(1)),
  }]));
  console.log(JSON.stringify({ served_ms: Math.round(served), page_ms: Number(page.ms.toFixed(1)), state_ms: Number(state.ms.toFixed(1)), ...told }));
} finally {
  backlot.kill();
  await new Promise((done) => backlot.on('exit', done));
  rmSync(work, { recursive: true, force: true });
}
process.exit(0);
