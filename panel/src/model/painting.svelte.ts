/** Regions of a camera's picture that are being painted: nothing of it holds before it is handed on. */

import { readArea, simplified, writeArea, type Point, type Shape } from './area';

export type Region = 'keep' | 'hide';
export type Tool = 'brush' | 'outline';
/** As keys take them. */
export type Regions = Record<Region, string>;

const BRUSHES = { least: 1, most: 30, step: 0.5 } as const;

export class Painting {
  /** The layer whose camera is painted on. */
  readonly layer: string;
  readonly brushes = BRUSHES;
  region = $state<Region>('keep');
  tool = $state<Tool>('brush');
  brush = $state(6);
  shapes = $state.raw<Record<Region, readonly Shape[]>>({ keep: [], hide: [] });
  /** The shape that is being drawn. */
  line = $state.raw<readonly Point[]>([]);
  #before: Record<Region, readonly Shape[]>[] = [];
  canUndo = $state(false);

  constructor(layer: string, regions: Partial<Regions>) {
    this.layer = layer;
    this.shapes = { keep: readArea(regions.keep), hide: readArea(regions.hide) };
  }

  get isDrawing(): boolean {
    return this.line.length > 0;
  }

  get isEmpty(): boolean {
    return this.shapes.keep.length + this.shapes.hide.length === 0;
  }

  /** Draws on, or begins. */
  to(point: Point): void {
    this.line = [...this.line, point];
  }

  /** Ends the shape that is being drawn; one that covers nothing is dropped. */
  end(): void {
    const shape = { brush: this.tool === 'brush' ? this.brush : null, points: simplified(this.line) };
    this.line = [];
    if (shape.points.length >= (shape.brush === null ? 3 : 1)) {
      this.#change({ ...this.shapes, [this.region]: [...this.shapes[this.region], shape] });
    }
  }

  drop(): void {
    this.line = [];
  }

  undo(): void {
    const before = this.#before.pop();
    if (before) this.shapes = before;
    this.canUndo = this.#before.length > 0;
  }

  clear(): void {
    this.#change({ keep: [], hide: [] });
  }

  resize(steps: number): void {
    this.brush = Math.min(BRUSHES.most, Math.max(BRUSHES.least, this.brush + steps * BRUSHES.step));
  }

  /** As the key takes it. */
  written(): Regions {
    return { keep: writeArea(this.shapes.keep), hide: writeArea(this.shapes.hide) };
  }

  #change(shapes: Record<Region, readonly Shape[]>): void {
    this.#before.push(this.shapes);
    this.shapes = shapes;
    this.canUndo = true;
  }
}
