import { lagMsMaxOf, type WorkloadOptions } from './load-options.js';

/** What is sent, in words for a report. */
export function describeWorkload({ size, arrivals, burst, trace, classes, slo }: WorkloadOptions): string {
  const sizes = {
    '640': '640 × 480 JPEGs',
    '2mp': '1632 × 1224 JPEGs (2 MP)',
    mix: 'four 640 × 480 JPEGs to one of 1632 × 1224',
  };
  const patterns = {
    constant: 'at equal distances',
    poisson: 'as a Poisson process',
    bursty: `in bursts (Poisson, switched on for ${burst.onMs} ms and off for ${burst.offMs} ms on average)`,
  };
  const arrive =
    trace === undefined ? `arrive ${patterns[arrivals]}` : 'arrive as in a recorded trace, stretched to the rate';
  const shares = [...classes].map(([name, weight]) => `${name} ${weight}`).join(', ');
  const classWords = classes.size > 1 ? `, classes ${shares}` : '';
  return `${sizes[size]}, no two alike, ${arrive}${classWords}. The SLO is ${slo} ms.`;
}

/** The options of a command line that repeat a workload. */
export function workloadArgs(options: WorkloadOptions): string {
  const { size, arrivals, burst, trace, classes, seed, slo, lag, url, withBatch } = options;
  const shares = [...classes].map(([name, weight]) => `${name}:${weight}`).join(',');
  return [
    `--size ${size}`,
    `--classes ${shares}`,
    trace === undefined ? `--arrivals ${arrivals}` : '--trace <file>',
    ...(trace === undefined && arrivals === 'bursty' ? [`--burst ${burst.onMs}:${burst.offMs}`] : []),
    `--seed ${seed} --slo ${slo}`,
    ...(lag === undefined ? [] : [`--lag ${lag}`]),
    ...(url === undefined ? [] : ['--url <address> --key <secret>']),
    ...(withBatch ? ['--with-batch'] : []),
  ].join(' ');
}

/** Notes on how it is measured that hold for every report of this generator. */
export function generatorNotes(options: WorkloadOptions): string[] {
  const { withBatch, url } = options;
  return [
    'The generator is an open loop in a process of its own: arrivals are drawn beforehand and sent at their time whatever became of earlier ones, and latency counts from the intended time to the last byte of the answer, so that a stall is in the figures of everyone who would have come meanwhile (no coordinated omission).',
    `A run does not count when the generator was more than ${lagMsMaxOf(options)} ms late at the 99th percentile. It runs on the cores that it loads, at the same priority, and its processor time is in the table.`,
    ...(url === undefined && !withBatch
      ? [
          'The batch service does not run. Files of uploads are emptied half a minute after they came, or the disk would fill.',
        ]
      : []),
  ];
}
