import { describe, expect, it } from 'vitest';
import type { Tables } from '../../store/schema.ts';
import { parseIpv4, sortableIpv4 } from '../../values/ip.ts';
import { DEFAULT_PUBLIC_EDGE } from '../../values/public-edge.ts';
import type { PortProgram } from '../program.ts';
import { compileEdge } from './edge.ts';
import { compileMappings } from './public.ts';

const ip = (text: string) => parseIpv4(text)!;
const port = (id: string) => ({ id }) as PortProgram;

function eip(n: number, more: Partial<Tables['eip']> = {}): Tables['eip'] {
  return {
    id: `eip-${n}`,
    address: sortableIpv4(ip(`198.18.0.${n}`)),
    bandwidth: 5,
    status: 'InUse',
    network_interface_id: `eni-${n}`,
    private_address: sortableIpv4(ip(`10.0.0.${n}`)),
    vpc_id: 'vpc-1',
    ...more,
  } as Tables['eip'];
}

describe('mappings of public addresses', () => {
  it('A3 translate an associated address from the request on, until it is taken off', () => {
    const eips = (['Available', 'Associating', 'InUse', 'Unassociating'] as const).map((status, n) =>
      eip(n + 1, { status }),
    );
    const mappings = compileMappings(
      eips.toReversed(),
      [1, 2, 3, 4].map((n) => port(`eni-${n}`)),
    );
    expect(mappings).toEqual([
      {
        id: 'eip-2',
        portId: 'eni-2',
        publicAddress: ip('198.18.0.2'),
        privateAddress: ip('10.0.0.2'),
        outbound: 5_000_000,
        inbound: 10_000_000,
      },
      expect.objectContaining({ id: 'eip-3', portId: 'eni-3' }),
    ]);
  });

  it('are those of plugged ports alone', () => {
    expect(compileMappings([eip(1), eip(2)], [port('eni-2')]).map((mapping) => mapping.id)).toEqual(['eip-2']);
  });

  it('F1 cap outbound as purchased, inbound too but never below 10 Mbit/s', () => {
    const caps = [1, 10, 11, 200].map((bandwidth) => {
      const [mapping] = compileMappings([eip(1, { bandwidth })], [port('eni-1')]);
      return [mapping!.outbound / 1e6, mapping!.inbound / 1e6];
    });
    expect(caps).toEqual([
      [1, 10],
      [10, 10],
      [11, 11],
      [200, 200],
    ]);
  });
});

describe('the program of the public edge', () => {
  it('routes associated addresses to their networks, whether the port is plugged or not', () => {
    const eips = [
      eip(3, { vpc_id: 'vpc-2' }),
      eip(1, { status: 'Associating' }),
      eip(2, { status: 'Unassociating' }),
      eip(4, { status: 'Available', vpc_id: null }),
    ];
    expect(compileEdge({ generation: 7, eips }, DEFAULT_PUBLIC_EDGE)).toEqual({
      generation: 7,
      pool: DEFAULT_PUBLIC_EDGE.pool,
      outside: ip('192.0.2.10'),
      routes: [
        { publicAddress: ip('198.18.0.1'), networkId: 'vpc-1' },
        { publicAddress: ip('198.18.0.3'), networkId: 'vpc-2' },
      ],
    });
  });
});
