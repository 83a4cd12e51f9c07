// What has to be read before anything is signed: the contract first, then the documents in their order.

import type { SigningView } from '../../backend';

export interface ToRead {
  object: string;
  name: string;
  pages: number;
  read: boolean;
}

export function toRead(signing: SigningView | null, contractName: string): ToRead[] {
  if (!signing) return [];
  const { contract, papers } = signing;
  return [
    ...(contract ? [{ object: contract.object, name: contractName, pages: contract.pages, read: contract.read }] : []),
    ...papers.map(({ object, file_name, pages, read }) => ({ object, name: file_name, pages, read })),
  ];
}
