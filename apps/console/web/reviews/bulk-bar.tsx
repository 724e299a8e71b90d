import { useState, type ReactNode } from 'react';

import type { ReviewAnswer } from '#contracts/review-answer.js';

import { KeyHint } from '../keys/key-hint.js';
import { useKeys } from '../keys/use-keys.js';
import { BulkDialog } from './bulk-dialog.js';

/** What can be done with the cases that are chosen. */
export function BulkBar({
  items,
  clear,
}: {
  readonly items: readonly ReviewAnswer[];
  readonly clear: () => void;
}): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  useKeys({ bulk: () => setIsOpen(true) });
  const many = items.length === 1 ? '1 case' : `${items.length} cases`;
  return (
    <div className="bulk-bar" role="region" aria-label="Chosen cases">
      <strong role="status">{many} chosen</strong>
      <button type="button" className="button plain" onClick={clear}>
        Choose none
      </button>
      <button type="button" className="button main" onClick={() => setIsOpen(true)}>
        Decide {many} … <KeyHint action="bulk" />
      </button>
      {isOpen ? <BulkDialog items={items} close={() => setIsOpen(false)} clear={clear} /> : null}
    </div>
  );
}
