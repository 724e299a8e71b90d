import { use, useLayoutEffect, useRef, type ReactNode } from 'react';

import { GateContext } from '../session/use-session.js';
import { Icon } from './icon.js';

const FIRST = ['input', 'textarea', 'select', 'button'].map((tag) => `.dialog-body ${tag}`).join(', ');

/**
 * A dialog above the page: the browser holds the focus in it, and gives it back when Escape or a click beside closes it.
 * Behind the sign-in it is shut, for it would shut everything else; it comes back with the page.
 *
 * @param keeps a click beside does not close it: what it shows is shown once
 */
export function Modal({
  title,
  close,
  children,
  wide = false,
  keeps = false,
}: {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
  readonly keeps?: boolean;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  // text that was marked with a pointer that ends beside the dialog is no click beside it
  const isDownBeside = useRef(false);
  const isOpen = use(GateContext);
  // it is closed while it is still on the page: what has left the page gives no focus back
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!isOpen) return undefined;
    element?.showModal();
    // the browser would begin with the button that closes it
    element?.querySelector<HTMLElement>(FIRST)?.focus();
    return () => element?.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      className={wide ? 'wide' : ''}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onPointerDown={(event) => {
        isDownBeside.current = event.target === dialog.current;
      }}
      onClick={(event) => {
        if (event.target === dialog.current && isDownBeside.current && !keeps) close();
      }}
    >
      <div className="dialog-head">
        <h1>{title}</h1>
        <button type="button" className="button plain little" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
