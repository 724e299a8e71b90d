import 'reflect-metadata';

import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, ValidateNested } from 'class-validator';

import { Problem, type FieldFault } from '#contracts/problems.js';

import { ProblemPipe, validated } from './problem.pipe.js';

class Lid {
  @IsString({ message: 'must be a text' })
  colour!: string;
}

class Box {
  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Max(9, { message: 'must be at most 9' })
  size: number = 1;

  @IsOptional()
  @ValidateNested()
  @Type(() => Lid)
  lid?: Lid;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => Lid)
  lids?: Lid[];

  @IsOptional()
  @IsString()
  name?: string;
}

const GOOD: [string, object, object][] = [
  ['nothing, and its defaults', {}, { size: 1 }],
  ['a text that is a number', { size: '3' }, { size: 3 }],
  ['what it holds', { lid: { colour: 'red' } }, { size: 1, lid: { colour: 'red' } }],
];

const BAD: [string, object, FieldFault[]][] = [
  ['one fault', { size: '10' }, [{ pointer: '/size', detail: 'must be at most 9' }]],
  [
    'two of one field',
    { size: 'x' },
    [
      { pointer: '/size', detail: 'must be at most 9' },
      { pointer: '/size', detail: 'must be a whole number' },
    ],
  ],
  ['an unknown field', { weight: 1 }, [{ pointer: '/weight', detail: 'is not a known field' }]],
  ['a name that a pointer must escape', { 'a/b~c': 1 }, [{ pointer: '/a~1b~0c', detail: 'is not a known field' }]],
  ['a field within', { lid: { colour: 5 } }, [{ pointer: '/lid/colour', detail: 'must be a text' }]],
  [
    'an unknown field within',
    { lid: { colour: 'red', key: 1 } },
    [{ pointer: '/lid/key', detail: 'is not a known field' }],
  ],
  ['words of the validator', { name: 5 }, [{ pointer: '/name', detail: 'must be a string' }]],
  [
    'several fields',
    { size: 10, weight: 1, name: 5 },
    [
      { pointer: '/weight', detail: 'is not a known field' },
      { pointer: '/size', detail: 'must be at most 9' },
      { pointer: '/name', detail: 'must be a string' },
    ],
  ],
];

async function problemOf(work: () => unknown): Promise<Problem> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const pipe = (value: unknown): Promise<unknown> => new ProblemPipe().transform(value, { type: 'body', metatype: Box });

describe.each<[string, (plain: object) => unknown]>([
  ['the pipe', pipe],
  ['validated', (plain) => validated(Box, plain)],
])('%s', (_name, read) => {
  it.each(GOOD)('takes %s', async (_case, plain, expected) => {
    const box = await read(plain);
    expect(box).toBeInstanceOf(Box);
    expect(box).toEqual(expected);
  });

  it.each(BAD)('tells %s', async (_case, plain, errors) => {
    const problem = await problemOf(() => read(plain));
    expect(problem.code).toBe('invalid-request');
    expect(problem.extra).toEqual({ errors });
  });

  it.each<[unknown]>([[[]], [[[]]], [[{ colour: 'red' }]], [5], [null]])(
    'refuses %j in a list of objects',
    async (lid) => {
      const problem = await problemOf(() => read({ lids: [lid] }));
      expect(problem.code).toBe('invalid-request');
      expect(problem.extra.errors?.map((fault) => fault.pointer)).toEqual(['/lids/0']);
    },
  );

  it('repeats no endless name', async () => {
    const problem = await problemOf(() => read({ ['x'.repeat(5_000)]: 1 }));
    expect(problem.extra.errors).toEqual([{ pointer: `/${'x'.repeat(100)}`, detail: 'is not a known field' }]);
  });

  it('cuts no escape of a pointer in two', async () => {
    const problem = await problemOf(() => read({ [`${'x'.repeat(99)}/`]: 1 }));
    expect(problem.extra.errors?.[0]?.pointer).toMatch(/^\/x{99}(~1)?$/);
  });

  it.each(['constructor', 'toString', '__proto__'])('drops no member named %s in silence', async (name) => {
    const member = Object.fromEntries([[name, 1]]);
    const cases: [object, string][] = [
      [member, `/${name}`],
      [{ lid: member }, `/lid/${name}`],
    ];
    for (const [plain, pointer] of cases) {
      const problem = await problemOf(() => read(plain));
      expect(problem.extra).toEqual({ errors: [{ pointer, detail: 'is not a known field' }] });
    }
  });

  it.each([8, 20, 10_000])('refuses what is nested %d levels deep, and keeps its stack', async (levels) => {
    const lid: unknown = JSON.parse(`${'{"lid":'.repeat(levels)}1${'}'.repeat(levels)}`);
    const problem = await problemOf(() => read({ lid }));
    expect(problem.extra.errors?.map((fault) => fault.detail)).toEqual(['is nested deeper than 8 levels']);
  });
});

describe('the pipe for a body that is no object', () => {
  it.each<[unknown]>([[5], ['x'], [true], [null], [undefined], [[]], [[{}]], [[1, 2]]])('refuses %j', async (body) => {
    const { message } = await problemOf(() => pipe(body));
    expect(message).toBe('invalid-request: The body must be a JSON object.');
  });

  it('leaves those alone that a route takes as they come', async () => {
    expect(await new ProblemPipe().transform('a list', { type: 'body', metatype: Object })).toBe('a list');
  });
});
