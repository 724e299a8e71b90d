import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelRefused } from './refused.js';
import type { Model } from './repository.js';

/** A model answered with numbers that are no scores: its answer must not decide anything. */
export class ModelOutputInvalid extends Error {
  override readonly name = 'ModelOutputInvalid';
}

export interface SessionOptions {
  /** Threads of one inference. */
  readonly threads: number;
}

export interface ModelOutput {
  /** One row per view, one number in 0..1 per class, in the order of the manifest's `classes`. */
  readonly scores: number[][];
  /** One row per view, `outputs.features.width` numbers; only when asked for. */
  readonly features?: number[][];
}

/** Views in one run: at 64 the heavy model takes 2 GB, and no machine was seen where more would be faster. */
export const VIEWS_PER_RUN_MAX = 64;

/** Errors only: the runtime's warnings are about nodes it could not optimise. */
const LOG_ERRORS = 3;

/**
 * Loads a verified model. Blocks its thread while it loads, as does `run` while it infers: a service does both in a
 * process of its own.
 *
 * @throws ModelRefused when the runtime cannot load the file, or when its inputs and outputs are not the manifest's
 */
export async function createSession(model: Model, options: SessionOptions): Promise<ModelSession> {
  const session = await load(model, options);
  const faults = sessionFaults(session, model);
  if (faults.length > 0) {
    await session.release();
    throw new ModelRefused(model.file, faults);
  }
  return new ModelSession(model, session);
}

/** A loaded model. */
export class ModelSession {
  constructor(
    readonly model: Model,
    private readonly session: InferenceSession,
  ) {}

  /**
   * Scores views of any number of assets in one run.
   *
   * @param views each `size × size × 3` bytes of RGB, row by row; at most `VIEWS_PER_RUN_MAX`
   * @throws RangeError when a view has another length, or when there are too many
   * @throws ModelOutputInvalid when an output is not a finite number, or a score lies outside 0..1
   */
  async run(views: readonly Uint8Array[], options: { readonly features?: boolean } = {}): Promise<ModelOutput> {
    if (views.length === 0) return options.features ? { scores: [], features: [] } : { scores: [] };
    if (views.length > VIEWS_PER_RUN_MAX) throw new RangeError(`${views.length} views in one run`);
    const { input, outputs, classes } = this.model.manifest;
    const { name, width } = outputs.features;
    const image = new Tensor('uint8', joinViews(views, input.size), [views.length, input.size, input.size, 3]);
    const fetches = options.features ? [outputs.scores, name] : [outputs.scores];
    const results = await this.session.run({ [input.name]: image }, fetches);
    const scores = this.rows(results[outputs.scores], views.length, classes.length, isScore);
    if (!options.features) return { scores };
    return { scores, features: this.rows(results[name], views.length, width, Number.isFinite) };
  }

  /** Frees the runtime's memory. The session must not be used afterwards. */
  async close(): Promise<void> {
    await this.session.release();
  }

  private rows(
    tensor: Tensor | undefined,
    count: number,
    width: number,
    isValid: (value: number) => boolean,
  ): number[][] {
    const values: number[] = [];
    for (const value of tensor?.data ?? []) {
      if (typeof value !== 'number' || !isValid(value)) this.invalid(`answered ${value}`);
      else values.push(value);
    }
    if (values.length !== count * width) this.invalid(`answered ${values.length} numbers for ${count} × ${width}`);
    return Array.from({ length: count }, (_, row) => values.slice(row * width, (row + 1) * width));
  }

  private invalid(problem: string): never {
    throw new ModelOutputInvalid(`${this.model.id} ${problem}`);
  }
}

async function load(model: Model, { threads }: SessionOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model.file, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: LOG_ERRORS,
    });
  } catch (error) {
    throw new ModelRefused(model.file, [`cannot be loaded: ${String(error)}`]);
  }
}

function sessionFaults(session: InferenceSession, { manifest }: Model): string[] {
  const { input, outputs, classes } = manifest;
  const others = session.inputNames.filter((name) => name !== input.name);
  return [
    ...others.map((name) => `wants an input \`${name}\` that model.json does not name`),
    ...tensorFaults('input', session.inputMetadata, input.name, {
      type: input.dtype,
      shape: [input.size, input.size, 3],
    }),
    ...tensorFaults('output', session.outputMetadata, outputs.scores, { type: 'float32', shape: [classes.length] }),
    ...tensorFaults('output', session.outputMetadata, outputs.features.name, {
      type: 'float32',
      shape: [outputs.features.width],
    }),
  ];
}

/** @param expected the tensor's type, and its shape without the leading batch dimension, which must be free */
function tensorFaults(
  kind: 'input' | 'output',
  metadata: readonly InferenceSession.ValueMetadata[],
  name: string,
  expected: { readonly type: Tensor.Type; readonly shape: readonly number[] },
): string[] {
  const value = metadata.find((candidate) => candidate.name === name);
  if (value === undefined) return [`has no ${kind} \`${name}\``];
  if (!value.isTensor) return [`${kind} \`${name}\` is not a tensor`];
  const faults: string[] = [];
  if (value.type !== expected.type) faults.push(`${kind} \`${name}\` is ${value.type}, expected ${expected.type}`);
  const [batch, ...shape] = value.shape;
  if (typeof batch !== 'string' || shape.join() !== expected.shape.join()) {
    const wanted = ['N', ...expected.shape].join(', ');
    faults.push(`${kind} \`${name}\` has shape [${value.shape.join(', ')}], expected [${wanted}]`);
  }
  return faults;
}

function joinViews(views: readonly Uint8Array[], size: number): Uint8Array {
  const viewBytes = size * size * 3;
  const joined = new Uint8Array(views.length * viewBytes);
  for (const [index, view] of views.entries()) {
    if (view.length !== viewBytes)
      throw new RangeError(`a view has ${view.length} bytes, the model wants ${viewBytes}`);
    joined.set(view, index * viewBytes);
  }
  return joined;
}

const isScore = (value: number): boolean => value >= 0 && value <= 1;
