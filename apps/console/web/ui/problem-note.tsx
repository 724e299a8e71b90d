import type { ReactNode } from 'react';

import { ApiError } from '../api/api-error.js';
import { Icon } from './icon.js';
import { Told } from './when.js';

/** What went wrong and what to do about it, where it went wrong. */
export function ProblemNote({
  error,
  retry,
}: {
  readonly error: unknown;
  readonly retry?: (() => void) | undefined;
}): ReactNode {
  const { message, advice, instance } =
    error instanceof ApiError
      ? error
      : { message: 'These pages made an error.', advice: undefined, instance: undefined };
  return (
    <div className="note block" role="alert">
      <Icon name="alert" />
      <div>
        <p className="foreign">
          <strong>
            <Told text={message} />
          </strong>
        </p>
        {advice === undefined ? null : <p className="soft">{advice}</p>}
        {error instanceof ApiError && error.status >= 500 ? <p className="soft mono small">{instance}</p> : null}
        {retry === undefined ? null : (
          <p>
            <button type="button" className="button little" onClick={retry}>
              Try again
            </button>
          </p>
        )}
      </div>
    </div>
  );
}
