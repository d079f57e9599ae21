/** What the preview shows and which layer is being moved: shared by the preview and the sections beside it. */

import { Painting, type Regions } from './painting.svelte';

export type StageView = 'viewers' | 'matte' | 'camera' | 'compare';

class Stage {
  view = $state<StageView>('viewers');
  /** A private view that waits for the user's consent. */
  wanted = $state<StageView | null>(null);
  /** The layer that is moved on the preview. */
  layer = $state<string | null>(null);
  isCropping = $state(false);
  /** Who waits for a colour of the uncut camera. */
  picking = $state.raw<((color: string | null) => void) | null>(null);
  /** Regions that are being painted on a layer's camera. */
  painting = $state.raw<Painting | null>(null);
  #painted: ((regions: Regions | null) => void) | null = null;
  /** The age of the preview's pictures when they are drawn, in milliseconds: the median of the last second. */
  age = $state<number | null>(null);
  ages = $state.raw<readonly { at: number; value: number }[]>([]);

  /** Shows a view; one that shows the room waits for consent. */
  show(view: StageView): void {
    if ((view === 'camera' || view === 'compare') && this.isPublic) this.wanted = view;
    else this.view = view;
  }

  get isPublic(): boolean {
    return this.view === 'viewers' || this.view === 'matte';
  }

  /** What shows the room ends here. */
  leavePrivate(): void {
    if (!this.isPublic) this.view = 'viewers';
    this.wanted = null;
    this.finishPicking(null);
    this.finishPainting(false);
  }

  /** Lets the user pick a colour on the uncut camera; null if they didn't. */
  pickColor(): Promise<string | null> {
    this.finishPicking(null);
    return new Promise((done) => (this.picking = done));
  }

  finishPicking(color: string | null): void {
    this.picking?.(color);
    this.picking = null;
  }

  /** Lets the user paint regions on a layer's uncut camera; null if they gave it up. */
  paint(layer: string, regions: Partial<Regions>): Promise<Regions | null> {
    this.finishPainting(false);
    this.finishPicking(null);
    this.painting = new Painting(layer, regions);
    return new Promise((done) => (this.#painted = done));
  }

  finishPainting(isKept: boolean): void {
    const regions = this.painting?.written() ?? null;
    this.painting = null;
    this.#painted?.(isKept ? regions : null);
    this.#painted = null;
  }

  aged(median: number): void {
    this.age = median;
    this.ages = [...this.ages.slice(-179), { at: performance.now(), value: median }];
  }
}

export const stage = new Stage();
