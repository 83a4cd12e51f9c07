import { expect, it } from 'vitest';

import { digitsOf, isComplete } from './code-field';

it.each([
  ['as it is', '123456', '123456', true],
  ['zeros at the beginning stay', '000042', '000042', true],
  ['pasted with the words around it', ' Your code: 012 345.', '012345', true],
  ['with a dash', '012-345', '012345', true],
  ['begun', '01', '01', false],
  ['letters', 'abc', '', false],
  ['longer than usual', '12345678', '12345678', true],
  ['pasted twice', '123456123456', '12345612', true],
])('%s', (_what, typed, code, complete) => {
  expect(digitsOf(typed)).toBe(code);
  expect(isComplete(code)).toBe(complete);
});
