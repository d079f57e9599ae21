/** Pictures in and out over HTTP: uploads and thumbnails. */

import type { Upload } from '../protocol/state';
import { words } from '../words';
import { Refused } from './program.svelte';

type Reply<T> = { ok?: T; error?: string };

/** The address of a small picture of a background, an effect or a scene; with another version it is fetched again. */
export function thumbnail(kind: 'background' | 'effect' | 'scene', name: string, version: string): string {
  return `/api/v1/thumbnail?${kind}=${encodeURIComponent(name)}${version === '' ? '' : `&v=${version}`}`;
}

/** What the user brought so far; nothing where the program takes nothing. */
export async function uploads(): Promise<Upload[]> {
  return (await get<Upload[]>('/api/v1/uploads')) ?? [];
}

export async function removeUpload(name: string): Promise<void> {
  const answer = await fetch(`/api/v1/uploads/${encodeURIComponent(name)}`, { method: 'DELETE' });
  const reply = await answer.json().catch(() => ({})) as Reply<unknown>;
  if (!answer.ok) throw new Refused(reply.error ?? words.uploads.failed(answer.status));
}

/**
 * Hands a file over.
 *
 * @param told is called with the share that has been sent, 0 to 1.
 */
export function upload(file: File, told: (share: number) => void): Promise<Upload> {
  return new Promise((done, failed) => {
    // fetch() doesn't tell how far it is.
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = (event) => told(event.total > 0 ? event.loaded / event.total : 0);
    request.onerror = () => failed(new Refused(words.uploads.broken));
    request.onload = () => {
      const reply = request.response as Reply<Upload> | null;
      if (request.status === 200 && reply?.ok !== undefined) done(reply.ok);
      else failed(new Refused(reply?.error ?? words.uploads.failed(request.status)));
    };
    request.send(file);
  });
}

async function get<T>(path: string): Promise<T | null> {
  const answer = await fetch(path).catch(() => null);
  if (answer === null || !answer.ok) return null;
  const reply = await answer.json().catch(() => ({})) as Reply<T>;
  return reply.ok ?? null;
}
