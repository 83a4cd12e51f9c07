import { expect, it } from 'vitest';

import { paper, signed } from '../../shared/specimens';
import { copiesMissing } from './copies';

it.each([
  ['none of the documents is here', [paper('a'), paper('b')], true],
  ['one is missing', [paper('a', { signed: signed() }), paper('b')], true],
  ['all are here', [paper('a', { signed: signed() }), paper('b', { signed: signed() })], false],
  ['one is here and not in order: asking again gives the same', [paper('a', { signed: signed({ good: false }) })], false],
  ['one was never uploaded', [paper('a', { upload: 'waiting' })], false],
  ['one may be at the server', [paper('a', { upload: 'sending' })], true],
])('%s', (_what, papers, missing) => expect(copiesMissing(papers)).toBe(missing));
