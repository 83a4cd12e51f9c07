import { describe, expect, it } from 'vitest';

import type { FieldView } from '../../backend';
import { agrees, comparison, proposals } from './reading';

function field(more: Partial<FieldView> = {}): FieldView {
  const read = { value: 'ALMA', source: 'mrz', confidence: 0.9, repaired: false, role: 'rear', corners: null, other: null } as const;
  return { key: 'given_name', value: '', required: true, beside: 'front', read, changed: null, ...more };
}

describe('what was read', () => {
  it('is proposed in a field nobody touched', () => {
    expect(proposals([field()], {}, {})).toEqual({ given_name: 'ALMA' });
    expect(proposals([field({ read: null })], {}, {})).toEqual({});
  });

  it('never replaces what a person typed or confirmed', () => {
    expect(proposals([field()], { given_name: 'Alma' }, {})).toEqual({});
    expect(proposals([field({ value: 'Alma' })], { given_name: 'Alma' }, {})).toEqual({});
    expect(proposals([field()], { given_name: '' }, { given_name: 'ALMA' }), 'they emptied it').toEqual({});
  });

  it('is proposed anew when another document was read', () => {
    expect(proposals([field()], { given_name: 'EVA' }, { given_name: 'EVA' })).toEqual({ given_name: 'ALMA' });
  });

  it('is marked as agreed only where two places say it and nothing speaks against it', () => {
    const read = { value: 'ALMA', source: 'both', confidence: 0.9, repaired: false, role: 'rear', corners: null, other: null } as const;
    expect(agrees(field({ read }), 'ALMA')).toBe(true);
    expect(agrees(field({ read }), 'ALBA')).toBe(false);
    expect(agrees(field({ read: { ...read, source: 'mrz' } }), 'ALMA')).toBe(false);
    expect(agrees(field({ read: { ...read, other: 'ALBA' } }), 'ALMA')).toBe(false);
    expect(agrees(field({ read: { ...read, repaired: true } }), 'ALMA')).toBe(false);
  });

  it('is told from what stands in the field', () => {
    expect(comparison(field(), ' ALMA ')).toBe('same');
    expect(comparison(field(), 'Alma')).toBe('different');
    expect(comparison(field({ read: null }), 'Alma')).toBe('none');
  });
});
