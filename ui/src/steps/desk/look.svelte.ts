// Where an officer looks at pictures from, and how near: one for each part of the case.

/** How far an arrow key moves what is seen, as a part of the picture. */
const STEP = 0.08;
const NEARER = 2.6;

const inside = (value: number) => Math.min(1, Math.max(0, value));

export class Look {
  zoomed = $state(false);
  at = $state({ x: 0.5, y: 0.5 });

  readonly #nearer: number;

  constructor(nearer = NEARER) {
    this.#nearer = nearer;
  }

  get scale(): number {
    return this.zoomed ? this.#nearer : 1;
  }

  /** One that begins near, at a spot. */
  static at(x: number, y: number, nearer = NEARER): Look {
    const look = new Look(nearer);
    look.goTo(x, y);
    look.zoomed = true;
    return look;
  }

  toggle(): void {
    this.zoomed = !this.zoomed;
  }

  goTo(x: number, y: number): void {
    this.at = { x: inside(x), y: inside(y) };
  }

  /** One step to the right (1, 0), down (0, 1), and so on. */
  step(right: number, down: number): void {
    this.goTo(this.at.x + right * STEP, this.at.y + down * STEP);
  }
}
