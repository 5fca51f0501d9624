import type { LiveMessage } from '../outlet';

/** A whole message as text, from a server. */
const TEXT = 0x81;
const ONE_BYTE = 125;
const TWO_BYTES = 0xffff;

/** The parts that all operations share, of the message that was written last. */
let last: { readonly message: LiveMessage; readonly payload: Buffer } | undefined;
/** The frame for the last id: many clients use the same one. */
let whole: { readonly id: string; readonly frame: Buffer } | undefined;

/**
 * The WebSocket frame that brings an operation a message. The message is encoded once for all; only the operation's id
 * differs.
 */
export function liveFrame(message: LiveMessage, id: string): Buffer {
  if (last?.message !== message) {
    last = { message, payload: Buffer.from(`,"type":"next","payload":${message.json}}`) };
    whole = undefined;
  }
  if (whole?.id !== id) whole = { id, frame: compose(`{"id":${JSON.stringify(id)}`, last.payload) };
  return whole.frame;
}

function compose(start: string, payload: Buffer): Buffer {
  const startLength = Buffer.byteLength(start);
  const length = startLength + payload.length;
  const headLength = length <= ONE_BYTE ? 2 : length <= TWO_BYTES ? 4 : 10;
  const frame = Buffer.allocUnsafe(headLength + length);
  frame[0] = TEXT;
  if (headLength === 2) frame[1] = length;
  else if (headLength === 4) {
    frame[1] = ONE_BYTE + 1;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = ONE_BYTE + 2;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(start, headLength);
  payload.copy(frame, headLength + startLength);
  return frame;
}
