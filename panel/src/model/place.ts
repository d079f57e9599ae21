/** Where a layer lies, and how it is written. Lengths are shares of the canvas, 0 to 1, where nothing else is said. */

import type { Box, JsonObject, Json, Layer } from '../protocol/state';

/** How near an edge comes to a guide before it snaps, as a share of the canvas. */
const SNAP = 0.012;
export const SMALLEST = 0.03;

export type Side = 'left' | 'right' | 'top' | 'bottom';
export type Crop = Record<Side, number>;

/** Where a layer lies as far as that is told; the whole canvas without a place. */
export function boxOf(layer: Layer): Box {
  if (layer.area) return layer.area.map((share) => share / 100) as Box;
  const place = layer.form['place'];
  return typeof place === 'object' && place !== null && !Array.isArray(place) ? guess(place) : [0, 0, 1, 1];
}

/** For a source of the canvas's shape. */
function guess(place: JsonObject): Box {
  const width = share(place['width'], 1280);
  const height = share(place['height'], 720);
  const w = width ?? height ?? 1;
  const h = height ?? width ?? 1;
  const margin = place['margin'];
  const [across, down] = Array.isArray(margin)
    ? [share(margin[0], 1280) ?? 0, share(margin[1], 720) ?? 0]
    : [(share(margin, 720) ?? 0) * 9 / 16, share(margin, 720) ?? 0];
  const anchor = typeof place['anchor'] === 'string' ? place['anchor'] : 'center';
  const start = (near: string, far: string, length: number, gap: number) =>
    anchor.includes(near) ? gap : anchor.includes(far) ? 1 - length - gap : (1 - length) / 2 + gap;
  return [start('left', 'right', w, across), start('top', 'bottom', h, down), w, h];
}

function share(length: Json | undefined, whole: number): number | null {
  if (typeof length === 'number') return length / whole;
  if (typeof length !== 'string') return null;
  const number = parseFloat(length);
  if (!Number.isFinite(number)) return null;
  return length.trim().endsWith('%') ? number / 100 : number / whole;
}

/** The `place` that puts a layer into a box. Its height follows its source's shape unless it had one of its own. */
export function placeOf(box: Box, layer: Layer): JsonObject {
  const [x, y, width, height] = box;
  const before = layer.form['place'];
  const hasHeight = typeof before === 'object' && before !== null && 'height' in before;
  return {
    anchor: 'top-left',
    margin: [percent(x), percent(y)],
    width: percent(width),
    ...(hasHeight ? { height: percent(height) } : {}),
  };
}

export function percent(value: number): string {
  return `${Math.round(value * 10000) / 100}%`;
}

/** What is taken off a layer's sides, as shares of its source. */
export function cropOf(layer: Layer): Crop {
  const crop = layer.form['crop'];
  const of = (side: Side) =>
    typeof crop === 'object' && crop !== null && !Array.isArray(crop) ? share(crop[side], 720) ?? 0 : 0;
  return { left: of('left'), right: of('right'), top: of('top'), bottom: of('bottom') };
}

export function cropForm(crop: Crop): JsonObject {
  return Object.fromEntries(Object.entries(crop).filter(([, cut]) => cut > 0).map(([side, cut]) => [side, percent(cut)]));
}

/** A line to which an edge or the middle of a box snaps. */
export interface Guide {
  axis: 'x' | 'y';
  at: number;
}

const LINES = [0, 0.05, 1 / 3, 0.5, 2 / 3, 0.95, 1];

/** Moves a box onto guides that it nearly meets. */
export function snapped(box: Box, others: Box[]): { box: Box; guides: Guide[] } {
  const [x, y, width, height] = box;
  const across = nearest([x, x + width / 2, x + width], [...LINES, ...others.flatMap(([x, , w]) => [x, x + w])]);
  const down = nearest([y, y + height / 2, y + height], [...LINES, ...others.flatMap(([, y, , h]) => [y, y + h])]);
  const guides: Guide[] = [];
  if (across) guides.push({ axis: 'x', at: across.line });
  if (down) guides.push({ axis: 'y', at: down.line });
  return { box: [x + (across?.by ?? 0), y + (down?.by ?? 0), width, height], guides };
}

function nearest(edges: number[], lines: number[]): { by: number; line: number } | null {
  let best: { by: number; line: number } | null = null;
  for (const edge of edges) {
    for (const line of lines) {
      const by = line - edge;
      if (Math.abs(by) < SNAP && (best === null || Math.abs(by) < Math.abs(best.by))) best = { by, line };
    }
  }
  return best;
}

export type Handle = 'nw' | 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w';

/** A box after one of its handles was dragged; it keeps its shape. */
export function resized(box: Box, handle: Handle, dx: number, dy: number): Box {
  const [x, y, width, height] = box;
  const across = handle.includes('e') ? dx : handle.includes('w') ? -dx : 0;
  const down = handle.includes('s') ? dy : handle.includes('n') ? -dy : 0;
  const byWidth = (width + across) / width;
  const byHeight = (height + down) / height;
  const isSide = handle === 'n' || handle === 's' ? byHeight : handle === 'e' || handle === 'w' ? byWidth : null;
  const wanted = isSide ?? (Math.abs(byWidth - 1) > Math.abs(byHeight - 1) ? byWidth : byHeight);
  const scale = Math.max(wanted, SMALLEST / Math.min(width, height));
  const [w, h] = [width * scale, height * scale];
  const left = handle.includes('w') ? x + width - w : handle.includes('e') ? x : x + (width - w) / 2;
  const top = handle.includes('n') ? y + height - h : handle.includes('s') ? y : y + (height - h) / 2;
  return [left, top, w, h];
}

/** A crop, and the box that goes with it, after one of the box's sides was dragged inwards or outwards. */
export function cut(box: Box, crop: Crop, handle: Handle, dx: number, dy: number): { box: Box; crop: Crop } {
  let [x, y, width, height] = box;
  const next = { ...crop };
  const sourceWidth = width / Math.max(0.01, 1 - crop.left - crop.right);
  const sourceHeight = height / Math.max(0.01, 1 - crop.top - crop.bottom);
  const within = (side: Side, other: Side, by: number) => Math.min(Math.max(crop[side] + by, 0), 0.95 - crop[other]);
  if (handle.includes('w')) {
    next.left = within('left', 'right', dx / sourceWidth);
    const by = (next.left - crop.left) * sourceWidth;
    [x, width] = [x + by, width - by];
  }
  if (handle.includes('e')) {
    next.right = within('right', 'left', -dx / sourceWidth);
    width -= (next.right - crop.right) * sourceWidth;
  }
  if (handle.includes('n')) {
    next.top = within('top', 'bottom', dy / sourceHeight);
    const by = (next.top - crop.top) * sourceHeight;
    [y, height] = [y + by, height - by];
  }
  if (handle.includes('s')) {
    next.bottom = within('bottom', 'top', -dy / sourceHeight);
    height -= (next.bottom - crop.bottom) * sourceHeight;
  }
  return { box: [x, y, width, height], crop: next };
}
