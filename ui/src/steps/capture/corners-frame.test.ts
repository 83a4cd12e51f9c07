import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';

import type { Corners } from '../../backend';
import CornersFrame from './CornersFrame.svelte';

const CORNERS: Corners = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]];
let shown: ReturnType<typeof mount> | null = null;

function show(): ReturnType<typeof vi.fn<(corners: Corners) => void>> {
  const onplaced = vi.fn<(corners: Corners) => void>();
  shown = mount(CornersFrame, { target: document.body, props: { corners: CORNERS, onplaced } });
  flushSync();
  return onplaced;
}

afterEach(async () => {
  if (shown) await unmount(shown);
});

const corner = (which: number) => document.querySelector(`[data-action="corner"][data-value="${which}"]`) as HTMLElement;

it('moves a corner with the arrow keys, and tells once they are let go of', () => {
  const onplaced = show();
  const press = (shiftKey: boolean) =>
    corner(1).dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', shiftKey, bubbles: true, cancelable: true }));
  press(false);
  press(true);
  expect(onplaced).not.toHaveBeenCalled();
  corner(1).dispatchEvent(new KeyboardEvent('keyup', { key: 'ArrowLeft', bubbles: true }));
  const told = onplaced.mock.calls[0]?.[0];
  expect(told?.[1]?.[0]).toBeCloseTo(0.878);
  expect(told?.[0]).toEqual(CORNERS[0]);
});

it('keeps the arrow keys from the screen behind it, and no other key', () => {
  show();
  const key = (name: string) => new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true });
  const [arrow, enter] = [key('ArrowUp'), key('Enter')];
  corner(0).dispatchEvent(arrow);
  corner(0).dispatchEvent(enter);
  expect([arrow.defaultPrevented, enter.defaultPrevented]).toEqual([true, false]);
});

it('names each corner for whoever does not see it', () => {
  show();
  const names = [0, 1, 2, 3].map((which) => corner(which).getAttribute('aria-label'));
  expect(new Set(names).size).toBe(4);
});
