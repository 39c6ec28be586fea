/** Questions as clients send them. */
import { encode, type OptAnswer, type Packet, type RecordType } from 'dns-packet';

export interface Sent extends Omit<Packet, 'questions'> {
  /** Bytes that the client takes over UDP; with it comes an OPT record. */
  readonly takes?: number;
  readonly version?: number;
}

export function question(name: string, type: string = 'A', { takes, version = 0, ...more }: Sent = {}): Buffer {
  const option: OptAnswer = {
    name: '.',
    type: 'OPT',
    udpPayloadSize: takes ?? 0,
    extendedRcode: 0,
    ednsVersion: version,
    flags: 0,
    flag_do: false,
    options: [],
  };
  return encode({
    type: 'query',
    id: 4711,
    flags: 0x100,
    questions: [{ name, type: type as RecordType }],
    additionals: takes === undefined ? [] : [option],
    ...more,
  });
}
