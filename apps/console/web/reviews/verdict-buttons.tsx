import type { ReactNode } from 'react';

import { KeyHint } from '../keys/key-hint.js';
import { LABEL_NAMES } from '../words/words.js';
import { CHOICES, type Choice } from './verdict-choice.js';
import './verdict-buttons.css';

interface ButtonsProps {
  readonly chosen: Choice | undefined;
  readonly choose: (choice: Choice) => void;
  readonly disabled?: boolean;
}

/** Allow, or block and as what. */
export const VerdictButtons = ({ chosen, choose, disabled = false }: ButtonsProps): ReactNode => (
  <div className="verdicts" role="group" aria-label="Decision">
    {CHOICES.map(({ choice, action }) => (
      <button
        key={choice}
        type="button"
        className={`verdict ${choice === 'allow' ? 'allow' : 'block'}`}
        aria-pressed={chosen === choice}
        disabled={disabled}
        onClick={() => choose(choice)}
      >
        <span className="verdict-name">{choice === 'allow' ? 'Allow' : 'Block'}</span>
        <span className="verdict-label">{choice === 'allow' ? 'nothing against it' : LABEL_NAMES[choice]}</span>
        <KeyHint action={action} />
      </button>
    ))}
  </div>
);
