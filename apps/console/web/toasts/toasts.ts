import { useSyncExternalStore } from 'react';

export type Tone = 'plain' | 'good' | 'bad';

/** Takes something back, and tells what came of it. @returns false: nothing came of it, and it can be tried again */
export type Undo = () => Promise<boolean>;

/** A message that goes by itself. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: Tone;
  /** Takes back what the message tells. */
  readonly undo?: Undo | undefined;
}

const SHOWN_MAX = 2;
const UNDOABLE_MAX = 50;

let toasts: readonly Toast[] = [];
/** What can be taken back, the newest last; it stays so when its message has gone. */
let undoable: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export const useToasts = (): readonly Toast[] => useSyncExternalStore(subscribe, () => toasts);

/** Shows a message, which screen readers say too. */
export function tell(text: string, more: Pick<Toast, 'undo'> & { readonly tone?: Tone } = {}): void {
  lastId += 1;
  const { tone = 'plain', undo } = more;
  const toast: Toast = { id: lastId, text, tone, undo };
  if (undo !== undefined) undoable = [...undoable, toast].slice(-UNDOABLE_MAX);
  set([...toasts, toast].slice(-SHOWN_MAX));
}

export const dismiss = (id: number): void => set(toasts.filter((toast) => toast.id !== id));

/** Takes back the newest thing that can be; says so where nothing can. */
export function undoLast(): void {
  const toast = undoable.at(-1);
  if (toast === undefined) tell('There is nothing to undo here. “My decisions” has older ones.');
  else runUndo(toast);
}

/** Somebody else goes on here. */
export function forgetUndoable(): void {
  undoable = [];
  set([]);
}

export function runUndo(toast: Toast): void {
  const { id, undo } = toast;
  dismiss(id);
  undoable = undoable.filter((other) => other.id !== id);
  void undo?.().then((isSettled) => {
    // the next try means the same decision, and not the one before it
    if (!isSettled) undoable = [...undoable, toast].sort((a, b) => a.id - b.id);
  });
}

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
