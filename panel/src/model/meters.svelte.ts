/** The figures of the last minutes: what is told twice a second, kept for the plots. */

import { program } from '../link/program.svelte';
import type { Lowered } from '../protocol/state';

/** How long it is kept, in seconds. */
export const KEPT_SECONDS = 180;
const MOST_NOTES = 50;

export interface Sample {
  /** Of this page's clock, in milliseconds. */
  at: number;
  fps: number;
  latency: number;
  cpu: number;
  /** Pictures that were given up since the sample before. */
  drops: number;
}

export interface Note {
  at: Date;
  /** How many pictures were shielded, or what was lowered. */
  shielded?: number;
  lowered?: Lowered;
  reason: string | null;
}

export class Meters {
  samples = $state.raw<readonly Sample[]>([]);
  /** What the guard held back and what was lowered while this page was open, the last first. */
  notes = $state.raw<readonly Note[]>([]);
  #dropped: number | null = null;
  #shielded: number | null = null;
  #lowered: string | null = null;

  start(): () => void {
    return program.onChange((part) => {
      if (part === 'state') this.#restart();
      if (part === 'state' || part === 'figures') this.#sample();
      if (part === 'guard') this.#guarded();
      if (part === 'lowered') this.#lower();
    });
  }

  /** The program may be another one now, which counts from 0. */
  #restart(): void {
    this.#dropped = null;
    this.#shielded = program.parts.guard.shielded;
    this.#lowered = JSON.stringify(program.parts.lowered);
  }

  #sample(): void {
    const { fps, median_ms, cpu_percent, dropped } = program.parts.figures;
    const at = performance.now();
    const drops = Math.max(0, dropped - (this.#dropped ?? dropped));
    this.#dropped = dropped;
    const kept = this.samples.filter((sample) => at - sample.at < KEPT_SECONDS * 1000);
    this.samples = [...kept, { at, fps, latency: median_ms, cpu: cpu_percent, drops }];
  }

  #guarded(): void {
    const { shielded, reason } = program.parts.guard;
    const more = shielded - (this.#shielded ?? shielded);
    this.#shielded = shielded;
    if (more <= 0) return;
    const last = this.notes[0];
    // One fault shields many pictures in a row: they are one line.
    if (last?.shielded !== undefined && last.reason === reason && Date.now() - last.at.getTime() < 10_000) {
      this.notes = [{ ...last, shielded: last.shielded + more }, ...this.notes.slice(1)];
    } else {
      this.#add({ at: new Date(), shielded: more, reason });
    }
  }

  #lower(): void {
    const { lowered } = program.parts;
    const now = JSON.stringify(lowered);
    if (now === this.#lowered) return;
    this.#lowered = now;
    this.#add({ at: new Date(), lowered, reason: null });
  }

  #add(note: Note): void {
    this.notes = [note, ...this.notes].slice(0, MOST_NOTES);
  }
}

export const meters = new Meters();
