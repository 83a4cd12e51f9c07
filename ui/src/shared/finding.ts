/** Letters without their accents, in lower case. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();
}

/** The items with a word that begins with what was typed; those whose name begins with it first. */
export function matching<Item extends { name: string }>(items: readonly Item[], typed: string): Item[] {
  const wanted = plain(typed.trim());
  const atStart = items.filter((item) => plain(item.name).startsWith(wanted));
  const inside = items.filter(
    (item) => !plain(item.name).startsWith(wanted) && plain(item.name).split(/[\s(’'-]+/).some((word) => word.startsWith(wanted)),
  );
  return [...atStart, ...inside];
}
