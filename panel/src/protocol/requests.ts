/**
 * What the page asks of the program. The types of requests are the program's own, made from openapi.json; those
 * that an older program may lack are written here.
 */

import type { paths } from './generated';
import type { Definition, Diagnosis, FoundCamera, SavedRecording, SceneEntry } from './state';

type Body<Path> = Path extends { post: { requestBody: { content: { 'application/json': infer Fields } } } } ? Fields
  : Path extends { post: { requestBody?: { content: { 'application/json': infer Fields } } } } ? Fields
  : never;
type Known = { [Path in keyof paths as Path extends `/api/v1/${infer Name}` ? (Body<paths[Path]> extends never ? never : Name) : never]: Body<paths[Path]> };

interface Optional {
  'camera-mode': { size?: string; fps?: number };
}

export type Requests = Omit<Known, keyof Optional> & Optional;
export type RequestName = keyof Requests;

/** What a request returns, where it is more than that it was done. */
export type AnswerTo<Name extends RequestName> = Name extends 'doctor' ? Diagnosis : unknown;

/** What `list` returns. */
export interface Lists {
  scenes: SceneEntry[];
  sets: { name: string; summary: string }[];
  effects: Definition[];
  keys: Definition[];
  cameras: FoundCamera[];
  transitions: string[];
  recordings: SavedRecording[];
}

