// Figures as people read them: bytes, times, pixels.

import type { SizeView } from '../backend';

/** Decimal units, as file managers and invoices use them. */
export function formatBytes(bytes: number, language: string): string {
  const [divisor, unit] = bytes < 1e3 ? [1, 'B'] : bytes < 1e6 ? [1e3, 'kB'] : bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB'];
  const value = bytes / divisor;
  const digits = divisor === 1 || value >= 100 ? 0 : 1;
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${format.format(value)}\u00a0${unit}`;
}

/** `0:07`, `12:30`. */
export function formatClock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function formatSize(size: SizeView): string {
  return `${size.width}\u00a0×\u00a0${size.height}`;
}

/** `3 minutes ago`. */
export function formatAge(then: number, now: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const minutes = Math.max(0, Math.round((now - then) / 60_000));
  if (minutes < 60) return format.format(-minutes, 'minute');
  if (minutes < 48 * 60) return format.format(-Math.round(minutes / 60), 'hour');
  return format.format(-Math.round(minutes / (24 * 60)), 'day');
}

/** `23 h 59 min`, rounded up: nothing goes before the clock says so. */
export function formatLeft(milliseconds: number): string {
  const minutes = Math.max(0, Math.ceil(milliseconds / 60_000));
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} min` : `${hours} h ${minutes % 60} min`;
}

/** `14:02`; another day's with its date. */
export function formatTime(at: number, language: string, now: number = Date.now()): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  const day: Intl.DateTimeFormatOptions = sameDay ? {} : { dateStyle: 'medium' };
  return new Intl.DateTimeFormat(language, { ...day, timeStyle: 'short' }).format(at);
}

export function formatMoment(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}

/** Enough of a SHA-256 to compare by eye. */
export function shortDigest(sha256: string): string {
  return `${sha256.slice(0, 8)}…${sha256.slice(-8)}`;
}

/** A method by its name and version: the digests of its networks stand in the assurance statement. */
export function methodName(method: string): string {
  return method.replace(/ sha256:[0-9a-f]{64}/g, '');
}
