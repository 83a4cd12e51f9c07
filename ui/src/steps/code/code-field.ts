// The code as it is typed or pasted. It is text: a zero at its beginning counts.

/** Codes have six digits in all examples of the API (4.16); nothing says that they always have. */
export const USUAL = 6;
const MOST = 8;

/** The digits of what was typed or pasted: `Your code: 012 345` is `012345`. */
export function digitsOf(text: string): string {
  return text.replace(/\D/g, '').slice(0, MOST);
}

export function isComplete(code: string): boolean {
  return code.length >= USUAL;
}
