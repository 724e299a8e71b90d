import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';

import { Problem, type FieldFault } from '#contracts/problems.js';

import { pointerTo, refuseUnplain } from './refuse-unplain.js';

const STRICT = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true } as const;

/** Turns queries and bodies into their DTO; all faults are told together, each with its pointer. */
export class ProblemPipe extends ValidationPipe {
  constructor() {
    super({ ...STRICT, transform: true, exceptionFactory: (faults) => invalid(faults) });
  }

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' || metadata.type === 'query') refuseUnplain(value);
    if (metadata.type === 'body' && this.toValidate(metadata) && !isObject(value)) {
      throw new Problem('invalid-request', 'The body must be a JSON object.');
    }
    return super.transform(value, metadata);
  }
}

/** The same for values that do not come as a body: fields of a multipart request. @throws Problem `invalid-request` */
export function validated<T extends object>(dto: ClassConstructor<T>, plain: object): T {
  refuseUnplain(plain);
  const instance = plainToInstance(dto, plain);
  const faults = validateSync(instance, STRICT);
  if (faults.length > 0) throw invalid(faults);
  return instance;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function invalid(faults: readonly ValidationError[]): Problem {
  const errors = faults.flatMap((fault) => fieldFaults(fault, ''));
  return new Problem('invalid-request', 'Some fields are wrong; `errors` names each of them.', { errors });
}

function fieldFaults(fault: ValidationError, parent: string): FieldFault[] {
  const pointer = pointerTo(parent, fault.property);
  const own = Object.entries(fault.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    detail: rule === 'whitelistValidation' ? 'is not a known field' : message.replace(`${fault.property} `, ''),
  }));
  return [...own, ...(fault.children ?? []).flatMap((child) => fieldFaults(child, pointer))];
}
