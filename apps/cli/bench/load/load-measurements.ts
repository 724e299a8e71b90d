import type { Capacity } from './find-capacity.js';
import type { LoadBasis } from './load-basis.js';
import type { LoadStep } from './load-step.js';

/** Everything that was measured. */
export interface LoadMeasurements {
  readonly unloaded: LoadStep;
  /** Without steps when a rate was given. */
  readonly search: Capacity<LoadStep>;
  readonly basis: LoadBasis;
  /** At 70 %, 1 ×, 2 × and 5 × the basis, and at 70 % again. */
  readonly loads: readonly LoadStep[];
  /** Whether the service's processes could be looked at. */
  readonly isOurs: boolean;
}
