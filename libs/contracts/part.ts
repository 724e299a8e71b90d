import { Type, type TypeOptions } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';

const OBJECT = { message: 'must be an object' };

/** An object of the given shape, and nothing else: no array, no missing value. */
export function Part(shape: () => new () => object, options?: TypeOptions): PropertyDecorator {
  return (target, name) => {
    const parts = () => [shape(), ...(options?.discriminator?.subTypes ?? []).map(({ value }) => value)];
    const nested = ValidateNested({ ...OBJECT, context: { parts } });
    for (const decorate of [IsObject(OBJECT), nested, Type(shape, options)]) decorate(target, name);
  };
}
