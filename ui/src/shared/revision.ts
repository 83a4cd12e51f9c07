import type { CaseView } from '../backend';

/**
 * Whether a view that the booth sent by itself may replace the one on the screen: only a newer one of the same case.
 * Answers and notices travel separately and can overtake each other; a case that was left never comes back.
 */
export function isNewer(shown: CaseView | null, incoming: CaseView): boolean {
  return shown !== null && shown.id === incoming.id && incoming.revision > shown.revision;
}
