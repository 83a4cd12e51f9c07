import { afterEach, describe, expect, it } from 'vitest';

import { arrive, beginTyping } from './arrive';

function screen(...values: string[]): { heading: HTMLElement; inputs: HTMLElement } {
  document.body.innerHTML = '<h1 tabindex="-1"></h1><div></div>';
  const heading = document.querySelector('h1') as HTMLElement;
  const inputs = document.querySelector('div') as HTMLElement;
  for (const value of values) {
    const input = document.createElement('input');
    input.value = value;
    inputs.append(input);
  }
  return { heading, inputs };
}

describe('the focus on a new step', () => {
  afterEach(() => document.body.replaceChildren());

  it('goes to the first empty input of a step to type into', async () => {
    const { heading, inputs } = screen('Alma', '', '');
    beginTyping(inputs);
    arrive(heading);
    await Promise.resolve();
    expect(document.activeElement).toBe(inputs.children[1]);
  });

  it('stays on the heading when everything is filled in', async () => {
    const { heading, inputs } = screen('Alma', 'Sample');
    beginTyping(inputs);
    arrive(heading);
    await Promise.resolve();
    expect(document.activeElement).toBe(heading);
  });
});
