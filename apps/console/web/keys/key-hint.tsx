import type { ReactNode } from 'react';

import { usePersonal } from '../personal/personal.js';
import { keysOf, shown, type ActionId } from './actions.js';

/** The key of an action beside its button; nothing where keys are switched off. */
export function KeyHint({ action }: { readonly action: ActionId }): ReactNode {
  const { keys, keysOn } = usePersonal();
  const [first] = keysOf(action, keys);
  return keysOn && first !== undefined ? <kbd aria-hidden="true">{shown(first)}</kbd> : null;
}
