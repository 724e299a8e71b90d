import type { ReactNode } from 'react';

import type { InvitedPersonAnswer } from '#contracts/person-answer.js';

import { tell } from '../toasts/toasts.js';
import { Modal } from '../ui/modal.js';
import { When } from '../ui/when.js';

/** The password to hand on, shown this once. */
export function OneTimePassword({
  given: { person, oneTimePassword, passwordUntil },
  close,
}: {
  readonly given: InvitedPersonAnswer;
  readonly close: () => void;
}): ReactNode {
  const copy = (): void =>
    void navigator.clipboard.writeText(oneTimePassword).then(
      () => tell('Copied.'),
      () => tell('The browser did not let it be copied: mark it by hand.', { tone: 'bad' }),
    );
  return (
    <Modal title="A password that works once" close={close} keeps>
      <p>
        Hand it on to <strong className="foreign">{person.displayName}</strong>, who signs in as{' '}
        <strong className="foreign">{person.name}</strong> and chooses their own. It works until{' '}
        <When at={passwordUntil} />, and is not shown again.
      </p>
      <p className="pre">{oneTimePassword}</p>
      <div className="dialog-foot">
        <button type="button" className="button" onClick={copy}>
          Copy
        </button>
        <button type="button" className="button main" onClick={close}>
          Done
        </button>
      </div>
    </Modal>
  );
}
