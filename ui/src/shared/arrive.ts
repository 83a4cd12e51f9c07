/** Puts the focus on a step's heading when the step appears, so that it is read aloud and keys go to the new step. */
export function arrive(heading: HTMLElement): void {
  heading.focus({ preventScroll: true });
}
