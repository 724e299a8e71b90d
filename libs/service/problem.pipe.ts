import { ValidationPipe } from '@nestjs/common';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';

import { Problem, type FieldFault } from '#contracts/problems.js';

const STRICT = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true } as const;

/** Turns queries and bodies into their DTO; all faults are told together, each with its pointer. */
export const problemPipe = (): ValidationPipe =>
  new ValidationPipe({ ...STRICT, transform: true, exceptionFactory: (faults) => invalid(faults) });

/** The same for values that do not come as a body: fields of a multipart request. @throws Problem `invalid-request` */
export function validated<T extends object>(dto: ClassConstructor<T>, plain: object): T {
  const instance = plainToInstance(dto, plain);
  const faults = validateSync(instance, STRICT);
  if (faults.length > 0) throw invalid(faults);
  return instance;
}

function invalid(faults: readonly ValidationError[]): Problem {
  const errors = faults.flatMap((fault) => fieldFaults(fault, ''));
  return new Problem('invalid-request', 'Some fields are wrong; `errors` names each of them.', { errors });
}

function fieldFaults(fault: ValidationError, parent: string): FieldFault[] {
  const pointer = `${parent}/${fault.property.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100)}`;
  const own = Object.entries(fault.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    detail: rule === 'whitelistValidation' ? 'is not a known field' : message.replace(`${fault.property} `, ''),
  }));
  return [...own, ...(fault.children ?? []).flatMap((child) => fieldFaults(child, pointer))];
}
