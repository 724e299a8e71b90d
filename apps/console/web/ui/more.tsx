import type { ReactNode } from 'react';

interface MoreProps {
  readonly has: boolean;
  readonly isBusy: boolean;
  readonly read: () => void;
}

/** Reads the page after, where there is one. */
export const More = ({ has, isBusy, read }: MoreProps): ReactNode =>
  has ? (
    <p className="more">
      <button type="button" className="button" disabled={isBusy} onClick={read}>
        {isBusy ? 'Loading …' : 'Show more'}
      </button>
    </p>
  ) : null;
