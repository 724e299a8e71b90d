/**
 * Why work on an asset ended without a label. `crashed`, `timeout`, `memory`: its classifier process died, was too slow
 * or grew too large; `invalid_output`: the model gave no scores; `unreadable`: its bytes could not be read;
 * `bytes_gone`: they are not there any more; `refused`: they cannot be accepted as an image.
 */
export const DEAD_REASONS = [
  'crashed',
  'timeout',
  'memory',
  'invalid_output',
  'unreadable',
  'bytes_gone',
  'refused',
] as const;
export type DeadReason = (typeof DEAD_REASONS)[number];

/** How a dead letter was closed: tried again, given up, settled by a human decision on its asset, or labelled by a campaign. */
export type Closing = 'resubmitted' | 'discarded' | 'settled' | 'labelled';

/** What explains a dead letter. */
export interface DeadLetterFacts {
  readonly reason: string;
  readonly attempts: number;
  /** How many dead letters the asset had before this one. */
  readonly earlier: number;
  /** Null while it is open. */
  readonly closedHow: Closing | null;
  /** A human's decision is in force: no machine changes it. */
  readonly humanDecided: boolean;
  /** The asset waits for another try. */
  readonly pending: boolean;
  /** Whether its bytes are there; `away`, `unreadable`: that could not be seen. */
  readonly bytes: 'stored' | 'gone' | 'away' | 'unreadable';
}

/** A dead letter in words for whoever has to do something about it. */
export interface Explanation {
  readonly happened: string;
  readonly tried: string;
  readonly next: string;
}

/** Says what happened to an asset, what was tried, and what to do now. */
export function explainDeadLetter(facts: DeadLetterFacts): Explanation {
  const { happened, next } = wordsOf(facts.reason);
  return { happened, tried: triedOf(facts), next: ended(facts) ?? restoreFirst(facts) ?? next };
}

interface Words {
  readonly happened: string;
  readonly next: string;
}

const LEAVE_IT = 'or let a moderator decide its case, or discard the letter';

const WORDS: Readonly<Record<DeadReason, Words>> = {
  crashed: {
    happened: 'The process that decodes and classifies died over this image, also when it was given no other.',
    next: `See the batch service's log for how it died. After an update, or with more memory, resubmit it; ${LEAVE_IT}.`,
  },
  timeout: {
    happened: 'The image was not classified within HEAVY_CALL_MS_MAX, also when it was given alone.',
    next: `Resubmit it when the machine has less to do or HEAVY_CALL_MS_MAX is raised; ${LEAVE_IT}.`,
  },
  memory: {
    happened: 'Its process grew beyond HEAVY_RSS_MB_MAX, also when it was given this image alone.',
    next: `Resubmit it when HEAVY_RSS_MB_MAX is raised; ${LEAVE_IT}.`,
  },
  invalid_output: {
    happened: 'What the model gave for this image is no score, such as NaN.',
    next: `The same model gives the same again: resubmit it under another model or variant, ${LEAVE_IT}.`,
  },
  unreadable: {
    happened: 'The stored bytes could not be read.',
    next: `Mend the disk or share under PORTCULLIS_HOME/assets, then resubmit it; ${LEAVE_IT}.`,
  },
  bytes_gone: {
    happened: 'The stored bytes are not there any more.',
    next: `The bytes are there again: resubmit it; ${LEAVE_IT}.`,
  },
  refused: {
    happened: 'The heavy tier does not accept these bytes as an image; `detail` says why.',
    next: `It stays so unless the limit that \`detail\` names is raised: then resubmit it; ${LEAVE_IT}.`,
  },
};

const UNKNOWN: Words = {
  happened: 'The work ended without a label; `detail` says how.',
  next: `Resubmit it when the cause is mended; ${LEAVE_IT}.`,
};

const isDeadReason = (reason: string): reason is DeadReason => DEAD_REASONS.some((one) => one === reason);

const wordsOf = (reason: string): Words => (isDeadReason(reason) ? WORDS[reason] : UNKNOWN);

function triedOf({ attempts, earlier }: DeadLetterFacts): string {
  const tries = attempts === 1 ? 'It was tried once' : `It was tried ${attempts} times`;
  if (earlier === 0) return `${tries}.`;
  return `${tries}; work on this asset had ended so ${earlier === 1 ? 'once' : `${earlier} times`} before.`;
}

/** What is left to do about a letter that is closed, or whose asset is being tried again. */
function ended({ closedHow, humanDecided, pending }: DeadLetterFacts): string | undefined {
  if (humanDecided) return `Nothing: a human has decided.${closedHow === null ? ' Discard the letter.' : ''}`;
  if (pending) return 'Nothing: the asset waits for another try.';
  switch (closedHow) {
    case null:
      return undefined;
    case 'resubmitted':
      return 'Nothing: it was resubmitted, and that try has ended. What became of it is the standing decision.';
    case 'discarded':
      return 'Nothing by machine: it was discarded. The asset keeps its standing decision.';
    case 'settled':
      return 'Nothing: a human had decided.';
    case 'labelled':
      return 'Nothing: a campaign has labelled the asset since; `note` names it. Taking that back opens the letter again.';
  }
}

/** Without its bytes an asset only dies again. */
function restoreFirst({ reason, bytes }: DeadLetterFacts): string | undefined {
  const gone = bytes === 'gone' || (bytes !== 'stored' && reason === 'bytes_gone');
  return gone ? `Put its bytes back from a backup, then resubmit it; ${LEAVE_IT}.` : undefined;
}
