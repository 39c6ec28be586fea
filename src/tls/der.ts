/**
 * The distinguished encoding rules of ASN.1 (ITU-T X.690), written only, and only the types that a certificate has.
 * Every function gives one whole element: tag, length, content.
 */

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.sequence, Buffer.concat(parts));
}

/** A set of one member: the only kind here, so there is no order to keep. */
export function setOf(member: Uint8Array): Uint8Array {
  return element(TAG.set, member);
}

export function boolean(value: boolean): Uint8Array {
  return element(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
}

/** A number that is not negative, from its bytes, the highest first. */
export function integer(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const significant = bytes.subarray(start);
  // A first byte from 128 on would read as a negative number.
  const sign = significant.length === 0 || significant[0]! >= 0x80 ? Uint8Array.of(0) : new Uint8Array();
  return element(TAG.integer, Buffer.concat([sign, significant]));
}

/** `unused`: how many bits at the end of the last byte do not count. */
export function bitString(bytes: Uint8Array, unused = 0): Uint8Array {
  return element(TAG.bitString, Buffer.concat([Uint8Array.of(unused), bytes]));
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return element(TAG.octetString, bytes);
}

export function utf8String(text: string): Uint8Array {
  return element(TAG.utf8String, Buffer.from(text, 'utf8'));
}

/** From the dotted form, e.g. `2.5.4.3`. */
export function objectIdentifier(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(TAG.objectIdentifier, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** A time in milliseconds, to the second: two digits for the years that X.509 writes so, four for later ones. */
export function time(milliseconds: number): Uint8Array {
  const text = `${new Date(milliseconds).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}Z`;
  return Number(text.slice(0, 4)) < 2050
    ? element(TAG.utcTime, Buffer.from(text.slice(2), 'latin1'))
    : element(TAG.generalizedTime, Buffer.from(text, 'latin1'));
}

/** Content under a number of the type around it. `constructed`: the content is elements itself. */
export function tagged(number: number, content: Uint8Array, constructed: boolean): Uint8Array {
  return element(0x80 | (constructed ? 0x20 : 0) | number, content);
}

function element(tag: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(tag), lengthOf(content), content]);
}

function lengthOf({ length }: Uint8Array): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256);
  return Uint8Array.from([0x80 | bytes.length, ...bytes]);
}

/** Seven bits a byte, the highest first, all but the last one marked. */
function base128(number: number): number[] {
  const bytes = [number % 128];
  for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128)) bytes.unshift((left % 128) | 0x80);
  return bytes;
}
