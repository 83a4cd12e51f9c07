// Keyboard alone is enough. A screen says which keys it answers to; a dialog over it takes them all.

/** Keys by `KeyboardEvent.key`, letters in lower case. */
export type Keys = Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>;

interface Layer {
  keys: () => Keys;
  modal: boolean;
}

const layers: Layer[] = [];

/** Answers to `keys` for as long as the component that calls this is on the screen. */
export function answerKeys(keys: () => Keys, modal = false): void {
  $effect(() => {
    const layer: Layer = { keys, modal };
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
    };
  });
}

/** For the one listener on the window. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (isOwnKey(event.target, key)) return;
  for (const layer of [...layers].reverse()) {
    const action = layer.keys()[key];
    if (action) {
      event.preventDefault();
      action(event);
      return;
    }
    if (layer.modal) return;
  }
}

/** A key that is held down must not press its way through the next screens. */
export function refuseHeldKeys(event: KeyboardEvent): void {
  if (event.repeat && (event.key === 'Enter' || event.key === 'Escape' || event.key === ' ')) {
    if (event.key === ' ' && isTyping(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Whether the element that has the focus needs this key for itself. */
function isOwnKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLTextAreaElement) return key !== 'Escape';
  if (isTyping(target)) return key !== 'Enter' && key !== 'Escape';
  if (target instanceof HTMLInputElement) return key === ' ';
  return target.closest('button') !== null && (key === 'Enter' || key === ' ');
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && target.type !== 'radio' && target.type !== 'checkbox';
}
