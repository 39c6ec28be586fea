import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_SIDE } from '../values/terminal.ts';
import {
  decodeExit,
  decodeFailure,
  decodeResize,
  decodeWindow,
  encodeBytes,
  encodeFrame,
  encodeJson,
  encodeResize,
  encodeWindow,
  FRAME,
  type Frame,
  FrameDecoder,
  MOST_PAYLOAD,
} from './exec-frames.ts';

const plain = ({ type, payload }: Frame) => ({ type, payload: [...payload] });

describe('FrameDecoder', () => {
  it('gives the same frames however the bytes are cut', () => {
    const frame = fc.record({
      type: fc.constantFrom(...Object.values(FRAME)),
      payload: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(fc.array(frame), fc.array(fc.nat(60)), (frames, cuts) => {
        const bytes = Buffer.concat(frames.map(({ type, payload }) => encodeFrame(type, payload)));
        const decoder = new FrameDecoder();
        const got: Frame[] = [];
        let from = 0;
        for (const cut of [...cuts, bytes.length]) {
          const chunk = Buffer.from(bytes.subarray(from, from + cut));
          got.push(...decoder.push(chunk).map(({ type, payload }) => ({ type, payload: Uint8Array.from(payload) })));
          // The chunk's memory is used again for something else.
          chunk.fill(0xff);
          from += cut;
        }
        expect(got.map(plain)).toEqual(frames.map(plain));
        expect(decoder.fault).toBeUndefined();
      }),
    );
  });

  it.each([
    ['a type it does not know', Uint8Array.of(0, 0, 0, 0, 0)],
    ['a payload that is too long', Uint8Array.of(FRAME.stdin, 0, 1, 0, 1)],
  ])('stops at %s', (_name, bytes) => {
    const decoder = new FrameDecoder();
    const good = encodeFrame(FRAME.stdout, Uint8Array.of(1));
    expect(decoder.push(Buffer.concat([good, bytes, good])).map(plain)).toEqual([{ type: FRAME.stdout, payload: [1] }]);
    expect(decoder.fault).toBeDefined();
    expect(decoder.push(good)).toEqual([]);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 })), (chunks) => {
        const decoder = new FrameDecoder();
        for (const chunk of chunks) decoder.push(chunk);
      }),
    );
  });
});

describe('encoding', () => {
  it('splits what is longer than a frame', () => {
    const bytes = Uint8Array.from({ length: 2 * MOST_PAYLOAD + 1 }, (_, index) => index & 255);
    const frames = new FrameDecoder().push(encodeBytes(FRAME.stdout, bytes));
    expect(frames.map(({ payload }) => payload.length)).toEqual([MOST_PAYLOAD, MOST_PAYLOAD, 1]);
    expect(Buffer.concat(frames.map(({ payload }) => payload)).equals(bytes)).toBe(true);
    expect(() => encodeFrame(FRAME.stdout, bytes)).toThrow(RangeError);
  });

  it('reads back ends, failures and windows, and nothing else', () => {
    const payload = (bytes: Uint8Array) => new FrameDecoder().push(bytes)[0]!.payload;
    expect(decodeExit(payload(encodeJson(FRAME.exit, { code: 255 })))).toEqual({ code: 255 });
    expect(decodeExit(payload(encodeJson(FRAME.exit, { signal: 'SIGTERM' })))).toEqual({ signal: 'SIGTERM' });
    const failure = { code: 'InternalError', message: 'm', requestId: 'R' };
    expect(decodeFailure(payload(encodeJson(FRAME.failure, failure)))).toEqual(failure);
    expect(decodeWindow(payload(encodeWindow(0xffff_ffff)))).toBe(0xffff_ffff);
    for (const text of ['', 'null', '[]', '{"code":"7"}', '{', '\xff']) {
      expect(decodeExit(Buffer.from(text, 'latin1'))).toBeUndefined();
      expect(decodeFailure(Buffer.from(text, 'latin1'))).toBeUndefined();
      expect(decodeWindow(Buffer.from(text.slice(0, 3)))).toBe(0);
    }
  });

  it('reads back sizes of a terminal, and refuses those that none has', () => {
    const side = fc.integer({ min: 1, max: MOST_SIDE });
    fc.assert(
      fc.property(side, side, (rows, columns) => {
        const [frame] = new FrameDecoder().push(encodeResize({ rows, columns }));
        expect(frame!.type).toBe(FRAME.resize);
        expect(decodeResize(frame!.payload)).toEqual({ rows, columns });
      }),
    );
    for (const [rows, columns] of [
      [0, 80],
      [24, 0],
      [MOST_SIDE + 1, 80],
      [24, MOST_SIDE + 1],
      [-1, 80],
      [24.5, 80],
      [Number.NaN, 80],
    ] as const) {
      expect(() => encodeResize({ rows, columns })).toThrow(RangeError);
    }
    for (const payload of [[], [0, 24, 0], [0, 24, 0, 80, 0], [0, 0, 0, 80], [0, 24, 0, 0], [255, 255, 0, 80]]) {
      expect(decodeResize(Uint8Array.from(payload))).toBeUndefined();
    }
  });
});
