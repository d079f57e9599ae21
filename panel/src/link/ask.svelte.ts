/** Requests of one control: whether one is on its way, and what the program said against the last one. */

import type { RequestName, Requests } from '../protocol/requests';
import { program, Refused } from './program.svelte';

export class Ask {
  busy = $state(false);
  /** Why the last request was refused, in the program's own sentence. */
  problem = $state<string | null>(null);

  /** Asks, and remembers a refusal; returns whether it was done. */
  async run<N extends RequestName>(request: N, fields?: Requests[N], options?: { save?: boolean }): Promise<boolean> {
    return this.attempt(() => program.ask(request, fields, options));
  }

  /** Does something that may fail with a sentence. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    try {
      await work();
      this.problem = null;
      return true;
    } catch (error) {
      this.problem = sentence(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/**
 * Sends what changes quickly, as a slider does: one value at a time, and of those that come meanwhile the last
 * one only.
 */
export class Live<T> {
  #send: (value: T) => Promise<unknown>;
  #next: { value: T } | null = null;
  #sending: Promise<void> | null = null;

  constructor(send: (value: T) => Promise<unknown>) {
    this.#send = send;
  }

  /** Resolves when nothing is left to send. */
  set(value: T): Promise<void> {
    this.#next = { value };
    this.#sending ??= this.#sendAll();
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#take(); next !== null; next = this.#take()) await this.#send(next.value).catch(() => undefined);
    this.#sending = null;
  }

  #take(): { value: T } | null {
    const next = this.#next;
    this.#next = null;
    return next;
  }
}

function sentence(error: unknown): string {
  const text = error instanceof Refused || error instanceof Error ? error.message : String(error);
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');
}
