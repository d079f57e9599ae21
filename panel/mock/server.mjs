// A stand-in for the running program's panel server, to develop and test the page without it.
// usage: node mock/server.mjs [PORT]; prints an address to open, as `backlot panel --print` does.
// MOCK_LACKS=copy-scene,recording leaves requests and parts of the state out, as an older program does.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import jpeg from 'jpeg-js';
import { WebSocketServer } from 'ws';
import { draw, drawMatte } from './picture.mjs';
import { Refused, REQUEST_NAMES, Studio } from './studio.mjs';

const DIST = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const MOST_UPLOAD = 512 * 1024 * 1024;
const SIZE = [320, 180];

/** Microseconds of the monotonic clock. */
const now = () => process.hrtime.bigint() / 1000n;

export async function start(port = 0) {
  const lacks = (process.env.MOCK_LACKS ?? '').split(',').filter(Boolean);
  const mock = { studio: new Studio({ lacks }), codes: new Set(), secret: randomBytes(16).toString('hex'), isDown: false, sockets: new Set() };
  const server = createServer((request, response) => void answer(mock, request, response).catch((error) => fail(response, 500, String(error))));
  const events = new WebSocketServer({ noServer: true });
  const previews = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    mock.sockets.add(socket);
    socket.on('close', () => mock.sockets.delete(socket));
    const url = new URL(request.url, 'http://host');
    const server = { '/api/v1/events': events, '/api/v1/preview': previews }[url.pathname];
    const isOwn = request.headers.origin === `http://${request.headers.host}`;
    if (!server || mock.isDown || !isOwn || !isKnown(mock, request)) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    server.handleUpgrade(request, socket, head, (client) => (server === events ? talk(mock, client) : show(mock, client, url.searchParams)));
  });
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  mock.studio.onquit = () => restart(mock, 1500, true);
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    ...mock,
    origin,
    enter: () => {
      const code = randomBytes(9).toString('hex');
      mock.codes.add(code);
      return `${origin}/enter?code=${code}`;
    },
    close: () => {
      mock.studio.close();
      server.close();
      server.closeAllConnections();
      for (const socket of mock.sockets) socket.destroy();
    },
  };
}

const isKnown = (mock, request) => (request.headers.cookie ?? '').includes(`backlot=${mock.secret}`);

async function answer(mock, request, response) {
  const url = new URL(request.url, 'http://host');
  response.setHeader('content-security-policy', CSP);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  if (mock.isDown) return request.socket.destroy();
  if (url.pathname === '/enter') {
    if (!mock.codes.delete(url.searchParams.get('code'))) return fail(response, 403, 'this address was used already: open the panel with backlot panel');
    response.writeHead(303, { 'set-cookie': `backlot=${mock.secret}; HttpOnly; SameSite=Strict; Path=/`, location: '/' });
    return response.end();
  }
  if (!isKnown(mock, request)) return fail(response, 403, 'open it with: backlot panel');
  if (url.pathname.startsWith('/mock/')) return steer(mock, request, response, url.pathname.slice(6));
  if (url.pathname.startsWith('/api/v1/')) return api(mock, request, response, url);
  return file(request, response, url.pathname === '/' ? '/index.html' : url.pathname);
}

function file(request, response, path) {
  const full = join(DIST, normalize(path));
  if (!full.startsWith(DIST) || !existsSync(full) || !statSync(full).isFile()) return fail(response, 404, `there is no ${path}`);
  const isBrotli = /\bbr\b/.test(request.headers['accept-encoding'] ?? '') && existsSync(`${full}.br`);
  response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', ...(isBrotli ? { 'content-encoding': 'br' } : {}) });
  response.end(readFileSync(isBrotli ? `${full}.br` : full));
}

const reply = (response, value) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
const fail = (response, status, error) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));

async function body(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MOST_UPLOAD) throw new Refused('what is sent here has at most 512 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function api(mock, request, response, url) {
  const { studio } = mock;
  const [name, rest] = url.pathname.slice('/api/v1/'.length).split('/');
  try {
    if (request.method === 'GET' && name === 'state') return reply(response, studio.state());
    if (name === 'openapi.json') {
      const known = REQUEST_NAMES.filter((name) => !studio.lacks.includes(name));
      return reply(response, { openapi: '3.1.0', paths: Object.fromEntries(known.map((name) => [`/api/v1/${name}`, {}])) });
    }
    if (name === 'thumbnail') return thumbnail(studio, response, url.searchParams);
    if (name === 'uploads') return await uploads(studio, request, response, url, rest);
    if (request.method !== 'POST') return fail(response, 405, `'${name}' is asked by POST`);
    return reply(response, { ok: studio.ask({ ...JSON.parse((await body(request)).toString() || '{}'), request: name }) });
  } catch (error) {
    if (error instanceof Refused) return fail(response, error.message.startsWith('there is no request') ? 404 : 400, error.message);
    throw error;
  }
}

async function uploads(studio, request, response, url, name) {
  if (request.method === 'GET') return reply(response, { ok: studio.uploads });
  if (request.method === 'DELETE') {
    studio.uploads = studio.uploads.filter((known) => known.name !== decodeURIComponent(name));
    return reply(response, { ok: null });
  }
  const file = url.searchParams.get('name') ?? '';
  const bytes = await body(request);
  const isVideo = bytes.toString('latin1', 4, 8) === 'ftyp';
  if (!isVideo && (bytes[0] !== 0xff || bytes[1] !== 0xd8)) throw new Refused(`'${file}' is neither a picture nor a video`);
  const upload = { name: `${file.replace(/\.\w+$/, '').replace(/[^\w-]+/g, '-')}.${isVideo ? 'mp4' : 'jpg'}`, background: '' };
  upload.background = `/data/uploads/${upload.name}`;
  // A video is as its first picture would be: here, one colour.
  studio.pictures.set(upload.background, isVideo ? { width: 1, height: 1, data: Buffer.from([20, 150, 160, 255]) } : jpeg.decode(bytes, { maxMemoryUsageInMB: 256 }));
  studio.uploads = [upload, ...studio.uploads.filter((known) => known.name !== upload.name)];
  return reply(response, { ok: upload });
}

function encode(data, [width, height]) {
  return jpeg.encode({ data, width, height }, 82).data;
}

const seen = (form) => ({ visible: true, effects: [], area: [0, 0, 100, 100], key: null, ...form });

function thumbnail(studio, response, query) {
  const unknown = [...query.keys()].filter((key) => !['scene', 'background', 'effect', 'v'].includes(key));
  if (unknown.length > 0) return fail(response, 400, `unknown field '${unknown[0]}'`);
  const [kind, name] = [...query].find(([key]) => key !== 'v') ?? [];
  const size = [192, 108];
  const you = seen({ source: 'camera', key: 'person' });
  const isRoom = /^(blur|mosaic)/.test(name ?? '');
  const layers = {
    background: [seen(isRoom ? { source: 'camera', effects: [name] } : { source: name === 'original' ? 'camera' : name }), you],
    effect: [seen({ source: 'gradient:#39465c,#222a38' }), { ...you, effects: [name] }],
    scene: studio.doc.scenes[name] && [],
  }[kind];
  if (!layers) return fail(response, 404, 'there is no such picture');
  const scene = kind === 'scene' ? preview(studio, name) : { layers, effects: [] };
  response.writeHead(200, { 'content-type': 'image/jpeg', 'cache-control': 'private, max-age=60' });
  response.end(encode(draw(scene, 0.4, ...size, studio), size));
}

/** A scene as it is told, also one that isn't shown. */
function preview(studio, name) {
  const { shown } = studio.doc;
  studio.doc.shown = name;
  const { scene } = studio.state();
  studio.doc.shown = shown;
  return scene;
}

/** One client of the events. */
function talk(mock, client) {
  const { studio } = mock;
  const send = (line) => client.readyState === client.OPEN && client.send(JSON.stringify(line));
  send({ state: studio.state() });
  studio.listeners.add(send);
  client.on('close', () => studio.listeners.delete(send));
  client.on('message', (data) => {
    const line = JSON.parse(data.toString());
    const reply = line.id ?? null;
    try {
      const ok = studio.ask(line);
      // The doctor takes its time.
      setTimeout(() => send({ reply, ok }), line.request === 'doctor' ? 200 : 2);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      send({ reply, error: error.message });
    }
  });
}

/** One client of a preview. */
function show(mock, client, query) {
  const { studio } = mock;
  const fps = Math.min(15, Number(query.get('fps') ?? 15));
  const view = query.get('view') ?? 'viewers';
  const opens = studio.rest.preview.opens_camera || query.get('look') === 'now' || studio.rest.outputs.some(({ viewers }) => viewers > 0);
  let [sequence, acknowledged] = [0, 0];
  studio.previews += 1;
  studio.publish();
  const timer = setInterval(() => {
    if (sequence !== acknowledged || !opens) return;
    const picture = encode(pixels(studio, view), SIZE);
    const header = Buffer.alloc(12);
    header.writeBigUInt64LE(now(), 0);
    header.writeUInt32LE((sequence += 1), 8);
    client.send(Buffer.concat([header, picture]));
  }, 1000 / fps);
  if (!opens) client.send(JSON.stringify({ note: 'The camera is closed: nobody watches' }));
  client.on('message', (data) => {
    const text = data.toString();
    if (text.startsWith('{')) client.send(JSON.stringify({ pong: JSON.parse(text).ping, now: Number(now()) }));
    else acknowledged = Number(text);
  });
  client.on('close', () => {
    clearInterval(timer);
    studio.previews -= 1;
    studio.publish();
  });
}

function pixels(studio, view) {
  const t = Number(now() % 3_600_000_000n) / 1e6;
  if (view === 'matte') return drawMatte(t, ...SIZE);
  if (view === 'camera' || view === 'whole') return draw({ layers: [seen({ source: 'camera' })], effects: [] }, t, ...SIZE, studio);
  const { scene, mode } = studio.state();
  if (mode === 'paused' || mode === 'panic') return draw({ layers: [seen({ source: 'gradient:#1d2430,#11151c' })], effects: [] }, t, ...SIZE, studio);
  if (mode === 'off') return draw({ layers: [seen({ source: 'camera' })], effects: [] }, t, ...SIZE, studio);
  return draw(scene, t, ...SIZE, studio);
}

/** For tests: parts of the state are set, and the program ends and comes back. */
async function steer(mock, request, response, what) {
  const told = JSON.parse((await body(request)).toString() || '{}');
  if (what === 'set') mock.studio.set(told);
  if (what === 'restart') restart(mock, told.ms ?? 800, told.quit ?? false);
  if (what === 'reset') {
    const fresh = new Studio({ lacks: mock.studio.lacks });
    clearInterval(fresh.timer);
    const { doc, undo, redo, saved, rest, uploads, pictures, cameras } = fresh;
    Object.assign(mock.studio, { doc, undo, redo, saved, rest, uploads, pictures, cameras });
    mock.studio.publish();
  }
  return reply(response, { ok: null });
}

function restart(mock, ms, isQuit) {
  if (isQuit) for (const listener of mock.studio.listeners) listener({ event: { gone: {} } });
  mock.isDown = true;
  setTimeout(() => { for (const socket of mock.sockets) socket.destroy(); }, 30);
  setTimeout(() => (mock.isDown = false), ms);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = await start(Number(process.argv[2] ?? 4470));
  console.log(mock.enter());
}
