/** What this browser remembers: how the page looks, favourites, what was used last. Nothing of it is the program's. */

export type Theme = 'system' | 'light' | 'dark';

/** Something that one click applies: a background or a scene. */
export interface Pick {
  kind: 'background' | 'scene';
  value: string;
}

const KEY = 'backlot.panel';
const MOST_RECENT = 4;
export const FAVOURITES = 6;

interface Kept {
  theme: Theme;
  mirrored: boolean;
  keys: boolean;
  guided: boolean;
  favourites: Pick[];
  recent: string[];
  transition: string;
  transitionMs: number;
}

const PLAIN: Kept = {
  theme: 'system',
  mirrored: false,
  keys: true,
  guided: false,
  favourites: [
    { kind: 'background', value: 'blur' },
    { kind: 'background', value: 'aurora' },
    { kind: 'background', value: 'bokeh' },
    { kind: 'background', value: 'hyperspace' },
    { kind: 'scene', value: 'head-in-circle' },
    { kind: 'scene', value: 'be-right-back' },
  ],
  recent: [],
  transition: 'fade',
  transitionMs: 300,
};

function kept(): Kept {
  try {
    return { ...PLAIN, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept> };
  } catch {
    return PLAIN;
  }
}

class Choices {
  #kept = $state.raw<Kept>(kept());

  get all(): Kept {
    return this.#kept;
  }

  set(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#kept));
    } catch {
      // A browser that keeps nothing forgets with the page.
    }
  }

  isFavourite(pick: Pick): boolean {
    return this.#kept.favourites.some((known) => known.kind === pick.kind && known.value === pick.value);
  }

  toggleFavourite(pick: Pick): void {
    const others = this.#kept.favourites.filter((known) => known.kind !== pick.kind || known.value !== pick.value);
    const isNew = others.length === this.#kept.favourites.length;
    this.set({ favourites: isNew ? [...others, pick].slice(-FAVOURITES) : others });
  }

  used(background: string): void {
    const others = this.#kept.recent.filter((known) => known !== background);
    this.set({ recent: [background, ...others].slice(0, MOST_RECENT) });
  }
}

export const choices = new Choices();
