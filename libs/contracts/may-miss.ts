import { ValidateIf } from 'class-validator';

/** A property that may be left out. Where it stands it is checked, `null` too, which is no value of it. */
export const MayMiss = (): PropertyDecorator => ValidateIf((_, value: unknown) => value !== undefined);
