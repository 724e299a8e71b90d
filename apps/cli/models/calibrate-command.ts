import { Command, InvalidArgumentError } from 'commander';
import { variantPasses, type VariantAgreement } from '#inference/models/variant.js';
import { calibrateVariant, type CalibrateOptions } from './calibrate-variant.js';

/** Three of each kind that is drawn. */
const DRAWN_DEFAULT = 51;
/** Ten of each kind: of fewer, the frames of one animation could decide what one view in twenty exceeds. */
const MEASURED_DEFAULT = 170;
const DRAWN_MAX = 10_000;

/** `portcullis models calibrate`: makes a variant anew from photographs, and measures it. */
export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description('for whoever makes a new version: observe ranges, make the int8 file anew and measure its agreement')
    .argument('<variant>', 'the reference of a variant, such as mobilenet_v2_int8/1.0.0')
    .requiredOption('--images <folder>', 'photographs to calibrate on and to measure with')
    .option('--drawn <n>', 'drawn samples to calibrate on', drawnCount, DRAWN_DEFAULT)
    .option('--measured <n>', 'drawn samples to measure with, others than those', drawnCount, MEASURED_DEFAULT)
    .option('--keep-ranges', 'measure only: leave calibration.json as it is', false)
    .addHelpText('after', '\nExit code: 0 when the variant is close enough to be used, 1 when not.')
    .action((ref: string, options: CommandOptions, command: Command) =>
      calibrate(command.optsWithGlobals<{ root: string }>().root, ref, options),
    );
}

type CommandOptions = Omit<CalibrateOptions, 'onRun'>;

async function calibrate(root: string, ref: string, options: CommandOptions): Promise<void> {
  let runs = 0;
  const onRun = (): void => {
    runs += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r${runs} runs`);
  };
  const result = await calibrateVariant(root, ref, { ...options, onRun });
  if (process.stderr.isTTY) process.stderr.write('\n');
  const passes = variantPasses(result.agreement);
  const lines = [
    agreementText('all', result.agreement),
    agreementText('photographs', result.photographs),
    agreementText('drawn', result.drawn),
    `${ref}  ${passes ? 'is' : 'is NOT'} close enough to be used`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (!passes) process.exitCode = 1;
}

function agreementText(what: string, { views, top1, p95, max }: VariantAgreement): string {
  return `${what.padEnd(12)} ${views} views  top-1 ${(top1 * 100).toFixed(2)} %  |Δp| p95 ${p95}  max ${max}`;
}

function drawnCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= DRAWN_MAX) return count;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${DRAWN_MAX}.`);
}
