// What the person is asked to show, one thing at a time. The same for everybody in this edition.

import type { DocumentType } from '../../backend';

export type Prompt = 'look' | 'front' | 'page' | 'turn' | 'thanks';

/** Time for each, in milliseconds. */
export const PROMPT_MS = 4000;
/** Before this nothing worth keeping was recorded. */
export const SHORTEST_MS = 3000;

/** A passport is not turned over: its back shows nothing. */
export function promptsFor(kind: DocumentType | undefined): Prompt[] {
  return kind === 'passport' ? ['look', 'page', 'thanks'] : ['look', 'front', 'turn', 'thanks'];
}

/** The one that is due after `elapsed` milliseconds; the last one stays. */
export function promptAt(prompts: readonly Prompt[], elapsed: number): number {
  return Math.min(prompts.length - 1, Math.max(0, Math.floor(elapsed / PROMPT_MS)));
}
