import type { ReactNode } from 'react';

interface SavedNoteProps {
  readonly isChanged: boolean;
  /** How many places are wrong. */
  readonly count: number;
  /** What to say when all is saved. */
  readonly children: ReactNode;
}

/** Whether all is saved. */
export const SavedNote = ({ isChanged, count, children }: SavedNoteProps): ReactNode => (
  <p className="grow saved-note" role="status">
    {count > 0 ? (
      <span className="badge block">{count === 1 ? 'One place is wrong' : `${count} places are wrong`}</span>
    ) : isChanged ? (
      <span className="badge warn">Not saved yet</span>
    ) : (
      <span className="soft">{children}</span>
    )}
  </p>
);
