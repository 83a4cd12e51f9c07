import type { PaperView } from '../../backend';

/** Whether a document the server has is not here signed yet. One that is here and not in order is no reason to ask again. */
export function copiesMissing(papers: readonly PaperView[]): boolean {
  return papers.some((paper) => paper.upload !== 'waiting' && paper.signed === null);
}
