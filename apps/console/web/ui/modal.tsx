import { useEffect, useRef, type ReactNode } from 'react';

import { Icon } from './icon.js';

const FIRST = ['input', 'textarea', 'select', 'button'].map((tag) => `.dialog-body ${tag}`).join(', ');

/** A dialog above the page: the browser holds the focus in it, and gives it back when Escape or a click beside closes it. */
export function Modal({
  title,
  close,
  children,
  wide = false,
}: {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // the browser would begin with the button that closes it
    element?.querySelector<HTMLElement>(FIRST)?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={wide ? 'wide' : ''}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) close();
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
