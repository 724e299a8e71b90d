/** What screen readers are to say, and how much was said before it: the same words again are something else. */
interface Said {
  readonly text: string;
  readonly turn: number;
}

let said: Said = { text: '', turn: 0 };
const listeners = new Set<() => void>();

/** What was said last. */
export const lastSaid = (): Said => said;

/** Has screen readers say something that others see. */
export function announce(text: string): void {
  said = { text, turn: said.turn + 1 };
  for (const listener of listeners) listener();
}

/** @returns what ends it */
export function hearSaid(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
