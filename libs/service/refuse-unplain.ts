import { Problem, type FieldFault } from '#contracts/problems.js';

/** The deepest body there is, a policy, has five levels. */
const LEVELS_MAX = 8;
const NAME_CHARACTERS_MAX = 100;

/**
 * Refuses what class-transformer and class-validator, which read bodies and queries afterwards, make no fault of: they
 * would break their stack on thousands of levels, drop members that are called like a method of every object, and take
 * a list for an object where objects are listed. No body has lists of lists.
 *
 * @throws Problem `invalid-request` naming the first such member
 */
export function refuseUnplain(value: unknown): void {
  const fault = faultIn(value, '', LEVELS_MAX);
  if (fault === undefined) return;
  throw new Problem('invalid-request', 'Some fields are wrong; `errors` names one of them.', { errors: [fault] });
}

/** One more step of a JSON pointer (RFC 6901). */
export const pointerTo = (parent: string, name: string): string =>
  `${parent}/${name.slice(0, NAME_CHARACTERS_MAX).replaceAll('~', '~0').replaceAll('/', '~1')}`;

function faultIn(value: unknown, pointer: string, levels: number): FieldFault | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return { pointer, detail: `is nested deeper than ${LEVELS_MAX} levels` };
  for (const [name, part] of Object.entries(value)) {
    const where = pointerTo(pointer, name);
    const fault = faultOf(name, part, where, Array.isArray(value)) ?? faultIn(part, where, levels - 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOf(name: string, part: unknown, pointer: string, inList: boolean): FieldFault | undefined {
  if (name in Object.prototype) return { pointer, detail: 'is not a known field' };
  return inList && Array.isArray(part) ? { pointer, detail: 'must not be a list' } : undefined;
}
