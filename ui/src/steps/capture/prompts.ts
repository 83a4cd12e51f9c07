// What the person is asked to show in the video, in words.

import type { DocumentType, Prompt, PromptView } from '../../backend';
import type { TextKey } from '../../i18n/i18n.svelte';
import { named } from '../../shared/chapters';

/** Before this nothing worth keeping was recorded. */
export const SHORTEST_MS = 3000;

/** What will be asked for, before the order is drawn: a passport is not turned over, its back shows nothing. */
export function planFor(kind: DocumentType | undefined, moves: boolean): Prompt[] {
  const plan: Prompt[] = ['front', 'tilt'];
  if (kind !== 'passport') plan.push('back');
  plan.push('fingers');
  if (moves) plan.push('movements');
  return plan;
}

/** The key of what to say now. */
export function wordsOf(view: PromptView, kind: DocumentType | undefined): TextKey {
  if (view.prompt === null) return 'video.prompt_end.over';
  if (view.end !== null) return `video.prompt_end.${view.end}`;
  return `video.prompt.${named(view.prompt, kind)}`;
}

/** Whether something is still asked for. */
export function isAsking(view: PromptView | null): view is PromptView & { prompt: Prompt } {
  return view !== null && view.prompt !== null;
}

/** Whether a person may go on by hand: not from movements, which have times of their own. */
export function canGoOn(view: PromptView | null): view is PromptView & { prompt: Prompt } {
  return isAsking(view) && view.end === null && view.prompt !== 'movements';
}
