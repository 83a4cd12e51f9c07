import { describe, expect, it } from 'vitest';

import { formatAge, formatBytes, formatClock, formatLeft, formatSize, methodName, shortDigest } from './figures';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('figures', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [83_900, '83.9 kB'],
    [512_000, '512 kB'],
    [14_204_511, '14.2 MB'],
    [3_100_000_000, '3.1 GB'],
  ])('%i bytes are %s', (bytes, text) => expect(plain(formatBytes(bytes, 'en'))).toBe(text));

  it('bytes have the comma where the language has it', () => {
    expect(plain(formatBytes(14_204_511, 'es'))).toBe('14,2 MB');
  });

  it.each([
    [-5, '0:00'],
    [999, '0:00'],
    [7000, '0:07'],
    [60_000, '1:00'],
    [754_321, '12:34'],
  ])('%i ms are %s', (milliseconds, text) => expect(formatClock(milliseconds)).toBe(text));

  it('ages are told in the unit a person would use', () => {
    const now = Date.UTC(2026, 0, 10);
    const age = (minutes: number) => formatAge(now - minutes * 60_000, now, 'en');
    expect([0, 12, 300, 4000].map(age)).toEqual(['this minute', '12 minutes ago', '5 hours ago', '3 days ago']);
    expect(formatAge(now + 60_000, now, 'en'), 'a clock that was set back').toBe('this minute');
  });

  it('time left is never shown as less than it is', () => {
    expect([0, 1, 60_000, 3_600_000, 86_390_000].map(formatLeft)).toEqual([
      '0 min',
      '1 min',
      '1 min',
      '1 h 0 min',
      '24 h 0 min',
    ]);
  });

  it('a picture is so many pixels across and down', () => {
    expect(plain(formatSize({ width: 1920, height: 1080 }))).toBe('1920 × 1080');
  });

  it('a digest keeps both ends', () => {
    expect(shortDigest('0123456789abcdef'.repeat(4))).toBe('01234567…89abcdef');
  });

  it('a method is named without the digests of its networks', () => {
    const digest = '0123456789abcdef'.repeat(4);
    expect(methodName(`challenge/1 sface sha256:${digest} onnxruntime, face/1`)).toBe('challenge/1 sface onnxruntime, face/1');
  });
});
