import { useId, type ReactNode } from 'react';
import { Link } from 'wouter';

import type { Health } from './health.js';
import type { Amount } from './numbers.js';

const TONES: Readonly<Record<Health['tone'], string>> = { good: 'allow', watch: 'warn', bad: 'block', quiet: '' };

/** How something stands, in a word and a colour. */
export const HealthBadge = ({ health: { tone, word, why } }: { readonly health: Health }): ReactNode => (
  <span className={`badge ${TONES[tone]}`} title={why}>
    {word}
  </span>
);

interface CardProps {
  readonly id: string;
  readonly title: string;
  readonly health?: Health;
  /** Takes the whole width. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** What belongs together, with how it stands. */
export function Card({ id, title, health, wide = false, children }: CardProps): ReactNode {
  const heading = useId();
  return (
    <section id={id} className={`panel card ${wide ? 'wide' : ''}`} aria-labelledby={heading}>
      <header className="card-head">
        <h2 id={heading}>{title}</h2>
        {health === undefined ? null : (
          <>
            <HealthBadge health={health} />
            <p className="soft small card-why">{health.why}</p>
          </>
        )}
      </header>
      {children}
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly amount: Amount;
  /** Where its items are. */
  readonly href?: string | undefined;
  /** What it is, more exactly. */
  readonly note?: ReactNode;
  readonly tone?: Health['tone'] | undefined;
  readonly large?: boolean;
}

/** One number with its name and unit; a link where its items can be looked at. */
export function Figure({ name, amount: { value, unit }, href, note, tone, large = false }: FigureProps): ReactNode {
  const number = (
    <span>
      <span className="figure-value">{value}</span>
      {unit === '' ? null : <span className="figure-unit"> {unit}</span>}
    </span>
  );
  return (
    <div className={`figure ${large ? 'large' : ''} ${tone ?? ''}`}>
      <dt>{name}</dt>
      <dd>
        <span className="figure-number">{href === undefined ? number : <Link href={href}>{number}</Link>}</span>
        <span className="figure-note">{note}</span>
      </dd>
    </div>
  );
}

export const Figures = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <dl className="figures">{children}</dl>
);
