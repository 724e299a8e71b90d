import { useState, type ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';

import type { DeadLetterAnswer } from '#contracts/dead-letter-answer.js';
import type { DeadLetterState } from '#contracts/dead-letter.js';

import { readDeadLetters } from '../api/dead-letters.js';
import { KEYS } from '../api/query-keys.js';
import { Empty } from '../ui/empty.js';
import { PagedList } from '../ui/paged-list.js';
import { TableHead } from '../ui/table-head.js';
import { When } from '../ui/when.js';
import { DeadLetter } from './dead-letter.js';
import { closingText } from './closing-text.js';
import '../reviews/queue.css';
import '../styles/table.css';

/** What the heavy tier gave up on: why, and whether it should try again. */
export function DeadLettersPage(): ReactNode {
  const [params] = useSearchParams();
  const state: DeadLetterState = params.get('state') === 'closed' ? 'closed' : 'open';
  const [open, setOpen] = useState<number | undefined>(undefined);
  return (
    <>
      <header className="page-head">
        <h1>Dead letters</h1>
        <nav className="tabs" aria-label="Which dead letters">
          <Link href="/dead-letters" className="tab" aria-current={state === 'open' ? 'true' : undefined}>
            Open
          </Link>
          <Link
            href="/dead-letters?state=closed"
            className="tab"
            aria-current={state === 'closed' ? 'true' : undefined}
          >
            Closed
          </Link>
        </nav>
      </header>
      <PagedList
        queryKey={KEYS.deadLetterList(state)}
        read={(cursor, signal) => readDeadLetters(state, cursor, signal)}
        what="dead letters"
        empty={
          <Empty icon="dead" title={state === 'open' ? 'No dead letters' : 'None has been closed'}>
            {state === 'open' ? 'The heavy tier has given up on nothing.' : ''}
          </Empty>
        }
      >
        {(letters) => <Letters letters={letters} show={setOpen} />}
      </PagedList>
      {open === undefined ? null : <DeadLetter id={open} close={() => setOpen(undefined)} />}
    </>
  );
}

interface LettersProps {
  readonly letters: readonly DeadLetterAnswer[];
  readonly show: (id: number) => void;
}

const Letters = ({ letters, show }: LettersProps): ReactNode => (
  <div className="table panel">
    <table>
      <TableHead names={['Number', 'Why', 'Tries', 'Since', 'What became of it', '']} />
      <tbody>
        {letters.map((letter) => (
          <tr key={letter.id}>
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
                Explain
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
