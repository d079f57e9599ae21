/** When small pictures are fetched again: after another still of the user, and after an edit of their scene. */

import { program } from '../link/program.svelte';

/** How long a scene has to stay as it is, so that a drag is one edit. */
const REST_MS = 800;

class Versions {
  #edits = $state.raw<Readonly<Record<string, number>>>({});
  #shown = program.parts.scene.name;
  #timer = 0;

  constructor() {
    program.onChange((part) => (part === 'scene' || part === 'state') && this.#look());
  }

  /** Part of a picture's address: with another one it is fetched again. Empty as long as nothing changed. */
  of(kind: 'background' | 'effect' | 'scene', value: string): string {
    const stills = program.parts.preview.stills ?? 0;
    const edits = kind === 'scene' ? this.#edits[value] ?? 0 : 0;
    return stills + edits > 0 ? `${stills}.${edits}` : '';
  }

  #look(): void {
    const { name } = program.parts.scene;
    const isEdit = name !== null && name === this.#shown;
    this.#shown = name;
    if (!isEdit) return;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => (this.#edits = { ...this.#edits, [name]: (this.#edits[name] ?? 0) + 1 }), REST_MS);
  }
}

export const versions = new Versions();
