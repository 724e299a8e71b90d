import type { MediaType } from '#contracts/media-type.js';
import { Canvas } from './samples/canvas.js';
import { hsl } from './samples/colour.js';
import { encodeAnimation, encodeSample } from './samples/encode-sample.js';
import type { SampleEncoding } from './samples/encode-sample.js';
import { paintBalloons, paintCartoon, paintPebbles, paintPortrait, paintRopes } from './samples/paint-figures.js';
import {
  paintCity,
  paintGradient,
  paintLines,
  paintPlaid,
  paintShapes,
  scatterShapes,
} from './samples/paint-graphics.js';
import { paintDunes, paintHills, paintSea, paintTexture } from './samples/paint-nature.js';
import { Random } from './samples/random.js';

export interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
  readonly mediaType: MediaType;
}

export interface SampleSide {
  readonly width: number;
  readonly height: number;
}

interface StillKind {
  readonly name: string;
  readonly encoding: SampleEncoding;
  readonly paint: (canvas: Canvas, random: Random) => void;
}

interface AnimatedKind {
  readonly name: string;
  readonly encoding: 'animated gif';
}

type Kind = StillKind | AnimatedKind;

/** Taken in turn. Every accepted media type is among them, and what a decoder must get right beside it. */
const KINDS: readonly Kind[] = [
  { name: 'hills', paint: paintHills, encoding: 'jpeg' },
  { name: 'pebbles', paint: paintPebbles, encoding: 'jpeg' },
  { name: 'lines', paint: paintLines, encoding: 'png' },
  { name: 'ropes', paint: paintRopes, encoding: 'jpeg' },
  { name: 'balloons', paint: paintBalloons, encoding: 'png' },
  { name: 'dunes', paint: paintDunes, encoding: 'avif' },
  { name: 'portrait', paint: paintPortrait, encoding: 'jpeg' },
  { name: 'sea', paint: paintSea, encoding: 'progressive jpeg' },
  { name: 'cartoon', paint: paintCartoon, encoding: 'png' },
  { name: 'animation', encoding: 'animated gif' },
  { name: 'plaid', paint: paintPlaid, encoding: 'webp' },
  { name: 'turned-portrait', paint: paintPortrait, encoding: 'turned jpeg' },
  { name: 'stickers', paint: scatterShapes, encoding: 'transparent png' },
  { name: 'city', paint: paintCity, encoding: 'webp' },
  { name: 'gradient', paint: paintGradient, encoding: 'jpeg' },
  { name: 'texture', paint: paintTexture, encoding: 'jpeg' },
  { name: 'shapes', paint: paintShapes, encoding: 'png' },
];

/**
 * Which of the endless series is drawn. Chosen by the answers of the shipped models: among the first 230, one whose
 * first two dozen pictures fall into every band of the fast tier and make the tiers disagree both ways.
 */
const SERIES = 129;
const SERIES_LENGTH = 1_000_003;

const ANIMATION_FRAMES = 6;

/**
 * Draws a made-up picture for demonstrations and measurements. The pictures are deterministic: one index and side
 * give the same bytes with the same version of the encoders. Kinds take turns; no two indices give the same bytes.
 *
 * @param index from 0
 * @param side pixels; left out, some 640 across, landscape or upright
 */
export async function drawSample(index: number, side?: SampleSide): Promise<Sample> {
  const kind = KINDS[index % KINDS.length];
  if (kind === undefined) throw new RangeError(`a sample's index is a whole number from 0, not ${index}`);
  const random = new Random(SERIES * SERIES_LENGTH + index);
  const { width, height } = side ?? pickSide(random);
  const label = `${kind.name}-${String(index).padStart(4, '0')}`;
  if (kind.encoding === 'animated gif') {
    const { bytes, mediaType } = await encodeAnimation(drawFrames(width, height, random), width, height);
    return { name: `${label}.gif`, bytes, mediaType };
  }
  const canvas = new Canvas(width, height);
  kind.paint(canvas, random);
  const { bytes, mediaType, extension } = await encodeSample(canvas, kind.encoding);
  return { name: `${label}.${extension}`, bytes, mediaType };
}

function pickSide(random: Random): SampleSide {
  const long = random.integer(560, 720);
  const short = Math.round(long * random.between(0.62, 1));
  return random.next() < 0.6 ? { width: long, height: short } : { width: short, height: long };
}

/** A ball that crosses the picture, frame by frame. */
function drawFrames(width: number, height: number, random: Random): Canvas[] {
  const ground = hsl(random.next(), 0.5, random.between(0.2, 0.85));
  const ball = hsl(random.next(), 0.8, 0.55);
  const bounces = random.between(1, 3);
  return Array.from({ length: ANIMATION_FRAMES }, (_, frame) => {
    const canvas = new Canvas(width, height);
    const time = frame / (ANIMATION_FRAMES - 1);
    canvas.shade(() => ground);
    const y = 0.3 - 0.55 * Math.abs(Math.sin(Math.PI * bounces * time));
    canvas.ellipse({ x: -0.4 + 0.8 * time, y, rx: 0.12, ry: 0.12 }, () => ball);
    return canvas;
  });
}
