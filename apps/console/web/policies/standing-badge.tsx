import type { ReactNode } from 'react';

import { STANDING_NAMES, STANDING_TONES, type Standing } from './standing-of.js';

export const StandingBadge = ({ standing }: { readonly standing: Standing }): ReactNode => (
  <span className={`badge ${STANDING_TONES[standing]}`}>{STANDING_NAMES[standing]}</span>
);
