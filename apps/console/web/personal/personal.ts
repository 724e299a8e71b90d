import { useSyncExternalStore } from 'react';

import type { Finding } from '#moderation/label.js';

/** `system`: as the machine has it. */
export type Theme = 'system' | 'light' | 'dark';

/** What a person has set for themselves in this browser; but for the theme it is theirs alone. */
export interface Personal {
  /** Whose it is: their sign-in name; undefined: nobody has signed in yet. */
  readonly owner?: string;
  readonly theme: Theme;
  /** How much a picture is blurred, in pixels, by the label that stands against it; `other`: none does. */
  readonly blurPx: Readonly<Record<Finding | 'other', number>>;
  readonly grey: boolean;
  readonly keysOn: boolean;
  /** Keys that differ from the usual ones, by action. */
  readonly keys: Readonly<Record<string, string>>;
  /** The reason last given for a decision, by verdict and label. */
  readonly reasons: Readonly<Record<string, string>>;
}

const STORED_AS = 'portcullis';
export const BLUR_PX_MAX = 48;
const REASONS_MAX = 20;

const USUAL: Personal = {
  theme: 'system',
  blurPx: { 'sexual.explicit': 32, 'sexual.explicit.drawn': 24, 'sexual.suggestive': 16, other: 8 },
  grey: true,
  keysOn: true,
  keys: {},
  reasons: {},
};

let current = read() ?? USUAL;
const listeners = new Set<() => void>();

/** What is set, outside of components. */
export const personal = (): Personal => current;

/** What is set; the component is drawn anew when it changes. */
export const usePersonal = (): Personal => useSyncExternalStore(subscribe, personal);

/** Changes what is set, and keeps it in this browser. */
export function setPersonal(changes: Partial<Personal>): void {
  // another tab may have changed something since
  current = { ...(read() ?? current), ...changes };
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(current));
  } catch {
    // a browser that keeps nothing: it holds until the page is closed
  }
  applyTheme();
  for (const listener of listeners) listener();
}

/** Has what is set be this person's: whoever signed in before them leaves nothing but the theme. */
export function belongTo(name: string): void {
  const stored = read() ?? current;
  if (stored.owner === name) current = stored;
  else setPersonal({ ...USUAL, theme: stored.theme, owner: name });
  for (const listener of listeners) listener();
}

/** Remembers a reason to offer it the next time. */
export function rememberReason(about: string, reason: string): void {
  const { reasons } = read() ?? current;
  const others = Object.entries(reasons).filter(([known]) => known !== about);
  const kept = others.slice(1 - REASONS_MAX);
  setPersonal({ reasons: { ...Object.fromEntries(kept), [about]: reason } });
}

/** Has the whole page drawn in the theme that is set. */
export function applyTheme(): void {
  const root = document.documentElement;
  if (current.theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = current.theme;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What this browser has kept; undefined where it keeps nothing. */
function read(): Personal | undefined {
  try {
    const text = localStorage.getItem(STORED_AS);
    const stored: unknown = text === null ? undefined : JSON.parse(text);
    if (typeof stored !== 'object' || stored === null) return undefined;
    const { blurPx, ...others } = { blurPx: {}, ...(stored as Partial<Personal>) };
    return { ...USUAL, ...others, blurPx: { ...USUAL.blurPx, ...blurPx } };
  } catch {
    return undefined;
  }
}
