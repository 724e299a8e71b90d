import { useLayoutEffect, useRef } from 'react';

import { personal } from '../personal/personal.js';
import { isCommand, keysOf, mayRepeat, mayWhileTyping, nameOf, type ActionId } from './actions.js';

type Handlers = Partial<Record<ActionId, (event: KeyboardEvent) => void>>;

interface Listener {
  readonly latest: { current: Handlers };
  /** It is in a dialog: while one is open, nothing else listens. */
  readonly inDialog: boolean;
}

/** Those that listen, the newest last: a part of a page comes before the page, and that before the shell. */
const listening: Listener[] = [];

/**
 * Does things at keys while the component is there. Not while somebody types, but for the few that are meant for it; not
 * where a dialog is open above it, not behind the sign-in, not in keys of a browser's own, and not where a person has
 * switched keys off. A key that is held changes nothing twice.
 */
export function useKeys(handlers: Handlers, { inDialog = false } = {}): void {
  const latest = useRef(handlers);
  // before anybody can see what was drawn, and press a key
  useLayoutEffect(() => {
    latest.current = handlers;
  });
  useLayoutEffect(() => {
    if (listening.length === 0) window.addEventListener('keydown', dispatch);
    const listener = { latest, inDialog };
    listening.push(listener);
    return () => {
      listening.splice(listening.indexOf(listener), 1);
      if (listening.length === 0) window.removeEventListener('keydown', dispatch);
    };
  }, [inDialog]);
}

function dispatch(event: KeyboardEvent): void {
  const { keys, keysOn } = personal();
  const name = nameOf(event);
  const isInText = isTyping(event.target);
  if (event.defaultPrevented || event.isComposing || document.querySelector('.within[inert]') !== null) return;
  if (!isCommand(name) && (!keysOn || isOwnKey(event))) return;
  const isBelow = document.querySelector('dialog[open]') !== null;
  for (const { latest, inDialog } of listening.toReversed()) {
    if (isBelow && !inDialog) continue;
    for (const [action, handler] of Object.entries(latest.current)) {
      if (!keysOf(action as ActionId, keys).includes(name)) continue;
      if (isInText && !mayWhileTyping(action as ActionId, name)) continue;
      event.preventDefault();
      if (!event.repeat || mayRepeat(action as ActionId)) handler(event);
      return;
    }
  }
}

const TEXT = 'input:not([type=checkbox], [type=range], [type=radio]), textarea, select, [contenteditable]';
const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.matches(TEXT);

/** Enter and Space on a button or a link do what they say, as arrows do on what they move. */
const isOwnKey = ({ key, target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  ((['Enter', ' '].includes(key) && target.matches('button, a[href], summary, input')) ||
    (key.startsWith('Arrow') && target.matches('[type=range], [type=radio]')));
