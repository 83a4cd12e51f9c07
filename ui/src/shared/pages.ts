// Which pages of a document were on the screen.

type Seen = ReadonlySet<number> | undefined;

/** A set of its own: what was handed out before does not change. */
export function withPage(seen: Seen, page: number): ReadonlySet<number> {
  return new Set([...(seen ?? []), page]);
}

export function countSeen(seen: Seen, pages: number): number {
  return [...(seen ?? [])].filter((page) => page >= 0 && page < pages).length;
}

/** A document without pages was not seen. */
export function allSeen(seen: Seen, pages: number): boolean {
  return pages > 0 && countSeen(seen, pages) === pages;
}

/** The page to read next: the first unseen one after `from`, then from the beginning; null when all were seen. */
export function nextUnseen(seen: Seen, pages: number, from: number): number | null {
  for (let step = 1; step <= pages; step += 1) {
    const page = (from + step) % pages;
    if (!seen?.has(page)) return page;
  }
  return null;
}

/** Steps of 128 pixels, at most 2,560: a window that is resized does not ask for every width in between. */
export function pictureWidth(cssWidth: number, devicePixels: number): number {
  return Math.min(2560, Math.max(128, Math.ceil((cssWidth * devicePixels) / 128) * 128));
}
