/** Puts the focus on a step's heading when the step appears, so that it is read aloud and keys go to the new step. */
export function arrive(heading: HTMLElement): void {
  heading.focus({ preventScroll: true });
}

/** Where a step is there to be typed into: puts the focus on its first empty input, after the heading had it. */
export function beginTyping(inputs: HTMLElement): void {
  queueMicrotask(() => {
    const all = [...inputs.querySelectorAll('input')];
    all.find((input) => input.value === '')?.focus({ preventScroll: true });
  });
}
