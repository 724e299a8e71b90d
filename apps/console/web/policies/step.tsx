import type { ReactNode } from 'react';

import { Icon } from '../ui/icon.js';

interface StepProps {
  readonly name: string;
  readonly isDone: boolean;
  /** It may be left out. */
  readonly isNeeded?: boolean;
  readonly children: ReactNode;
}

/** One thing that is to happen, and whether it has. */
export const Step = ({ name, isDone, isNeeded = true, children }: StepProps): ReactNode => (
  <li className={`policy-step ${isDone ? 'is-done' : ''}`}>
    <span className="policy-step-mark">{isDone ? <Icon name="check" /> : null}</span>
    <div className="policy-step-body">
      <h3>
        {name} <span className="soft small">{isDone ? 'done' : isNeeded ? 'needed' : 'if you like'}</span>
      </h3>
      {children}
    </div>
  </li>
);
