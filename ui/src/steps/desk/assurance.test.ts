import { describe, expect, it } from 'vitest';

import { percent, rounded } from './assurance';

describe('figures of the assurance statement', () => {
  it('are short, and never pretend to more than was measured', () => {
    expect(rounded(0.62314159)).toBe('0.6231');
    expect(rounded(18)).toBe('18');
    expect(rounded(0)).toBe('0');
    expect(percent(0.053)).toBe('5.3');
    expect(percent(0)).toBe('0.0');
  });
});
