/** Backgrounds as they are written, and what they are for the eye. */

import type { Layer, Scene, SceneEntry } from '../protocol/state';
import { words } from '../words';

export interface Choice {
  value: string;
  title: string;
  /** What it shows, where the name doesn't say it. */
  about?: string;
  /** Whether viewers see the room. */
  showsRoom?: boolean;
  /** For a file that the user brought: its name for taking it away. */
  upload?: string;
}

export const ROOM: Choice[] = [
  { value: 'blur', title: words.backgrounds.blurStrong },
  { value: 'blur:light', title: words.backgrounds.blurLight, showsRoom: true },
  { value: 'mosaic', title: words.backgrounds.mosaic },
  { value: 'original', title: words.backgrounds.original, showsRoom: true },
];

export const COLORS: Choice[] = [
  ['gradient:#1d2b53,#4b6cb7', words.backgrounds.colors.dusk],
  ['gradient:#f6d5b8,#c98b6b', words.backgrounds.colors.sand],
  ['gradient:#d8e6e4,#6c9a95', words.backgrounds.colors.mist],
  ['#26303a', words.backgrounds.colors.slate],
  ['#f2efe9', words.backgrounds.colors.paper],
  ['#00b140', words.backgrounds.colors.green],
].map(([value, title]) => ({ value: value ?? '', title: title ?? '' }));

/** What is behind you now, as it was written; null where the scene has something more of its own. */
export function current(scene: Scene): string | null {
  if (scene.background !== null) return scene.background;
  const [behind, ...front] = scene.layers;
  if (behind === undefined || behind.key !== null || !front.some((layer) => layer.key !== null)) return null;
  if (behind.source !== 'camera') return behind.source;
  return behind.effects[0] ?? 'original';
}

/** Whether two texts mean one background: a plain blur is a strong one. */
export function same(a: string | null, b: string): boolean {
  const plain = (text: string) => text.replace(/^blur(:(radius=)?(60|strong))?$/, 'blur').replace(/^mosaic(:(size=)?40)?$/, 'mosaic')
    .replace(/^blur:(radius=)?(16|light)$/, 'blur:light').toLowerCase();
  return a !== null && plain(a) === plain(b);
}

/** The colours of a background that is one or two, top to bottom. */
export function colorsOf(value: string): [string, string] | null {
  if (value.startsWith('#')) return [value, value];
  const gradient = /^gradient:(.+?),(.+)$/.exec(value);
  return gradient ? [gradient[1] ?? '', gradient[2] ?? ''] : null;
}

/** A background's name for people. */
export function titleOf(value: string): string {
  return [...ROOM, ...COLORS].find((choice) => choice.value === value)?.title ?? spelled(value);
}

/** The name of what the program brings, as a title; a file's without its folder and ending. */
export function spelled(value: string): string {
  const file = value.split('/').pop() ?? value;
  const plain = value.includes('/') ? file.replace(/\.[a-z0-9]+$/i, '') : file;
  const spaced = plain.replace(/[-_]+/g, ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** The layer that shows you, as the program finds it: the first that is cut out, else the first camera. */
export function personLayer(scene: Scene): Layer | null {
  return scene.layers.find((layer) => layer.key !== null) ?? scene.layers.find((layer) => layer.source === 'camera') ?? null;
}

/** What lies behind you, if that is a layer of its own. */
export function backgroundLayer(scene: Scene): Layer | null {
  const [behind] = scene.layers;
  return behind !== undefined && behind !== personLayer(scene) ? behind : null;
}

/** What the user called a scene is left as it is. */
export function sceneTitle({ name, origin }: SceneEntry): string {
  return origin === 'ready' ? spelled(name) : name;
}

export function layerTitle(layer: Layer): string {
  return layer.name ?? spelled(layer.id);
}
