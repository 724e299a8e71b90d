/** What a person does with a case besides deciding it. */
export type StepKind = 'skip' | 'hold' | 'escalate' | 'assign' | 'return';

interface Step {
  readonly button: string;
  readonly title: string;
  readonly why: string;
  /** A reason must be given. */
  readonly mustSay: boolean;
  readonly done: string;
}

export const STEPS: Readonly<Record<StepKind, Step>> = {
  skip: {
    button: 'Skip',
    title: 'Skip this case',
    why: 'Why not you?',
    mustSay: true,
    done: 'Skipped: it is for others.',
  },
  hold: {
    button: 'Put off',
    title: 'Put this case off',
    why: 'What does it wait for?',
    mustSay: true,
    done: 'Put off.',
  },
  escalate: {
    button: 'Escalate',
    title: 'Escalate to a senior moderator',
    why: 'What should they look at?',
    mustSay: true,
    done: 'Escalated.',
  },
  assign: { button: 'Assign', title: 'Assign this case', why: 'Why them?', mustSay: false, done: 'Assigned.' },
  return: { button: 'Return', title: 'Return this case to the queue', why: 'Why?', mustSay: false, done: 'Returned.' },
};

const HOUR_MS = 3_600_000;

/** Until when a case can be put off. */
export const HOLDS: readonly (readonly [ms: number, name: string])[] = [
  [HOUR_MS / 4, '15 minutes'],
  [HOUR_MS, '1 hour'],
  [4 * HOUR_MS, '4 hours'],
  [24 * HOUR_MS, '1 day'],
  [168 * HOUR_MS, '1 week'],
];
