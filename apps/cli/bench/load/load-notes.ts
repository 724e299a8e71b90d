import type { LoadBenchOptions } from './load-options.js';
import { refutingLoad } from './load-basis.js';
import type { LoadMeasurements } from './load-measurements.js';

/** What a reader of the report has to know of this run. */
export function loadNotes(options: LoadBenchOptions, measured: LoadMeasurements): string[] {
  const { unloaded, search, loads, basis } = measured;
  const late = [unloaded, ...search.steps, ...loads].filter(({ summary }) => !summary.isValid).map(({ name }) => name);
  const failures = loads.flatMap(({ name, summary }) =>
    Object.entries(summary.failures).map(([why, count]) => `${name}: ${count} × ${why}`),
  );
  const refuting = refutingLoad(basis, loads);
  return [
    'Goodput is decisions of the fast tier within the SLO, a second. Sheds are answers of the policy’s default (201, the batch tier decides) and refusals with Retry-After (503).',
    ...(basis.by === 'given'
      ? ['The capacity was given (`--rate`), not searched for.']
      : searchNotes(options, measured)),
    ...(refuting === undefined
      ? []
      : [
          `**${basis.perSecond}/s is too low for a capacity**: at ${refuting.name} the service decided ${refuting.summary.goodputPerSecond}/s in time. Run it again when the machine does less else, or give \`--skip-search --rate ${Math.round(refuting.summary.goodputPerSecond)}\`.`,
        ]),
    ...(late.length === 0
      ? []
      : [
          `**The generator was late in ${late.join(', ')}**: these runs tell of the generator, and nothing is concluded from them.`,
        ]),
    ...(failures.length === 0 ? [] : [`Requests that failed: ${failures.join('; ')}.`]),
    measured.isOurs
      ? 'Memory is resident memory of the service and its classifier processes, pages in common counted for each; whether it is flat over ten minutes is for `bench soak --overload 5` to say.'
      : 'Processor time and memory are those of a service that is not ours to look at: not measured.',
  ];
}

function searchNotes({ secondsPerStep, minutes }: LoadBenchOptions, { search }: LoadMeasurements): string[] {
  const { perSecond, failedPerSecond, unknownPerSecond } = search;
  return [
    `A rate of the search fails when it fails twice, and a run of a late generator is repeated; its steps last ${secondsPerStep} s, so that the capacity is known to some percent.`,
    ...(unknownPerSecond === null
      ? []
      : [
          `The capacity is ${perSecond}/s at least and **not known above that**: at ${unknownPerSecond}/s the generator was late each time. The machine did something else, or the generator and the service do not both fit on it; \`--lag\` allows more.`,
        ]),
    ...(failedPerSecond === null && unknownPerSecond === null
      ? [
          `The search ended without a rate that fails (after ${minutes} minutes, or at the highest rate it may try): the capacity is at least the one given.`,
        ]
      : []),
  ];
}
