import { useEffect, useState, type ReactNode } from 'react';

import { Icon } from '../ui/icon.js';
import { KeyHint } from '../keys/key-hint.js';
import { Told } from '../ui/when.js';
import { dismiss, runUndo, useToasts, type Toast } from './toasts.js';
import './toasts.css';

const SHOWN_MS = 6_000;
/** What can be undone stays longer. */
const UNDOABLE_SHOWN_MS = 14_000;

/** The messages, in a region that screen readers follow. */
export function ToastStack(): ReactNode {
  const toasts = useToasts();
  return (
    <div className="toasts" role="status" aria-live="polite" aria-relevant="additions">
      {toasts.map((toast) => (
        <OneToast key={toast.id} toast={toast} isNewest={toast === toasts.at(-1)} />
      ))}
    </div>
  );
}

function OneToast({ toast, isNewest }: { readonly toast: Toast; readonly isNewest: boolean }): ReactNode {
  const [held, setHeld] = useState(false);
  const shownMs = toast.undo === undefined ? SHOWN_MS : UNDOABLE_SHOWN_MS;
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => dismiss(toast.id), shownMs);
    return () => clearTimeout(timer);
  }, [held, shownMs, toast.id]);
  return (
    <div
      className={`toast ${toast.tone}`}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className="foreign">
        <Told text={toast.text} />
      </span>
      {toast.undo === undefined ? null : (
        <button type="button" className="button little" onClick={() => runUndo(toast)}>
          Undo {isNewest ? <KeyHint action="undo" /> : null}
        </button>
      )}
      <button type="button" className="toast-close" aria-label="Dismiss" onClick={() => dismiss(toast.id)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
