import { ProtobufMessage } from './protobuf.js';

/** Codes of onnx.proto's `TensorProto.DataType`. */
export const DATA_TYPES = { float32: 1, uint8: 2, int8: 3, int32: 6 } as const;

export type OnnxAttribute = number | readonly number[];

type OnnxValues = Float32Array | Uint8Array | Int8Array | Int32Array;

interface OnnxValue {
  readonly name: string;
  readonly type: keyof typeof DATA_TYPES;
  /** A name stands for a dimension that is free. */
  readonly shape: readonly (number | string)[];
}

/** Operator set whose definitions the nodes follow, and the file format's version that goes with it. */
const OPSET_VERSION = 18;
const IR_VERSION = 8;
/** Codes of onnx.proto's `AttributeProto.AttributeType`. */
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

/**
 * Builds an ONNX model. Field numbers are those of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
export class OnnxGraph {
  private readonly nodes: ProtobufMessage[] = [];
  private readonly constants: ProtobufMessage[] = [];
  private readonly inputs: ProtobufMessage[] = [];
  private readonly outputs: ProtobufMessage[] = [];

  /** Adds an operator with one output and returns the output's name. */
  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Record<string, OnnxAttribute> = {},
  ): string {
    const node = new ProtobufMessage();
    for (const input of inputs) node.text(1, input);
    node.text(2, output).text(3, `${output}:${operator}`).text(4, operator);
    for (const [name, value] of sortedEntries(attributes)) node.message(5, attributeMessage(name, value));
    this.nodes.push(node);
    return output;
  }

  /** Adds a constant of the values' type and returns its name. */
  constant(name: string, shape: readonly number[], values: OnnxValues): string {
    const tensor = new ProtobufMessage();
    for (const side of shape) tensor.integer(1, side);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.constants.push(tensor.integer(2, DATA_TYPES[typeOf(values)]).text(8, name).bytes(9, bytes));
    return name;
  }

  input(value: OnnxValue): void {
    this.inputs.push(valueMessage(value));
  }

  output(value: OnnxValue): void {
    this.outputs.push(valueMessage(value));
  }

  /** The finished file. */
  finish(name: string, metadata: Record<string, string>): Uint8Array {
    const graph = new ProtobufMessage();
    for (const node of this.nodes) graph.message(1, node);
    graph.text(2, name);
    for (const constant of this.constants) graph.message(5, constant);
    for (const input of this.inputs) graph.message(11, input);
    for (const output of this.outputs) graph.message(12, output);
    const model = new ProtobufMessage().integer(1, IR_VERSION).text(2, 'portcullis').message(7, graph);
    model.message(8, new ProtobufMessage().text(1, '').integer(2, OPSET_VERSION));
    for (const [key, value] of sortedEntries(metadata)) {
      model.message(14, new ProtobufMessage().text(1, key).text(2, value));
    }
    return model.finish();
  }
}

function typeOf(values: OnnxValues): keyof typeof DATA_TYPES {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Int32Array) return 'int32';
  return values instanceof Int8Array ? 'int8' : 'uint8';
}

function attributeMessage(name: string, value: OnnxAttribute): ProtobufMessage {
  const attribute = new ProtobufMessage().text(1, name);
  if (typeof value === 'number') return attribute.integer(3, value).integer(20, ATTRIBUTE_INT);
  for (const item of value) attribute.integer(8, item);
  return attribute.integer(20, ATTRIBUTE_INTS);
}

function valueMessage({ name, type, shape }: OnnxValue): ProtobufMessage {
  const dimensions = new ProtobufMessage();
  for (const side of shape) {
    const dimension = new ProtobufMessage();
    dimensions.message(1, typeof side === 'number' ? dimension.integer(1, side) : dimension.text(2, side));
  }
  const tensor = new ProtobufMessage().integer(1, DATA_TYPES[type]).message(2, dimensions);
  return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
}

function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
