import { expect, it } from 'vitest';

import { signing, paper } from '../../shared/specimens';
import { toRead } from './to-read';

it('the contract comes first, then the documents as they were added', () => {
  const view = signing({
    contract: { object: 'c', pages: 3, read: true },
    papers: [paper('one', { object: 'o1', pages: 2 }), paper('two', { object: 'o2', read: true })],
  });
  expect(toRead(view, 'Contract')).toEqual([
    { object: 'c', name: 'Contract', pages: 3, read: true },
    { object: 'o1', name: 'one.pdf', pages: 2, read: false },
    { object: 'o2', name: 'two.pdf', pages: 1, read: true },
  ]);
});

it('nothing is to be read before there is anything', () => {
  expect(toRead(null, 'Contract')).toEqual([]);
  expect(toRead(signing({}), 'Contract')).toEqual([]);
});
