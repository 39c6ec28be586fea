import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frames, framed } from './frames.ts';

describe('X5 frames of DNS over TCP', () => {
  it('come out as they went in, however the stream is cut', () => {
    const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 6 });
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 200 })), (sent, cuts) => {
        const stream = Buffer.concat(sent.map((message) => framed(Buffer.from(message))));
        const frames = new Frames(300);
        const heard: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const end = at + (cuts[turn] ?? stream.length);
          frames.add(stream.subarray(at, end));
          at = end;
          for (let next = frames.next(); next !== undefined; next = frames.next()) heard.push(next);
        }
        expect(frames.broken).toBe(false);
        expect(heard).toEqual(sent.map((message) => Buffer.from(message)));
      }),
    );
  });

  it('end at a message that is empty or too long, also behind others', () => {
    for (const bad of [Buffer.from([0, 0, 1]), Buffer.from([0, 5])]) {
      const frames = new Frames(4);
      frames.add(Buffer.concat([framed(Buffer.from('ok')), bad]));
      expect(frames.broken).toBe(false);
      expect(frames.next()).toEqual(Buffer.from('ok'));
      expect(frames.broken).toBe(true);
      expect(frames.next()).toBeUndefined();
    }
  });
});
