import { flushSync } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';

import { answerKeys, handleKey, refuseHeldKeys, type Keys } from './keys.svelte';

const ends: (() => void)[] = [];

function screen(keys: Keys, modal = false): void {
  ends.push(
    $effect.root(() => {
      answerKeys(() => keys, modal);
    }),
  );
  flushSync();
}

function press(key: string, on: HTMLElement = document.body, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  on.addEventListener('keydown', handleKey, { once: true });
  on.dispatchEvent(event);
  return event;
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  document.body.append(made);
  return made;
}

afterEach(() => {
  ends.splice(0).forEach((end) => end());
  document.body.replaceChildren();
});

describe('keys', () => {
  it('Enter is the primary action, also from within a text field', () => {
    let went = 0;
    screen({ Enter: () => (went += 1) });
    press('Enter');
    press('Enter', element('input'));
    expect(went).toBe(2);
  });

  it('letters belong to the field that is being typed in', () => {
    let retakes = 0;
    screen({ r: () => (retakes += 1) });
    press('r', element('input'));
    press('R');
    expect(retakes).toBe(1);
  });

  it('a text of several lines keeps Enter too, but not Escape', () => {
    let left = 0;
    screen({ Enter: () => expect.unreachable(), '1': () => expect.unreachable(), Escape: () => (left += 1) });
    press('Enter', element('textarea'));
    press('1', element('textarea'));
    press('Escape', element('textarea'));
    expect(left).toBe(1);
  });

  it('a button that has the focus keeps Enter and Space for itself', () => {
    screen({ Enter: () => expect.unreachable(), ' ': () => expect.unreachable() });
    press('Enter', element('button'));
    press(' ', element('button'));
  });

  it('a dialog takes all keys; the screen under it hears nothing', () => {
    let cancelled = 0;
    screen({ Enter: () => expect.unreachable('the screen under the dialog') });
    screen({ Escape: () => (cancelled += 1) }, true);
    press('Enter');
    press('Escape');
    expect(cancelled).toBe(1);
  });

  it('a screen that left answers no more', () => {
    screen({ Enter: () => expect.unreachable('it is gone') });
    ends.splice(0).forEach((end) => end());
    press('Enter');
  });

  it('combinations with Ctrl, Alt or Meta are not ours', () => {
    screen({ r: () => expect.unreachable() });
    press('r', document.body, { ctrlKey: true });
  });

  it('a key that is held down does not press its way through the steps', () => {
    const held = new KeyboardEvent('keydown', { key: 'Enter', repeat: true, cancelable: true });
    refuseHeldKeys(held);
    expect(held.defaultPrevented).toBe(true);
    const first = new KeyboardEvent('keydown', { key: 'Enter', cancelable: true });
    refuseHeldKeys(first);
    expect(first.defaultPrevented).toBe(false);
  });
});
