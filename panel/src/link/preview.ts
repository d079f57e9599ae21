/**
 * A live picture: a WebSocket that sends JPEG pictures, each with the time at which it was finished and its
 * number. The next one comes when the one before was acknowledged, so a slow page never has a queue.
 */

import { address } from './program.svelte';

export type View = 'viewers' | 'matte' | 'camera' | 'whole';

export interface Wanted {
  view: View;
  /** The layer whose camera is seen, of `whole`. */
  layer?: string | undefined;
  /** In pixels. */
  width: number;
  fps: number;
  /** Whether the camera may be opened although previews don't open it. */
  look?: boolean;
}

export interface Shown {
  bitmap: ImageBitmap;
  /** From finished to here, in milliseconds; null as long as the clocks weren't compared. */
  ageMs: number | null;
}

const HEADER_BYTES = 12;
const PINGS = 5;
const RETRY_MS = 700;
/** After the program said why there is nothing to see. */
const LATER_MS = 2500;

export class Preview {
  #wanted: Wanted;
  #show: (shown: Shown) => void;
  #note: (sentence: string | null) => void;
  #socket: WebSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #isRefused = false;
  #pings = new Map<number, number>();
  /** The program's clock less this page's, in milliseconds, and how exactly that is known. */
  #clock: { offset: number; within: number } | null = null;

  constructor(wanted: Wanted, show: (shown: Shown) => void, note: (sentence: string | null) => void) {
    this.#wanted = wanted;
    this.#show = show;
    this.#note = note;
  }

  open(): void {
    const { view, layer, width, fps, look } = this.#wanted;
    const query = new URLSearchParams({ view, width: String(width), fps: String(fps), ...(look ? { look: 'now' } : {}), ...(layer ? { layer } : {}) });
    const socket = new WebSocket(address(`/api/v1/preview?${query}`));
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      for (let ping = 0; ping < PINGS; ping += 1) setTimeout(() => this.#ping(socket, ping), ping * 150);
    };
    socket.onmessage = (message: MessageEvent<ArrayBuffer | string>) => {
      if (typeof message.data === 'string') this.#told(message.data);
      else void this.#picture(socket, message.data);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#retry = setTimeout(() => this.open(), this.#isRefused ? LATER_MS : RETRY_MS);
      this.#isRefused = false;
    };
    this.#socket = socket;
  }

  close(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  async #picture(socket: WebSocket, data: ArrayBuffer): Promise<void> {
    const header = new DataView(data, 0, HEADER_BYTES);
    const finished = Number(header.getBigUint64(0, true)) / 1000;
    const sequence = header.getUint32(8, true);
    try {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(data, HEADER_BYTES)], { type: 'image/jpeg' }));
      if (this.#socket === socket) {
        this.#note(null);
        this.#show({ bitmap, ageMs: this.#clock === null ? null : performance.now() + this.#clock.offset - finished });
      }
      bitmap.close();
    } finally {
      if (socket.readyState === WebSocket.OPEN) socket.send(String(sequence));
    }
  }

  #ping(socket: WebSocket, ping: number): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    this.#pings.set(ping, performance.now());
    socket.send(JSON.stringify({ ping }));
  }

  #told(text: string): void {
    const told = JSON.parse(text) as { note?: string; pong?: number; now?: number };
    if (told.note !== undefined) {
      this.#isRefused = true;
      this.#note(told.note);
    }
    const sent = told.pong === undefined ? undefined : this.#pings.get(told.pong);
    if (sent === undefined || told.now === undefined) return;
    const within = (performance.now() - sent) / 2;
    if (this.#clock === null || within < this.#clock.within) {
      this.#clock = { offset: told.now / 1000 - (sent + within), within };
    }
  }
}
