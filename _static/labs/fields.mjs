// Packed files, which the build makes from a chapter's numbers. What is gzipped is a
// line of JSON, with the name, type and length of each array, and then the arrays.

const TYPES = {
  float32: Float32Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
};

/**
 * Returns the arrays of a file by name.
 * @type {(buffer: ArrayBuffer) => Record<string, any>}
 */
export function unpack(buffer) {
  const bytes = new Uint8Array(buffer);
  const end = bytes.indexOf("\n".charCodeAt(0));
  const table = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  const fields = {};
  let start = end + 1;
  for (const { name, type, length } of table) {
    const stop = start + length * TYPES[type].BYTES_PER_ELEMENT;
    // A copy, since an array of numbers has to begin at a multiple of their size.
    fields[name] = new TYPES[type](buffer.slice(start, stop));
    start = stop;
  }
  return fields;
}

/** Returns the arrays of a file in this folder by name. @param {string} name */
export async function fetchPacked(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  const packed = await response.blob();
  const [first, second] = new Uint8Array(await packed.slice(0, 2).arrayBuffer());
  // A server may have let the browser unpack it.
  if (first !== 0x1f || second !== 0x8b) return unpack(await packed.arrayBuffer());
  const stream = packed.stream().pipeThrough(new DecompressionStream("gzip"));
  return unpack(await new Response(stream).arrayBuffer());
}
