import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { EndpointPlace } from '#contracts/delivery-list-answer.js';

import { addressOf, type Shown } from './delivery-address.js';

interface PlaceProps {
  readonly of: EndpointPlace;
  /** The list that its client leads to. */
  readonly narrow: Shown;
  /** A long place folds; otherwise it is cut. */
  readonly isWhole?: boolean;
}

/** Whose an endpoint is, and where. */
export function Place({ of, narrow, isWhole = false }: PlaceProps): ReactNode {
  return (
    <>
      <Link href={addressOf(narrow)} className="foreign">
        {of.clientName}
      </Link>
      <span className={`soft small mono under ${isWhole ? 'foreign' : 'cut'}`} title={`${of.host}${of.path}`}>
        {of.host}
        <wbr />
        {of.path}
      </span>
    </>
  );
}
