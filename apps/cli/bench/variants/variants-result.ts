import { VARIANT_P95_MAX, VARIANT_TOP1_MIN, type VariantAgreement } from '#inference/models/variant.js';

import type { BenchResult, PromisedFigure } from '../bench-result.js';
import { median, rounded } from '../statistics.js';
import type { VariantComparison } from './compare-pair.js';

/** Promised of the fast tier on a processor with VNNI; of the heavy tier's variant nothing is promised. */
const FAST_RATIO_MIN = 1.4;

/** The report of a run. */
export function variantsResult(
  { rounds, withImages }: { readonly rounds: number; readonly withImages: boolean },
  comparisons: readonly VariantComparison[],
): BenchResult {
  return {
    name: 'variants',
    what: 'Variants of both tiers’ models against the models: inference alone, one thread, one view a run, in turns in one process; and how far their answers are apart.',
    command: `npm run portcullis -- bench variants --rounds ${rounds}${withImages ? ' --images <folder>' : ''}`,
    promised: comparisons.flatMap(promisesOf),
    tables: [
      {
        title: `Milliseconds a view (medians over ${rounds} rounds of both)`,
        head: ['', 'model', 'variant', 'times as fast', 'range of the rounds'],
        rows: comparisons.map(({ tier, variant, modelMs, variantMs, ratios }) => [
          `${tier}: ${variant}`,
          String(rounded(modelMs)),
          String(rounded(variantMs)),
          String(rounded(median(ratios))),
          `${rounded(Math.min(...ratios))}–${rounded(Math.max(...ratios))}`,
        ]),
      },
      {
        title: 'Agreement with the model, by views',
        head: ['', 'views', 'same top class', 'p95 of the largest difference', 'largest difference'],
        rows: comparisons.flatMap(({ tier, agreement: { drawn, photographs } }) => [
          agreementRow(`${tier}, drawn pictures`, drawn),
          ...(photographs ? [agreementRow(`${tier}, photographs`, photographs)] : []),
        ]),
      },
    ],
    notes: [
      'The first 51 drawn pictures are among those that the variants were calibrated on, and so may be the photographs.',
      'A variant is used where it passes the limits of agreement and is faster on the machine at hand; int8 needs VNNI or its like to be faster, and answers differ a little by processor.',
      ...(withImages ? [] : ['Without --images the agreement is that on drawn pictures only.']),
    ],
    data: { comparisons },
  };
}

function promisesOf({ tier, ratios, agreement: { drawn, photographs } }: VariantComparison): PromisedFigure[] {
  const speed: PromisedFigure = {
    what: `${tier}: int8 through f32, inference alone`,
    bound: 'at least',
    limit: FAST_RATIO_MIN,
    unit: '×',
    measured: rounded(median(ratios)),
  };
  return [
    ...(tier === 'fast' ? [speed] : []),
    ...(photographs ? agreementPromises(`${tier}, photographs`, photographs) : []),
    ...agreementPromises(`${tier}, drawn pictures`, drawn),
  ];
}

function agreementPromises(what: string, { top1, p95 }: VariantAgreement): PromisedFigure[] {
  return [
    {
      what: `${what}: same top class`,
      bound: 'at least',
      limit: VARIANT_TOP1_MIN * 100,
      unit: '%',
      measured: rounded(top1 * 100),
    },
    {
      what: `${what}: p95 of the largest difference of a score`,
      bound: 'at most',
      limit: VARIANT_P95_MAX,
      unit: '',
      measured: p95,
    },
  ];
}

function agreementRow(what: string, { views, top1, p95, max }: VariantAgreement): string[] {
  return [what, String(views), `${rounded(top1 * 100)} %`, p95.toFixed(4), max.toFixed(4)];
}
