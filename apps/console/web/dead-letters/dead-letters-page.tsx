import { useState, type ReactNode } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';

import type { DeadLetterAnswer } from '#contracts/dead-letter-answer.js';
import type { DeadLetterState } from '#contracts/dead-letter.js';

import { readDeadLetters, type DeadLetterFilter } from '../api/dead-letters.js';
import { KEYS } from '../api/query-keys.js';
import { Empty } from '../ui/empty.js';
import { PagedList } from '../ui/paged-list.js';
import { VirtualTable, type Column } from '../ui/virtual-table.js';
import { When } from '../ui/when.js';
import { DeadLetter } from './dead-letter.js';
import { addressOf, filterOf, reasonOf } from './dead-letter-address.js';
import { closingText } from './closing-text.js';
import { DEAD_REASON_NAMES, DEAD_REASONS, LETTER_STATE_NAMES, LETTER_STATES } from './dead-letter-words.js';
import '../reviews/queue.css';
import '../styles/table.css';

const COLUMNS: readonly Column[] = [
  { name: 'Number', rem: 6 },
  { name: 'Why' },
  { name: 'Tries', rem: 4.5 },
  { name: 'Since', rem: 10.5 },
  { name: 'What became of it' },
  { name: '', rem: 6.5 },
];
const NOTHING: Readonly<Record<DeadLetterState, string>> = {
  open: 'No dead letters',
  closed: 'None has been closed',
  all: 'No dead letters',
};

/** What the heavy tier gave up on: why, and whether it should try again. */
export function DeadLettersPage(): ReactNode {
  const [params] = useSearchParams();
  const filter = filterOf(params);
  const { state, reason, since } = filter;
  const isNarrowed = reason !== undefined || since !== undefined;
  const [open, setOpen] = useState<number | undefined>(undefined);
  return (
    <>
      <header className="page-head">
        <h1>Dead letters</h1>
        <nav className="tabs" aria-label="Which dead letters">
          {LETTER_STATES.map((one) => (
            <Link
              key={one}
              href={addressOf({ ...filter, state: one })}
              className="tab"
              aria-current={state === one ? 'true' : undefined}
            >
              {LETTER_STATE_NAMES[one]}
            </Link>
          ))}
        </nav>
      </header>
      <Filters filter={filter} />
      <PagedList
        queryKey={KEYS.deadLetterList(filter)}
        read={(cursor, signal) => readDeadLetters(filter, cursor, signal)}
        what="dead letters"
        empty={
          <Empty icon="dead" title={isNarrowed ? 'No dead letter of the kind' : NOTHING[state]}>
            {state === 'open' && !isNarrowed ? 'The heavy tier has given up on nothing.' : ''}
          </Empty>
        }
      >
        {(letters, more) => (
          <VirtualTable
            label="Dead letters"
            columns={COLUMNS}
            items={letters}
            more={more}
            keyOf={({ id }) => id}
            cells={(letter) => <Cells letter={letter} show={setOpen} />}
          />
        )}
      </PagedList>
      {open === undefined ? null : <DeadLetter id={open} close={() => setOpen(undefined)} />}
    </>
  );
}

/** What the list is narrowed to. It stands in the address: it can be kept and sent to others. */
function Filters({ filter }: { readonly filter: DeadLetterFilter }): ReactNode {
  const [, go] = useLocation();
  const { state, reason, since } = filter;
  return (
    <search className="filters" aria-label="Filter the dead letters">
      <label className={`filter ${reason === undefined ? '' : 'set'}`}>
        <span>Why</span>
        <select
          value={reason ?? ''}
          onChange={({ target }) => go(addressOf({ ...filter, reason: reasonOf(target.value) }), { replace: true })}
        >
          <option value="">any</option>
          {DEAD_REASONS.map((one) => (
            <option key={one} value={one}>
              {DEAD_REASON_NAMES[one]}
            </option>
          ))}
        </select>
      </label>
      {since === undefined ? null : (
        <span className="soft">
          since <When at={since} />
        </span>
      )}
      {reason === undefined && since === undefined ? null : (
        <Link href={addressOf({ state })} className="button plain little">
          Clear
        </Link>
      )}
    </search>
  );
}

interface CellsProps {
  readonly letter: DeadLetterAnswer;
  readonly show: (id: number) => void;
}

const Cells = ({ letter, show }: CellsProps): ReactNode => (
  <>
    <td className="narrow">{letter.id}</td>
    <td>
      <span className="badge warn">{letter.reason.replaceAll('_', ' ')}</span>{' '}
      <span className="soft small foreign">{letter.detail}</span>
    </td>
    <td className="narrow">{letter.attempts}</td>
    <td className="narrow">
      <When at={letter.createdAt} />
    </td>
    <td className="foreign">{closingText(letter)}</td>
    <td className="narrow acts">
      <button type="button" className="button plain little" onClick={() => show(letter.id)}>
        Explain<span className="unseen"> {letter.id}</span>
      </button>
    </td>
  </>
);
