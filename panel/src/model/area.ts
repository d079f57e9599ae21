/** Areas of a picture as keys take them: `10x20-30x20-30x80` is filled, `4@50x50-60x55` drawn with a brush. */

/** Across and down, in per cent of the picture's width and height. */
export type Point = readonly [number, number];

export interface Shape {
  /** The brush's width in per cent of the picture's width; null for a shape that is filled. */
  brush: number | null;
  points: readonly Point[];
}

const NONE = 'none';
/** How far a simplified line may lie beside the drawn one, in per cent. */
const TOLERANCE = 0.25;
/** The most points of one shape. */
const MOST_POINTS = 120;

export function readArea(text: string | undefined): Shape[] {
  if (text === undefined || text === NONE) return [];
  return text.split(/\s+/).filter(Boolean).map((shape) => {
    const at = shape.indexOf('@');
    const points = shape.slice(at + 1).split('-').map((point) => point.split('x').map(Number) as [number, number]);
    return { brush: at < 0 ? null : Number(shape.slice(0, at)), points };
  });
}

export function writeArea(shapes: readonly Shape[]): string {
  if (shapes.length === 0) return NONE;
  return shapes.map(({ brush, points }) => {
    const line = points.map(([x, y]) => `${tenths(x)}x${tenths(y)}`).join('-');
    return brush === null ? line : `${tenths(brush)}@${line}`;
  }).join(' ');
}

const tenths = (value: number) => Math.round(Math.min(100, Math.max(0, value)) * 10) / 10;

/** A drawn line with as few points as look the same (Ramer, Douglas and Peucker). */
export function simplified(points: readonly Point[]): readonly Point[] {
  for (let tolerance = TOLERANCE; ; tolerance *= 1.5) {
    const few = fewer(points, tolerance);
    if (few.length <= MOST_POINTS) return few;
  }
}

function fewer(points: readonly Point[], tolerance: number): readonly Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < 3 || !first || !last) return points;
  let [most, at] = [0, 0];
  points.forEach((point, index) => {
    const off = distance(point, first, last);
    if (off > most) [most, at] = [off, index];
  });
  if (most <= tolerance) return [first, last];
  return [...fewer(points.slice(0, at + 1), tolerance).slice(0, -1), ...fewer(points.slice(at), tolerance)];
}

function distance([x, y]: Point, [x0, y0]: Point, [x1, y1]: Point): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
  return Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
}
