// A value that was read is only a proposal: it is put into a field nobody has typed in, and stays one until a person
// confirms it.

import type { FieldKey, FieldView } from '../../backend';

type Texts = Partial<Record<FieldKey, string>>;

/** What is to be put into fields: what was read, where nothing was confirmed and nobody typed. */
export function proposals(fields: readonly FieldView[], values: Texts, proposed: Texts): Texts {
  const put: Texts = {};
  for (const { key, value, read } of fields) {
    const untouched = (values[key] ?? '') === (proposed[key] ?? '');
    if (read && value === '' && untouched && read.value !== values[key]) put[key] = read.value;
  }
  return put;
}

/** Whether two places of the document say what stands in a field, and nothing speaks against it. */
export function agrees(field: FieldView, value: string): boolean {
  const { read } = field;
  return read?.source === 'both' && read.other === null && !read.repaired && comparison(field, value) === 'same';
}

/** Whether what stands in a field is what was read. */
export function comparison(field: FieldView, value: string): 'none' | 'same' | 'different' {
  if (!field.read) return 'none';
  return value.trim().split(/\s+/).join(' ') === field.read.value ? 'same' : 'different';
}
