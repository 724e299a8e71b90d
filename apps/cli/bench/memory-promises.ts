import type { PromisedFigure } from './bench-result.js';
import type { Memory } from './process-usage.js';

/** What the two figures of a promise about memory mean. */
export const MEMORY_NOTE =
  'RSS counts pages that processes have in common (the code of Node and of the libraries) once for each process; PSS shares them out, and its sum is what is really taken. Neither is measured where there is no /proc.';

/** A promise about the memory of several processes, by both ways of counting. */
export function memoryPromises(what: string, limitMb: number, memory: Memory | undefined): PromisedFigure[] {
  const figure = { bound: 'at most', limit: limitMb, unit: 'MB' } as const;
  return [
    { ...figure, what: `${what}, RSS`, measured: memory?.rssMb ?? null },
    { ...figure, what: `${what}, PSS`, measured: memory?.pssMb ?? null },
  ];
}
