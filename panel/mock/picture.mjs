// Draws what a preview might show: a person who moves in a room, cut out and put before backgrounds, with effects.

const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;
const NAMED = { navy: '#000080', teal: '#008080', black: '#000000', white: '#ffffff', green: '#008000' };

/** Three numbers of 0 to 255. */
export function color(text) {
  const found = HEX.exec(NAMED[text] ?? text);
  return found ? found.slice(1).map((hex) => parseInt(hex, 16)) : null;
}

const mix = (a, b, share) => a + (b - a) * share;
const smooth = (from, to, x) => {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
};

/** How much of a point is the person. */
export function matte(u, v, t) {
  const sway = 0.02 * Math.sin(t * 1.3);
  const head = Math.hypot((u - 0.5 - sway) / 0.085, (v - 0.4 - 0.008 * Math.sin(t * 2.1)) / 0.17);
  const body = Math.hypot((u - 0.5 - sway * 0.5) / 0.24, (v - 1.08) / 0.46);
  const hand = Math.hypot((u - 0.73 - 0.05 * Math.sin(t * 3)) / 0.035, (v - 0.62 - 0.04 * Math.cos(t * 3)) / 0.07);
  return 1 - smooth(0.96, 1.04, Math.min(head, body, hand));
}

function person(u, v, t, out) {
  const sway = 0.02 * Math.sin(t * 1.3);
  const [x, y] = [u - 0.5 - sway, v - 0.4];
  const isHair = Math.hypot(x / 0.09, (y + 0.06) / 0.13) < 1 && y < -0.06;
  const isEye = Math.hypot((Math.abs(x) - 0.03) / 0.008, (y + 0.01) / 0.014) < 1;
  const isMouth = Math.hypot(x / 0.026, (y - 0.085) / 0.012) < 1;
  const isSkin = v < 0.58 || u > 0.68;
  const light = 1.08 - 0.9 * Math.abs(x + 0.05);
  const paint = isHair ? [62, 40, 28] : isEye ? [30, 26, 30] : isMouth ? [168, 74, 74] : isSkin ? [226, 178, 148] : [58, 92, 138];
  for (let c = 0; c < 3; c += 1) out[c] = paint[c] * light;
}

function room(u, v, t, out, isSoft) {
  const wall = [214 - 40 * v, 203 - 40 * v, 186 - 34 * v];
  const inWindow = smooth(0.06, isSoft ? 0.16 : 0.065, u) * (1 - smooth(isSoft ? 0.2 : 0.275, 0.28, u)) * smooth(0.1, isSoft ? 0.2 : 0.105, v) * (1 - smooth(isSoft ? 0.4 : 0.545, 0.55, v));
  const inShelf = smooth(0.7, isSoft ? 0.8 : 0.705, u) * (1 - smooth(isSoft ? 0.87 : 0.955, 0.96, u)) * smooth(0.15, isSoft ? 0.28 : 0.155, v) * (1 - smooth(0.6, isSoft ? 0.8 : 0.605, v));
  const book = isSoft ? 0.5 : (Math.floor(u * 90) * 7919 % 13) / 13;
  const shelf = isSoft || (v * 8) % 1 > 0.16 ? [90 + 110 * book, 70 + 60 * book, 60 + 80 * (1 - book)] : [96, 66, 44];
  for (let c = 0; c < 3; c += 1) out[c] = mix(mix(wall[c], [196, 224, 244][c], inWindow), shelf[c], inShelf);
}

const SETS = {
  aurora(u, v, t, out) {
    const curtain = Math.sin(u * 7 + t * 0.6 + Math.sin(v * 6 + t * 0.4)) * 0.5 + 0.5;
    const glow = curtain * (1 - smooth(0.1, 0.75, v));
    const hill = v > 0.72 + 0.06 * Math.sin(u * 9) ? 0.25 : 1;
    out[0] = (12 + 40 * glow) * hill;
    out[1] = (22 + 190 * glow) * hill;
    out[2] = (52 + 110 * glow * (1 - u)) * hill + 20 * (1 - v);
  },
  bokeh(u, v, t, out) {
    out[0] = 58; out[1] = 34; out[2] = 26;
    for (let n = 0; n < 9; n += 1) {
      const d = Math.hypot((u - ((n * 0.371 + t * 0.01) % 1)) * 1.78, v - ((n * 0.617) % 1));
      const light = 1 - smooth(0.09, 0.13, d);
      out[0] += 120 * light; out[1] += 74 * light; out[2] += 26 * light;
    }
  },
  hyperspace(u, v, t, out) {
    const angle = Math.atan2(v - 0.5, u - 0.5);
    const far = Math.hypot(u - 0.5, v - 0.5);
    const ray = Math.floor(angle * 40);
    const star = ((ray * 7919) % 97) / 97;
    const streak = ((far * 2 - t * (0.4 + star * 0.5) + star * 9) % 1 + 1) % 1 > 0.86 ? far * 1.6 : 0;
    out[0] = 8 + 190 * streak; out[1] = 10 + 210 * streak; out[2] = 30 + 255 * streak;
  },
};

/** A function of a source: it writes the colour at a point into `out`. */
function sampler(source, studio) {
  if (source === 'camera') return (u, v, t, out) => (matte(u, v, t) > 0.5 ? person : room)(u, v, t, out, false);
  if (SETS[source]) return SETS[source];
  const gradient = /^gradient:(.+?),(.+)$/.exec(source);
  const [top, bottom] = (gradient ? gradient.slice(1) : [source, source]).map(color);
  if (top && bottom) return (u, v, t, out) => { for (let c = 0; c < 3; c += 1) out[c] = mix(top[c], bottom[c], v); };
  const picture = studio?.pictures.get(source);
  if (picture) {
    return (u, v, t, out) => {
      const at = (Math.min(picture.height - 1, Math.floor(v * picture.height)) * picture.width + Math.min(picture.width - 1, Math.floor(u * picture.width))) * 4;
      for (let c = 0; c < 3; c += 1) out[c] = picture.data[at + c];
    };
  }
  return (u, v, t, out) => { out[0] = 40 + 80 * u; out[1] = 52 + 40 * v; out[2] = 96; };
}

/** Changes of a colour, one for each effect; those that move pixels are done before. */
const TONES = {
  invert: (out) => { for (let c = 0; c < 3; c += 1) out[c] = 255 - out[c]; },
  hologram: (out, u, v, t, value) => {
    const light = (out[0] + out[1] + out[2]) / 3;
    const line = (Math.floor(v * 90) % 2 ? 0.55 : 1) * (0.92 + 0.08 * Math.sin(t * 20));
    const tint = value('tint', 1);
    const keep = value('original', 0.5) * 0.4;
    out[0] = mix(light, light * 0.35, tint) * line + out[0] * keep;
    out[1] = mix(light, light * 0.8, tint) * line + out[1] * keep;
    out[2] = mix(light, light * 1.25 + 40, tint) * line + out[2] * keep;
  },
  gain: (out, u, v, t, value) => {
    const [gain, contrast, saturation] = [value('gain', 1.25), value('contrast', 1), value('saturation', 1)];
    const light = (out[0] + out[1] + out[2]) / 3;
    for (let c = 0; c < 3; c += 1) out[c] = (mix(light, out[c], saturation) - 128) * contrast * gain + 128 * gain + 255 * value('brightness', 0);
  },
  colormap: (out, u, v, t, value) => {
    const light = (out[0] + out[1] + out[2]) / 765;
    const strength = value('strength', 1);
    out[0] = mix(out[0], 255 * smooth(0.1, 0.7, light), strength);
    out[1] = mix(out[1], 255 * smooth(0.45, 1, light), strength);
    out[2] = mix(out[2], 255 * (smooth(0, 0.35, light) - smooth(0.35, 0.75, light) * 0.8), strength);
  },
};

function effectsOf(texts) {
  return texts.map((text) => {
    const [name, rest = ''] = text.split(/:(.*)/s);
    const values = Object.fromEntries(rest.split(',').filter(Boolean).map((part) => (part.includes('=') ? part.split('=') : ['', part])));
    const value = (setting, plain) => (Number.isFinite(Number(values[setting])) ? Number(values[setting]) : plain);
    return { name, value, first: values[''] ?? null };
  });
}

/** A layer, ready to be drawn. */
function prepare(layer, studio) {
  const effects = effectsOf(layer.effects);
  const cells = effects.find(({ name }) => name === 'mosaic');
  const isBlurred = effects.some(({ name }) => name === 'blur');
  const soft = isBlurred && layer.source === 'camera' && !layer.key;
  return {
    box: layer.area?.map((share) => share / 100),
    sample: soft ? (u, v, t, out) => room(u, v, t, out, true) : sampler(layer.source, studio),
    isKeyed: layer.key === 'person' || layer.key?.startsWith('chroma'),
    opacity: layer.form?.opacity ?? 1,
    crop: layer.form?.crop ?? {},
    turn: layer.form?.turn ?? 0,
    isRound: layer.form?.corners === 'circle',
    mirror: (layer.form?.mirror === true) !== effects.some(({ name }) => name === 'mirror'),
    cells: cells ? Math.max(4, cells.value('size', 40)) / 1280 : 0,
    tones: effects.flatMap(({ name, value }) => (TONES[name] ? [(out, u, v, t) => TONES[name](out, u, v, t, value)] : [])),
  };
}

const share = (length) => (typeof length === 'string' && length.endsWith('%') ? parseFloat(length) / 100 : 0);

/** Pixels as RGBA of a scene at a time, in seconds. */
export function draw(scene, t, width, height, studio) {
  const data = Buffer.alloc(width * height * 4, 255);
  const layers = scene.layers.filter((layer) => layer.visible).map((layer) => prepare(layer, studio));
  const whole = prepare({ effects: scene.effects, source: 'black' }, studio);
  const out = [0, 0, 0];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [u, v] = [(x + 0.5) / width, (y + 0.5) / height];
      let [r, g, b] = [0, 0, 0];
      for (const layer of layers) {
        const [left, top, w, h] = layer.box;
        let [s, z] = [(u - left) / w, (v - top) / h];
        if (s < 0 || s > 1 || z < 0 || z > 1) continue;
        if (layer.isRound && Math.hypot((s - 0.5) * w * width, (z - 0.5) * h * height) > Math.min(w * width, h * height) / 2) continue;
        if (layer.mirror) s = 1 - s;
        if (layer.turn === 90) [s, z] = [z, 1 - s];
        else if (layer.turn === 180) [s, z] = [1 - s, 1 - z];
        else if (layer.turn === 270) [s, z] = [1 - z, s];
        s = mix(share(layer.crop.left), 1 - share(layer.crop.right), s);
        z = mix(share(layer.crop.top), 1 - share(layer.crop.bottom), z);
        if (layer.cells) [s, z] = [(Math.floor(s / layer.cells) + 0.5) * layer.cells, (Math.floor(z / layer.cells / 1.78) + 0.5) * layer.cells * 1.78];
        const alpha = layer.opacity * (layer.isKeyed ? matte(s, z, t) : 1);
        if (alpha === 0) continue;
        if (layer.isKeyed) person(s, z, t, out);
        else layer.sample(s, z, t, out);
        for (const tone of layer.tones) tone(out, s, z, t);
        r = mix(r, out[0], alpha); g = mix(g, out[1], alpha); b = mix(b, out[2], alpha);
      }
      out[0] = r; out[1] = g; out[2] = b;
      for (const tone of whole.tones) tone(out, u, v, t);
      const at = (y * width + (whole.mirror ? width - 1 - x : x)) * 4;
      for (let c = 0; c < 3; c += 1) data[at + c] = Math.min(255, Math.max(0, out[c]));
    }
  }
  return data;
}

/** The matte in white and black. */
export function drawMatte(t, width, height) {
  const data = Buffer.alloc(width * height * 4, 255);
  for (let at = 0; at < width * height; at += 1) {
    const value = 255 * matte(((at % width) + 0.5) / width, (Math.floor(at / width) + 0.5) / height, t);
    data.fill(value, at * 4, at * 4 + 3);
  }
  return data;
}
