// A program that isn't there: its state, and what each request does to it.
import { readFileSync } from 'node:fs';
import { color } from './picture.mjs';

const LISTS = JSON.parse(readFileSync(new URL('./lists.json', import.meta.url), 'utf8'));
const MERGED_MS = 1000;
const PERCENT = /^-?[\d.]+%$/;

export class Refused extends Error {}

const own = (value) => structuredClone(value);
const layer = (id, source, more = {}) => ({ id, source, ...more });
const you = (more = {}) => layer('person', 'camera', { key: 'person', ...more });

/** The ready scenes, as far as they can be drawn here. */
const READY = {
  'weather-map': [layer('sky', 'aurora'), you({ place: { anchor: 'bottom-right', width: '70%' } })],
  'picture-in-picture': [layer('film', 'hyperspace'), layer('person', 'camera', { place: { anchor: 'bottom-right', width: '28%', margin: '3%' }, key: 'person' })],
  'head-in-circle': [layer('slides', 'gradient:#f2efe9,#c9d3e6'), layer('person', 'camera', { key: 'person', corners: 'circle', place: { anchor: 'bottom-left', width: '26%', margin: '3%' } })],
  'be-right-back': [layer('card', 'gradient:#1d2b53,#4b6cb7')],
  hologram: [layer('background', 'hyperspace'), you({ effects: ['hologram'] })],
  'two-of-me': [layer('background', 'bokeh'), you({ id: 'left', place: { anchor: 'left', width: '60%' } }), you({ id: 'right', mirror: true, place: { anchor: 'right', width: '60%' } })],
  original: [layer('camera', 'camera')],
};

export class Studio {
  constructor({ lacks = [] } = {}) {
    this.lacks = lacks;
    this.pictures = new Map();
    this.uploads = [];
    this.listeners = new Set();
    this.previews = 0;
    this.doc = this.#document();
    this.undo = [];
    this.redo = [];
    this.last = { target: null, at: 0 };
    this.saved = JSON.stringify(this.doc);
    this.cameras = cameras();
    this.figures = figures();
    this.rest = {
      version: 1, program: '0.1.0', process: process.pid, mode: 'running', message: null, outputs: outputs(),
      guard: { shielding: false, shielded: 0, reason: null }, lowered: { network_every: 1, size: 'full size' },
      recording: null, recordings: [{ file: '/videos/Backlot/2026-11-28 15.02.mkv', scene: null, seconds: 754, pictures: 22610, dropped: 0, problem: null }], views: [], preview: { opens_camera: true },
    };
    this.told = {};
    this.told = this.state();
    this.timer = setInterval(() => this.#tick(), 500);
  }

  close() {
    clearInterval(this.timer);
  }

  #document() {
    const scenes = Object.fromEntries(LISTS.scenes.map(({ name }) => [name, { origin: 'ready', layers: own(READY[name] ?? [layer('background', 'bokeh'), you()]), effects: [] }]));
    const desk = { origin: 'file', layers: [layer('background', 'aurora'), you()], effects: [] };
    return { scenes: { desk, ...scenes }, shown: 'desk', camera: 'camera' };
  }

  get scene() {
    return this.doc.scenes[this.doc.shown];
  }

  state() {
    const { scenes, shown } = this.doc;
    const list = Object.entries(scenes).map(([name, { origin }]) => ({ name, origin }));
    const isWatched = this.rest.outputs.some(({ viewers }) => viewers > 0) || this.previews > 0;
    const works = isWatched && this.rest.mode === 'running';
    const [first] = this.cameras;
    const state = {
      ...this.rest,
      scenes: { list, shown },
      scene: this.#told(),
      activity: works ? 'live' : 'idle',
      cameras: [{ name: first.name, device: first.path, state: works ? 'works' : 'closed', mode: works ? 'MJPEG 1280x720 at 30 fps' : null, reason: null, remark: null }],
      figures: this.figures,
      history: { can_undo: this.undo.length > 0, can_redo: this.redo.length > 0 },
    };
    for (const lacking of this.lacks) delete state[lacking];
    return own(state);
  }

  #told() {
    const { layers, effects } = this.scene;
    return {
      name: this.doc.shown, title: this.doc.shown, layers: layers.map(told), effects, background: backgroundOf(layers), blur: backgroundOf(layers)?.startsWith('blur') ?? false,
      mirror: effects.some((effect) => effect === 'mirror'), changed: JSON.stringify(this.doc) !== this.saved,
    };
  }

  /** Tells everybody what changed since the last time. */
  publish() {
    const now = this.state();
    for (const [part, value] of Object.entries(now)) {
      if (JSON.stringify(value) === JSON.stringify(this.told[part])) continue;
      for (const listener of this.listeners) listener({ event: { [part]: value } });
    }
    this.told = now;
  }

  /** Sets parts of the state, for tests. */
  set(change) {
    Object.assign(this.rest, change);
    this.publish();
  }

  #tick() {
    const isLive = this.told.activity === 'live';
    const noise = (around, by) => Math.max(0, around + (Math.random() - 0.5) * by);
    const { figures } = this;
    figures.fps = isLive ? round(noise(29.9, 0.6)) : 0;
    figures.median_ms = isLive ? round(noise(7.2, 1.2)) : 0;
    figures.p99_ms = isLive ? round(noise(9.9, 2)) : 0;
    figures.cpu_percent = isLive ? round(noise(21, 5)) : round(noise(0.1, 0.1));
    figures.memory_mb = round(noise(96, 2));
    if (isLive) {
      figures.finished += 15;
      figures.shown += 15;
      if (Math.random() < 0.05) figures.dropped += 1;
      for (const stage of figures.stages) stage.ms = round(noise(STAGES[stage.stage], STAGES[stage.stage] * 0.2));
    }
    if (this.rest.recording) this.rest.recording.seconds = Math.round((Date.now() - this.recordingSince) / 100) / 10;
    this.publish();
  }

  /** Changes the document so that it can be undone; what changes one target quickly is one step. */
  edit(target, change) {
    const before = own(this.doc);
    try {
      change(this.doc);
    } catch (error) {
      this.doc = before;
      throw error;
    }
    const isMore = target !== null && target === this.last.target && Date.now() - this.last.at < MERGED_MS;
    this.last = { target, at: Date.now() };
    if (!isMore && JSON.stringify(before) !== JSON.stringify(this.doc)) this.undo.push(before);
    this.redo = [];
  }

  /** Carries a request out and returns what it answers. */
  ask({ request, save = false, id: _, ...fields }) {
    const work = Object.hasOwn(REQUESTS, request) && !this.lacks.includes(request) ? REQUESTS[request] : null;
    if (work === null) throw new Refused(`there is no request '${request}': docs/control.md lists what there is, such as 'state'`);
    const answer = work(this, fields) ?? null;
    if (save) this.saved = JSON.stringify(this.doc);
    this.publish();
    return answer;
  }
}

const round = (value) => Math.round(value * 100) / 100;
const STAGES = { decode: 1.9, convert: 0.15, shrink: 0.3, network: 0.9, refine: 0.8, background: 0.35, person: 0.5, blend: 0.3, whole: 0, output: 0.1 };

function figures() {
  return {
    fps: 0, median_ms: 0, p99_ms: 0, finished: 1801, dropped: 2, shown: 1801, stages: Object.keys(STAGES).map((stage) => ({ stage, ms: 0 })),
    cpu_percent: 0, memory_mb: 96, offer: null, exposed: null, lead: null, panics: 0,
    outputs: [{ name: 'Backlot', written: 1810, fresh: 1799, repeated: 11, calm: 0, early: 0, dropped: 0, failures: 0 }],
    cameras: [{ name: 'Integrated Camera', damaged: 0, late: 1, lost: 0, dropped: 2, failures: 0 }],
  };
}

function outputs() {
  const plain = { scene: null, state: 'open', mode: 'YUYV 1280x720 at 30 fps', viewers: 0, programs: [], reason: null };
  return [
    { ...plain, name: 'Backlot', viewers: 1, programs: ['firefox'] },
    { ...plain, name: 'Backlot (PipeWire)', mode: 'I420 1280x720 at 30 fps' },
  ];
}

function cameras() {
  const control = (name, title, value, more) => ({ name, title, value, min: 0, max: 255, step: 1, default: 128, entries: [], is_switch: false, is_button: false, is_fixed: false, ...more });
  const sizes = [[1920, 1080], [1280, 720], [640, 360]].map((size) => ({ min: size, max: size, rates: [30, 15] }));
  return [{
    path: '/dev/video0', name: 'Integrated Camera', problem: null, modes: [{ format: 'MJPG', sizes }], controls: [
      control('brightness', 'Brightness', 128), control('contrast', 'Contrast', 32, { max: 64, default: 32 }),
      control('white_balance_automatic', 'White balance, automatic', 1, { max: 1, default: 1, is_switch: true }),
      control('power_line_frequency', 'Power line frequency', 1, { max: 2, default: 1, entries: [[0, 'Disabled'], [1, '50 Hz'], [2, '60 Hz']] }),
      control('white_balance_temperature', 'White balance temperature', 4600, { min: 2800, max: 6500, step: 10, default: 4600, is_fixed: true }),
    ],
  }];
}

function told(form) {
  const { id, name = null, source, visible = true, key = null, effects = [] } = form;
  return { id, name, source, visible, key, painted: painted(key), effects, form, area: boxed(form.place ?? {}).map((share) => 100 * share) };
}

/** That something is kept or hidden; how much of it isn't reckoned here. */
function painted(key) {
  const [keeps, hides] = ['keep', 'hide'].map((region) => new RegExp(`${region}=(?!none)`).test(key ?? ''));
  return keeps || hides ? [keeps ? 7.2 : 0, hides ? 0.6 : 0] : null;
}

/** As crates/scene/src/geometry.rs does, for sources of the canvas's shape. */
function boxed({ anchor = 'center', width, height, margin = 0 }) {
  const share = (length, whole) => (length === undefined ? null : typeof length === 'number' ? length / whole : length.endsWith('%') ? parseFloat(length) / 100 : parseFloat(length) / whole);
  const w = share(width, 1280) ?? share(height, 720) ?? 1;
  const h = share(height, 720) ?? share(width, 1280) ?? 1;
  const [across, down] = Array.isArray(margin) ? [share(margin[0], 1280), share(margin[1], 720)] : [share(margin, 720) * 9 / 16, share(margin, 720)];
  const start = (near, far, length, gap) => (anchor.includes(near) ? gap : anchor.includes(far) ? 1 - length - gap : (1 - length) / 2 + gap);
  return [start('left', 'right', w, across), start('top', 'bottom', h, down), w, h];
}

function backgroundOf([behind, ...front]) {
  if (!front.some(({ key }) => key) || behind.key) return behind.source === 'camera' && !behind.effects?.length ? 'original' : null;
  return behind.source === 'camera' ? behind.effects?.[0] ?? 'original' : behind.source;
}

function known(studio, scene) {
  const name = scene ?? studio.doc.shown;
  if (!studio.doc.scenes[name]) throw new Refused(`there is no scene '${name}'`);
  return name;
}

function found(scene, id) {
  const layer = scene.layers.find((layer) => layer.id === id);
  if (!layer) throw new Refused(`the scene has no layer '${id}'`);
  return layer;
}

function person({ layers }) {
  const layer = layers.find(({ key }) => key) ?? layers.find(({ source }) => source === 'camera');
  if (!layer) throw new Refused('the scene doesn\'t show you: name a layer');
  return layer;
}

function definition(text) {
  const name = text.split(':')[0];
  const found = LISTS.effects.find((effect) => effect.name === name);
  if (!found) throw new Refused(`there is no effect '${name}': 'backlot effects' lists what there is`);
  return found;
}

/** Reads, changes and writes the effects of a layer, or of the whole. */
function changeEffects(studio, { layer }, target, change) {
  studio.edit(target, ({ scenes, shown }) => {
    const scene = scenes[shown];
    const owner = layer === '*' ? scene : layer ? found(scene, layer) : person(scene);
    owner.effects = change([...owner.effects ?? []]);
  });
}

function which(effects, wanted) {
  const at = typeof wanted === 'number' ? wanted : effects.findIndex((effect) => effect.split(':')[0] === wanted);
  if (effects[at] === undefined) throw new Refused(`the layer has no effect '${wanted}'`);
  return at;
}

function setEffect(text, setting, value) {
  const def = definition(text);
  const known = def.settings.find(({ name }) => name === setting);
  if (!known) throw new Refused(`effect '${def.name}' has no setting '${setting}'`);
  if (known.kind === 'number' && !(value >= known.min && value <= known.max)) {
    throw new Refused(`effect '${def.name}': ${setting} must be ${known.min} to ${known.max}, not '${value}'`);
  }
  const rest = text.includes(':') ? text.slice(text.indexOf(':') + 1).split(',') : [];
  const values = new Map(rest.map((part) => (part.includes('=') ? part.split('=') : [def.settings[0].name, part])));
  values.set(setting, String(value));
  return `${def.name}:${[...values].map((pair) => pair.join('=')).join(',')}`;
}

function setBackground(studio, value) {
  const name = value.split(':')[0];
  const isRoom = ['blur', 'mosaic'].includes(name);
  const isKnown = isRoom || value === 'original' || color(value) || name === 'gradient' || LISTS.sets.some((set) => set.name === value) || studio.pictures.has(value);
  if (!isKnown) throw new Refused(`there is no built-in set '${value}': 'backlot sets' lists what there is`);
  studio.edit('background', ({ scenes, shown }) => {
    const scene = scenes[shown];
    const at = scene.layers.findIndex(({ key }) => key);
    const front = at < 0 ? [you()] : scene.layers.slice(at);
    const behind = isRoom ? layer('background', 'camera', { effects: [value] }) : layer('background', value === 'original' ? 'camera' : value);
    scene.layers = [behind, ...front];
  });
}

function showScene(studio, { scene, step, output, transition }) {
  if (transition && !/^(cut|(fade|slide|wipe)(:\d+)?)$/.test(transition)) throw new Refused(`'${transition}' is no transition: cut, fade, slide or wipe`);
  const names = Object.keys(studio.doc.scenes);
  const at = names.indexOf(studio.doc.shown);
  const name = scene ?? names[(at + (step === 'next' ? 1 : names.length - 1)) % names.length];
  known(studio, name);
  if (output) {
    const at = studio.rest.outputs.findIndex((known) => known.name === output);
    if (at < 0) throw new Refused(`there is no output '${output}' in the settings`);
    studio.rest.outputs = studio.rest.outputs.map((known, index) => (index === at ? { ...known, scene: name } : known));
  } else {
    studio.doc.shown = name;
    studio.saved = JSON.stringify(studio.doc);
    if (studio.rest.mode === 'off') studio.rest.mode = 'running';
  }
}

function step(studio, from, to) {
  const doc = studio[from].pop();
  if (!doc) throw new Refused(from === 'undo' ? 'there is nothing to undo' : 'there is nothing to do again');
  studio[to].push(studio.doc);
  studio.doc = { ...doc, shown: doc.scenes[studio.doc.shown] ? studio.doc.shown : doc.shown };
  studio.last = { target: null, at: 0 };
}

const setLayer = (studio, { layer, scene, property, value }) => studio.edit(`${layer} ${property}`, ({ scenes }) => {
  if (property === 'place' && value && [value.width, value.height].some((length) => length !== undefined && !PERCENT.test(length) && !Number.isFinite(parseFloat(length)))) {
    throw new Refused('place: width and height are lengths, such as 40% or 120px');
  }
  const form = found(scenes[known(studio, scene)], layer);
  if (value === null || value === undefined) delete form[property];
  else form[property] = value;
});

const named = (scenes, to) => {
  if (!to?.trim()) throw new Refused('a scene\'s name has at least one letter');
  if (scenes[to]) throw new Refused(`there is a scene '${to}' already: choose another name`);
};

const REQUESTS = {
  state: (studio) => studio.state(),
  'show-scene': showScene,
  background: (studio, { value }) => setBackground(studio, value),
  mirror: (studio, { on }) => changeEffects(studio, { layer: '*' }, null, (effects) => [...effects.filter((effect) => effect !== 'mirror'), ...(on ? ['mirror'] : [])]),
  'add-effect': (studio, { effect, at, ...where }) => {
    definition(effect);
    changeEffects(studio, where, null, (effects) => effects.toSpliced?.(at ?? effects.length, 0, effect) ?? [...effects.slice(0, at), effect, ...effects.slice(at ?? effects.length)]);
  },
  'remove-effect': (studio, { effect, ...where }) => changeEffects(studio, where, null, (effects) => {
    const at = which(effects, effect);
    return effects.filter((_, index) => index !== at);
  }),
  'set-effect': (studio, { effect, setting, value, ...where }) => changeEffects(studio, where, `${JSON.stringify(where)} ${effect} ${setting}`, (effects) => {
    const at = which(effects, effect);
    return effects.map((text, index) => (index === at ? setEffect(text, setting, value) : text));
  }),
  'move-effect': (studio, { effect, to, ...where }) => changeEffects(studio, where, null, (effects) => {
    const [moved] = effects.splice(which(effects, effect), 1);
    effects.splice(to, 0, moved);
    return effects;
  }),
  key: (studio, { key, layer }) => studio.edit('key', ({ scenes, shown }) => {
    const form = layer ? found(scenes[shown], layer) : person(scenes[shown]);
    form.key = key;
  }),
  'set-layer': setLayer,
  'place-layer': (studio, { place, ...rest }) => setLayer(studio, { ...rest, property: 'place', value: place }),
  'show-layer': (studio, fields) => setLayer(studio, { ...fields, property: 'visible', value: true }),
  'hide-layer': (studio, fields) => setLayer(studio, { ...fields, property: 'visible', value: false }),
  'insert-layer': (studio, { scene, at, layer }) => studio.edit(null, ({ scenes }) => {
    const { layers } = scenes[known(studio, scene)];
    if (layers.some(({ id }) => id === layer.id)) throw new Refused(`there is a layer '${layer.id}' already`);
    layers.splice(at, 0, layer);
  }),
  'move-layer': (studio, { scene, layer, to }) => studio.edit(null, ({ scenes }) => {
    const { layers } = scenes[known(studio, scene)];
    const at = layers.indexOf(found({ layers }, layer));
    layers.splice(to, 0, ...layers.splice(at, 1));
  }),
  'remove-layer': (studio, { scene, layer }) => studio.edit(null, ({ scenes }) => {
    const of = scenes[known(studio, scene)];
    of.layers = of.layers.filter((known) => known !== found(of, layer));
  }),
  'restart-layer': () => { throw new Refused('the layer has no beginning: only videos and animations have one'); },
  'copy-scene': (studio, { scene, to }) => studio.edit(null, (doc) => {
    named(doc.scenes, to);
    doc.scenes = { [to]: { ...own(doc.scenes[known(studio, scene)]), origin: 'file' }, ...doc.scenes };
    if (!scene) doc.shown = to;
  }),
  'rename-scene': (studio, { scene, to }) => studio.edit(null, (doc) => {
    named(doc.scenes, to);
    known(studio, scene);
    doc.scenes = Object.fromEntries(Object.entries(doc.scenes).map(([name, form]) => [name === scene ? to : name, form]));
    if (doc.shown === scene) doc.shown = to;
  }),
  'replace-scene': (studio, { scene, form }) => studio.edit(null, (doc) => {
    if (form) throw new Refused('the mock can only take scenes away');
    if (doc.shown === scene) throw new Refused(`the scene '${scene}' is shown: show another one first`);
    delete doc.scenes[scene];
  }),
  camera: (studio, { device }) => { studio.cameras[0] = { ...studio.cameras[0], path: device, name: device === 'presenter' ? 'presenter' : 'Integrated Camera' }; },
  'camera-mode': () => {},
  control: (studio, { name, value }) => {
    const control = studio.cameras[0].controls.find((known) => known.name === name);
    if (!control) throw new Refused(`the camera has no control '${name}'`);
    control.value = value;
  },
  undo: (studio) => step(studio, 'undo', 'redo'),
  redo: (studio) => step(studio, 'redo', 'undo'),
  pause: (studio) => { studio.rest.mode = 'paused'; },
  panic: (studio) => { studio.rest.mode = 'panic'; },
  off: (studio) => { studio.rest.mode = 'off'; },
  resume: (studio) => { studio.rest.mode = 'running'; },
  save: (studio) => { studio.saved = JSON.stringify(studio.doc); },
  quit: (studio) => { setTimeout(() => studio.onquit?.(), 20); },
  record: (studio, { file, scene = null }) => {
    if (studio.rest.recording) throw new Refused('a recording runs already: stop it first');
    if (file && !/^\/.*\.(mkv|mp4)$/.test(file)) throw new Refused(`the field 'file' of 'record' takes the absolute path of a file, not the text '${file}'`);
    studio.recordingSince = Date.now();
    studio.rest.recording = { file: file ?? '/videos/Backlot/2026-11-30 10.15.mkv', scene, seconds: 0, pictures: 0, dropped: 0, problem: null };
    return { file: studio.rest.recording.file };
  },
  'stop-recording': (studio) => {
    const { recording } = studio.rest;
    if (!recording) throw new Refused('nothing is recorded');
    studio.rest.recordings = [recording, ...studio.rest.recordings];
    studio.rest.recording = null;
    return recording;
  },
  list: (studio, { what }) => {
    if (what === 'scenes') return Object.entries(studio.doc.scenes).map(([name, { origin }]) => ({ name, origin, summary: LISTS.scenes.find((ready) => ready.name === name)?.summary ?? null }));
    if (what === 'cameras') return own(studio.cameras);
    if (what === 'outputs') return studio.state().outputs;
    if (!LISTS[what]) throw new Refused(`the field 'what' of 'list' takes 'scenes', 'sets', 'effects', …, not the text '${what}'`);
    return LISTS[what];
  },
  install: (studio) => studio.set({ outputs: outputs() }),
  doctor: (studio) => (studio.rest.outputs.length > 0 ? { fine: true, verdict: 'Everything that was checked works.', findings: [], roots_part: null } : {
    fine: false,
    roots_part: { command: 'pkexec /usr/bin/backlot install --system-only --yes --load', why_not: null },
    verdict: '1 thing would fail; begin with this one: the module v4l2loopback was loaded without exclusive_caps.',
    findings: [
      { area: 'module', id: 'module-caps', severity: 'failure', what: 'the module v4l2loopback was loaded without exclusive_caps', why: 'Chrome and Zoom don\'t list the virtual camera then.', mend: 'sudo modprobe v4l2loopback', clients: ['Chrome', 'Chromium', 'Edge', 'Zoom', 'Teams'] },
      { area: 'desktop', id: 'portal', severity: 'note', what: 'the desktop\'s camera portal asks before a Flatpak sees a camera', why: 'Allow it once in the Flatpak\'s own dialog.', mend: null, clients: ['Flatpaks'] },
    ],
  }),
};

export const REQUEST_NAMES = Object.keys(REQUESTS);
