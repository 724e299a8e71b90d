import type { Handled } from './outcome.js';

/** What a run of `submit` tells on its way. `index` is that of the argument. */
export type Step =
  | { readonly state: 'begun'; readonly index: number }
  /** It has its provisional decision, and waits for its final. */
  | { readonly state: 'accepted' | 'done'; readonly index: number; readonly handled: Handled };

/** How far a run of `submit` is, for whoever has to say it before its end. */
export class Tally {
  private readonly begun = new Set<number>();
  private readonly handled = new Map<number, Handled>();
  private readonly waiting = new Set<number>();

  constructor(private readonly total: number) {}

  hear(step: Step): void {
    this.begun.add(step.index);
    if (step.state === 'begun') return;
    this.handled.set(step.index, step.handled);
    if (step.state === 'accepted') this.waiting.add(step.index);
    else this.waiting.delete(step.index);
  }

  /** What is known of those that were begun, in the order of the arguments. */
  known(): Handled[] {
    return inOrder(this.handled);
  }

  /** Those among them that still wait for their finals. */
  unfinished(): Handled[] {
    return inOrder(new Map([...this.handled].filter(([index]) => this.waiting.has(index))));
  }

  /** How many were never begun. */
  get unbegun(): number {
    return this.total - this.begun.size;
  }

  /** How many were begun, and nobody knows what became of them. */
  get interrupted(): number {
    return this.begun.size - this.handled.size;
  }
}

const inOrder = (handled: ReadonlyMap<number, Handled>): Handled[] =>
  [...handled].sort(([a], [b]) => a - b).map(([, one]) => one);
