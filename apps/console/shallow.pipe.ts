import type { PipeTransform } from '@nestjs/common';

import { Problem } from '#contracts/problems.js';

/** The deepest body there is, a policy, has five levels. */
const LEVELS_MAX = 8;

/** Refuses values nested deeper than any body is: validation recurses, and thousands of levels would break its stack. */
export class ShallowPipe implements PipeTransform {
  transform(value: unknown): unknown {
    if (isDeeper(value, LEVELS_MAX)) {
      throw new Problem('invalid-request', `The request is nested deeper than ${LEVELS_MAX} levels.`);
    }
    return value;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}
