/** The words of the page in the reader's language; English where there is no other. */

import { en } from './en';

export type Words = typeof en;

const LANGUAGES: Record<string, Words> = { en };

/** The first of the reader's languages that there is. */
export const language = navigator.languages.map((tag) => tag.split('-')[0] ?? '').find((tag) => tag in LANGUAGES) ?? 'en';

export const words: Words = LANGUAGES[language] ?? en;
