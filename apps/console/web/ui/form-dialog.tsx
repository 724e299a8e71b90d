import type { ReactNode } from 'react';

import { Modal } from './modal.js';
import { ProblemNote } from './problem-note.js';

interface FormDialogProps {
  readonly title: string;
  readonly close: () => void;
  /** What the button says that sends it. */
  readonly button: string;
  readonly submit: () => void;
  /** What sends it: whether it is under way, and why it failed. */
  readonly sending: { readonly isPending: boolean; readonly error: Error | null };
  readonly isReady?: boolean;
  /** It takes something from somebody. */
  readonly isHarsh?: boolean;
  readonly children: ReactNode;
}

/** A dialog that asks for something and sends it: what it asks for, what went wrong, and its two buttons. */
export function FormDialog(props: FormDialogProps): ReactNode {
  const { title, close, button, submit, sending, isReady = true, isHarsh = false, children } = props;
  return (
    <Modal title={title} close={close}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {children}
        {sending.error === null ? null : <ProblemNote error={sending.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            className={`button ${isHarsh ? 'danger' : 'main'}`}
            disabled={sending.isPending || !isReady}
          >
            {button}
          </button>
        </div>
      </form>
    </Modal>
  );
}
