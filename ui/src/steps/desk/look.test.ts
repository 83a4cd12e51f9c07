import { expect, it } from 'vitest';

import { Look } from './look.svelte';

it('stays inside the picture, wherever it is sent', () => {
  const look = Look.at(1.4, -2);
  expect(look.at).toEqual({ x: 1, y: 0 });
  for (let press = 0; press < 30; press += 1) look.step(-1, 1);
  expect(look.at).toEqual({ x: 0, y: 1 });
});

it('comes nearer and goes back', () => {
  const look = new Look();
  look.toggle();
  expect(look.scale).toBeGreaterThan(2);
  look.toggle();
  expect(look.scale).toBe(1);
});
