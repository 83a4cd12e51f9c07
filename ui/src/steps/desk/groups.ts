// The officer's list, sorted into what can be done with each case.

import type { DeskEntry } from '../../backend';

/** In the order they stand on the screen: what waits for somebody comes first. */
export const GROUPS = ['attention', 'waiting', 'ready', 'signed', 'refused'] as const;
export type Group = (typeof GROUPS)[number];
export type Filter = Group | 'all';

export interface GroupedEntries {
  group: Group;
  entries: DeskEntry[];
}

export function groupOf(entry: DeskEntry): Group {
  if (entry.review === 'sending') return 'attention';
  // A server that cannot be reached just now is no trouble of the case: its row says so where it stands.
  if (entry.problem && entry.problem.try_again !== 'later') return 'attention';
  switch (entry.step) {
    case 'submitted':
      return 'waiting';
    case 'documents':
    case 'reading':
    case 'code':
      return 'ready';
    case 'signed':
    case 'closed':
      return 'signed';
    case 'refused':
      return 'refused';
    default:
      return 'attention';
  }
}

/** The groups with something in them. What waits stands by age, the longest first; what is done, the newest first. */
export function grouped(entries: readonly DeskEntry[], filter: Filter = 'all'): GroupedEntries[] {
  return GROUPS.filter((group) => filter === 'all' || filter === group)
    .map((group) => {
      const inside = entries.filter((entry) => groupOf(entry) === group);
      const oldestFirst = group === 'waiting' || group === 'attention';
      inside.sort((a, b) => (oldestFirst ? 1 : -1) * ((a.submitted_at ?? 0) - (b.submitted_at ?? 0)));
      return { group, entries: inside };
    })
    .filter(({ entries: inside }) => inside.length > 0);
}

export function countsOf(entries: readonly DeskEntry[]): Record<Filter, number> {
  const counts: Record<Filter, number> = { all: entries.length, attention: 0, waiting: 0, ready: 0, signed: 0, refused: 0 };
  for (const entry of entries) counts[groupOf(entry)] += 1;
  return counts;
}

/** The row the keyboard is on after a move down (1) or up (-1); from nowhere it is the first or the last. */
export function moved(count: number, at: number, by: 1 | -1): number {
  if (count === 0) return -1;
  if (at < 0) return by > 0 ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, at + by));
}
