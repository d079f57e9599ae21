/**
 * What the running program tells about itself. The types are the program's own: `npm run types` makes them from
 * openapi.json, which is made from the types of crates/protocol. What an older program doesn't tell is optional
 * here, and what `list` and `doctor` answer is written by hand.
 */

import type { components } from './generated';

type Told = components['schemas'];

export type Mode = Told['Mode'];
export type Activity = Told['Activity'];
export type Output = Told['Output'];
export type Camera = Told['Camera'];
export type Figures = Told['Figures'];
export type Guard = Told['Guard'];
export type Lowered = Told['Lowered'];
export type History = Told['History'];
export type SceneEntry = Told['SceneEntry'] & { summary?: string | null };

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Left, top, width and height, as shares of the canvas. */
export type Box = [number, number, number, number];

export type Layer = Omit<Told['Layer'], 'form'> & {
  /** As in the settings, without its defaults. */
  form: JsonObject;
};

export type Scene = Omit<Told['Scene'], 'layers'> & { layers: Layer[] };

export type Recording = Told['Recording'];

/** A recording that there is, as `list` tells it. */
export interface SavedRecording {
  name: string;
  file: string;
  bytes: number;
  /** When it ended, in seconds since 1970. */
  at: number;
}

export interface PreviewRules {
  /** Whether a visible preview may open the camera. */
  opens_camera: boolean;
  /** Another number, and small pictures are to be fetched again. */
  stills?: number;
}

export type State = Omit<Told['State'], 'scene'> & {
  scene: Scene;
  preview?: PreviewRules;
};

/** A setting of an effect or a key. */
export interface Setting {
  name: string;
  help: string;
  kind: 'number' | 'choice' | 'color' | 'switch' | 'text' | (string & {});
  default?: number | string | boolean;
  min?: number;
  max?: number;
  step?: number;
  unit?: string;
  values?: string[];
  words?: [string, number][];
  word?: string;
}

/** An effect or a key, as `list` tells. */
export interface Definition {
  name: string;
  summary: string;
  settings: Setting[];
}

export interface CameraControl {
  name: string;
  title: string;
  value: number | null;
  min: number;
  max: number;
  step: number;
  default: number;
  entries: [number, string][];
  is_switch: boolean;
  is_button: boolean;
  is_fixed: boolean;
}

export interface FoundCamera {
  path: string;
  name: string;
  problem: string | null;
  modes: { format: string; sizes: { min: [number, number]; max: [number, number]; rates: number[] }[] }[];
  controls: CameraControl[];
}

export interface Finding {
  area: string;
  id: string;
  severity: 'failure' | 'warning' | 'note' | (string & {});
  what: string;
  why: string;
  /** A command that mends it. */
  mend: string | null;
  /** Programs that it concerns. */
  clients: string[];
}

/** What root has to do for a virtual camera. */
export interface RootsPart {
  command: string;
  /** Why `install` doesn't run it from here; null where it does. */
  why_not: string | null;
}

export interface Diagnosis {
  fine: boolean;
  verdict: string;
  findings: Finding[];
  roots_part?: RootsPart | null;
}

export interface Upload {
  name: string;
  background: string;
}
