import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { JsonField } from '#inference/models/json.js';

/** What nsfwjs says of images: a row per image. */
export interface ReferenceAnswer {
  readonly classes: readonly string[];
  readonly scores: readonly (readonly number[])[];
  readonly features: readonly (readonly number[])[];
}

const SCRIPT = fileURLToPath(new URL('ask-nsfwjs.mjs', import.meta.url));
/** The slowest reference, three images of the heavy model, takes five seconds on an idle machine. */
export const REFERENCE_MS_MAX = 120_000;
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** Scores and pooled features by nsfwjs itself, on TensorFlow.js. @param images each size × size × 3 bytes of RGB */
export async function referenceScores(
  model: string,
  size: number,
  images: readonly Uint8Array[],
): Promise<ReferenceAnswer> {
  const answer = await ask(['scores', model, `${size}`, `${images.length}`], images);
  return {
    classes: answer
      .get('classes')
      .items()
      .map((name) => name.text()),
    scores: rows(answer.get('scores')),
    features: rows(answer.get('features')),
  };
}

/** TensorFlow.js's `resizeBilinear` with `alignCorners`, not rounded. @returns size × size × 3 values of each image */
export async function referenceResize(
  images: readonly {
    readonly width: number;
    readonly height: number;
    readonly pixels: Uint8Array;
    readonly size: number;
  }[],
): Promise<number[][]> {
  const cases = images.flatMap(({ width, height, size }) => [`${width}`, `${height}`, `${size}`]);
  return rows(
    await ask(
      ['resize', ...cases],
      images.map(({ pixels }) => pixels),
    ),
  );
}

const rows = (field: JsonField): number[][] => field.items().map((row) => row.items().map((value) => value.number()));

async function ask(parameters: readonly string[], input: readonly Uint8Array[]): Promise<JsonField> {
  const options = { maxBuffer: ANSWER_BYTES_MAX, timeout: REFERENCE_MS_MAX };
  const text = await new Promise<string>((resolve, reject) => {
    const child = execFile(process.execPath, [SCRIPT, ...parameters], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`the reference failed: ${stderr || error.message}`));
      else resolve(stdout);
    });
    child.stdin?.end(Buffer.concat(input));
  });
  return JsonField.strict(JSON.parse(text), 'reference');
}
