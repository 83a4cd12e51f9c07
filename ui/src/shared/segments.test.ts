import { flushSync, mount, unmount } from 'svelte';
import { expect, it } from 'vitest';

import Segments from './Segments.svelte';

it('shows what the booth holds, not what was pressed: a judgement that was refused is not on the screen', () => {
  const target = document.createElement('div');
  document.body.append(target);
  const asked: string[] = [];
  const segments = mount(Segments, {
    target,
    props: {
      action: 'check',
      label: 'Not expired',
      value: 'none',
      options: [
        { value: 'passed', label: 'Passed' },
        { value: 'none', label: 'Not judged' },
      ],
      onchoose: (value: string) => asked.push(value),
    },
  });
  target.querySelector<HTMLInputElement>('[data-value="passed"] input')?.click();
  flushSync();
  expect(asked).toEqual(['passed']);
  const shown = [...target.querySelectorAll('input')].filter((input) => input.checked).map((input) => input.value);
  expect(shown).toEqual(['none']);
  void unmount(segments);
});
