// What happened in a video, in words, and where to jump to.

import type { Chapter, DocumentType, Prompt } from '../backend';
import { fill, type TextKey } from '../i18n/i18n.svelte';

type Say = (key: TextKey, values?: Record<string, string>) => string;

/** A passport has a page with the photo where a card has a front. */
export function named(prompt: Prompt, kind: DocumentType | undefined): Prompt | 'page' {
  return prompt === 'front' && kind === 'passport' ? 'page' : prompt;
}

/** The key of what a prompt is called in a list. */
export function whatOf(prompt: Prompt, kind: DocumentType | undefined): TextKey {
  return `video.what.${named(prompt, kind)}`;
}

/** Digits with room between them. */
export function spaced(digits: string | null | undefined): string {
  return [...(digits ?? '')].join(' ');
}

/** What was asked for, with its digits. */
export function withDigits(name: string, digits: string | null | undefined): string {
  return digits ? `${name} ${spaced(digits)}` : name;
}

/** What a chapter is called: what was found, and no more. */
export function titleOf(chapter: Chapter, kind: DocumentType | undefined, say: Say): string {
  const { what, prompt, motion } = chapter;
  if (what === 'face_seen' || what === 'gap' || prompt === undefined) {
    return say(`video.chapter.${what === 'face_seen' ? 'face_seen' : 'gap'}`);
  }
  if (what === 'seen' && motion === undefined && (prompt === 'front' || prompt === 'back')) {
    return say(`video.chapter.seen_${prompt}`);
  }
  const name = motion ? say(`assurance.motion.${motion}`) : say(whatOf(prompt, kind));
  return fill(say(`video.chapter.${what}`), { what: withDigits(name, chapter.digits) });
}

/** The chapter that is on the screen at `position`; -1 before the first. */
export function chapterAt(chapters: readonly Chapter[], position: number): number {
  return chapters.findLastIndex((chapter) => chapter.at_ms <= position);
}

/** Where the chapter before `position` begins: of the one that is on, where it has been on for a moment. */
export function before(chapters: readonly Chapter[], position: number): number {
  return chapters.findLast((chapter) => chapter.at_ms < position - 500)?.at_ms ?? 0;
}

/** Where the next chapter begins, if there is one. */
export function after(chapters: readonly Chapter[], position: number): number | null {
  return chapters.find((chapter) => chapter.at_ms > position + 1)?.at_ms ?? null;
}
