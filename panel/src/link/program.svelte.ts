/** The link to the running program: its state, kept up to date by events, and requests with their replies. */

import type { AnswerTo, Lists, RequestName, Requests } from '../protocol/requests';
import type {
  Activity, Camera, Figures, Guard, History, Lowered, Mode, Output, PreviewRules, Recording, Scene, State,
} from '../protocol/state';
import { words } from '../words';

/** A request was refused; the message is the program's own sentence. */
export class Refused extends Error {}

/** How the link is: being made, there, broken, ended by the program, or not allowed to this browser. */
export type LinkState = 'connecting' | 'open' | 'lost' | 'ended' | 'shut-out';

const FIRST_RETRY_MS = 300;
const LONGEST_RETRY_MS = 3000;
/** How long a new connection may tell nothing. */
const LONGEST_SILENCE_MS = 4000;

/** Requests that the page does without where they are missing. */
const OPTIONAL: readonly RequestName[] = ['camera-mode'];

const NO_FIGURES: Figures = {
  fps: 0, median_ms: 0, p99_ms: 0, finished: 0, dropped: 0, shown: 0, stages: [],
  cpu_percent: 0, memory_mb: 0, offer: null, exposed: null, lead: null, panics: 0, outputs: [], cameras: [],
};

/** Everything that is told, each part by itself, so that a change of one redraws what shows it and nothing else. */
class Parts {
  version = $state(0);
  program = $state('');
  process = $state(0);
  scenes = $state.raw<State['scenes']>({ list: [], shown: null });
  scene = $state.raw<Scene>({ name: null, title: '', layers: [], effects: [], background: null, blur: false, mirror: false, changed: false });
  mode = $state<Mode>('running');
  activity = $state<Activity>('idle');
  message = $state<string | null>(null);
  outputs = $state.raw<Output[]>([]);
  cameras = $state.raw<Camera[]>([]);
  figures = $state.raw<Figures>(NO_FIGURES);
  guard = $state.raw<Guard>({ shielding: false, shielded: 0, reason: null });
  lowered = $state.raw<Lowered>({ network_every: 1, size: 'full' });
  history = $state.raw<History>({ can_undo: false, can_redo: false });
  recording = $state.raw<Recording | null>(null);
  recordings = $state.raw<Recording[]>([]);
  preview = $state.raw<PreviewRules>({ opens_camera: true });
}

type Waiting = { done: (value: unknown) => void; refused: (error: Refused) => void };
type Line = { state?: State; event?: Record<string, unknown>; reply?: number | null; ok?: unknown; error?: string };

export class Program {
  readonly parts = new Parts();
  link = $state<LinkState>('connecting');
  /** Whether a state has ever come: before that there is nothing to show. */
  known = $state(false);
  /** When the first state of the present connection came, to ask again for what isn't part of the state. */
  connections = $state(0);
  /** Requests that this program doesn't know: what needs them is hidden. */
  lacks = $state.raw<ReadonlySet<string>>(new Set());

  #socket: WebSocket | null = null;
  #waiting = new Map<number, Waiting>();
  #next = 1;
  #retry = FIRST_RETRY_MS;
  #ended = false;
  #listeners = new Set<(part: string) => void>();

  /** Connects, and again whenever the connection ends. */
  connect(): void {
    const socket = new WebSocket(address('/api/v1/events'));
    this.#socket = socket;
    socket.onmessage = (message: MessageEvent<string>) => this.#read(message.data);
    socket.onclose = () => void this.#closed();
    // A connection that hangs is no connection.
    setTimeout(() => this.#socket === socket && this.link !== 'open' && socket.close(), LONGEST_SILENCE_MS);
  }

  /** Calls back after each event, with the part that changed, and with 'state' after a whole one. */
  onChange(listener: (part: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Asks for something.
   *
   * @throws {Refused} with the program's own sentence, or when there is no link.
   */
  ask<N extends RequestName>(request: N, fields?: Requests[N], options?: { save?: boolean }): Promise<AnswerTo<N>> {
    const socket = this.#socket;
    if (this.link !== 'open' || socket === null) return Promise.reject(new Refused(words.link.notNow));
    const id = this.#next++;
    const line = { id, request, ...fields, ...(options?.save ? { save: true } : {}) };
    return new Promise<unknown>((done, refused) => {
      const isUnknown = (error: Refused) => {
        if (error.message.startsWith(`there is no request '${request}'`)) this.lacks = new Set([...this.lacks, request]);
        refused(error);
      };
      this.#waiting.set(id, { done, refused: isUnknown });
      socket.send(JSON.stringify(line));
    }) as Promise<AnswerTo<N>>;
  }

  /** Asks what there is. */
  list<W extends keyof Lists>(what: W): Promise<Lists[W]> {
    return this.ask('list', { what }) as Promise<Lists[W]>;
  }

  #read(text: string): void {
    const line = JSON.parse(text) as Line;
    if (line.state !== undefined) {
      this.#begin(line.state);
    } else if (line.event !== undefined) {
      for (const [part, value] of Object.entries(line.event)) this.#apply(part, value);
    } else if (typeof line.reply === 'number') {
      const waiting = this.#waiting.get(line.reply);
      this.#waiting.delete(line.reply);
      if (line.error === undefined) waiting?.done(line.ok);
      else waiting?.refused(new Refused(line.error));
    }
  }

  #begin(state: State): void {
    for (const [part, value] of Object.entries(state)) this.#set(part, value);
    this.#retry = FIRST_RETRY_MS;
    this.#ended = false;
    this.link = 'open';
    this.known = true;
    this.connections += 1;
    this.#tell('state');
    void this.#learn();
  }

  /** Finds out which of the page's requests this program knows. */
  async #learn(): Promise<void> {
    const description = await fetch('/api/v1/openapi.json').then((answer) => answer.json(), () => null).catch(() => null) as { paths?: object } | null;
    if (!description?.paths) return;
    const paths = description.paths;
    this.lacks = new Set(OPTIONAL.filter((request) => !(`/api/v1/${request}` in paths)));
  }

  #apply(part: string, value: unknown): void {
    if (part === 'gone') this.#ended = true;
    this.#set(part, value);
    this.#tell(part);
  }

  /** What isn't known is new, and passed over. */
  #set(part: string, value: unknown): void {
    if (part in this.parts) (this.parts as unknown as Record<string, unknown>)[part] = value;
  }

  #tell(part: string): void {
    for (const listener of this.#listeners) listener(part);
  }

  async #closed(): Promise<void> {
    this.#socket = null;
    for (const waiting of this.#waiting.values()) waiting.refused(new Refused(words.link.lostWhileAsking));
    this.#waiting.clear();
    this.link = this.#ended ? 'ended' : 'lost';
    // A WebSocket doesn't tell why it was refused; a plain request does.
    const status = await fetch('/api/v1/state', { cache: 'no-store' }).then((answer) => answer.status, () => 0);
    if (status === 401 || status === 403) this.link = 'shut-out';
    setTimeout(() => this.connect(), this.#retry);
    this.#retry = Math.min(this.#retry * 1.5, LONGEST_RETRY_MS);
  }
}

/** The address of a WebSocket of this very host. */
export function address(path: string): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

export const program = new Program();
