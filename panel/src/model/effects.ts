/** Effects and keys as they are written: `hologram:ghost=0.5,tint=1`, `blur:light`. */

import type { Definition, Setting } from '../protocol/state';

export type Value = number | string | boolean;

export interface Written {
  name: string;
  /** What was written, by setting. */
  values: Map<string, string>;
}

/** Takes a text apart; the first setting may be written without its name. */
export function read(text: string, definitions: Definition[]): Written {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const settings = definitions.find((known) => known.name === name)?.settings ?? [];
  const values = new Map<string, string>();
  const parts = colon < 0 ? [] : pieces(text.slice(colon + 1));
  for (const part of parts) {
    const equals = part.indexOf('=');
    const setting = equals < 0 ? settings[0]?.name : part.slice(0, equals).trim();
    if (setting !== undefined) values.set(setting, part.slice(equals + 1).trim());
  }
  return { name, values };
}

/** Between commas, but those within brackets, as in rgb(…). */
function pieces(text: string): string[] {
  return text.split(/,(?![^(]*\))/).filter((piece) => piece.trim() !== '');
}

/** Puts it together again. */
export function write({ name, values }: Written): string {
  const settings = [...values].map(([setting, value]) => `${setting}=${value}`);
  return settings.length === 0 ? name : `${name}:${settings.join(',')}`;
}

/** What a setting is at: as written, or its default. */
export function valueOf(setting: Setting, written: Written): Value {
  const text = written.values.get(setting.name);
  if (text === undefined) return setting.default ?? setting.word ?? '';
  if (setting.kind === 'number') {
    const word = setting.words?.find(([name]) => name === text);
    return word?.[1] ?? Number(text);
  }
  if (setting.kind === 'switch') return text === 'true' || text === 'on' || text === 'yes';
  return text;
}
