// The common reasons for a refusal. Picking one writes its sentence, in the officer's language; the sentence is what
// goes to the server, and what the person is told.

export const REASONS = [
  'expired',
  'unreadable',
  'face_hidden',
  'face_differs',
  'data_differs',
  'video_lacks',
  'copy',
  'underage',
  'other',
] as const;
export type Reason = (typeof REASONS)[number];

/** As long as a reason may get here: enough for a paragraph. */
export const LONGEST = 500;

export function isPicked(text: string, sentence: string): boolean {
  return text.includes(sentence);
}

/** The text with the sentence added at its end, or taken out again where it is in it already. */
export function picked(text: string, sentence: string): string {
  const changed = isPicked(text, sentence) ? text.replace(sentence, ' ') : `${text} ${sentence}`;
  const tidied = changed.replace(/[ \t]+/g, ' ').trim();
  return tidied.length > LONGEST ? text : tidied;
}
