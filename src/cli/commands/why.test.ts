import { describe, expect, it } from 'vitest';
import { type Explained, explain } from './why.ts';

const packet = {
  IpProtocol: 'tcp',
  SourceAddress: '10.0.0.1',
  SourcePort: 49152,
  DestinationAddress: '10.0.0.2',
  DestinationPort: 22,
};
const rule = {
  SecurityGroupRuleId: 'sgr-1',
  SecurityGroupId: 'sg-1',
  SecurityGroupName: 'db',
  Priority: 5,
  Words: 'drop tcp port 22 from anywhere',
  Description: 'no shells',
};
const refused: Explained = {
  Verdict: 'Refused',
  Reason: 'IngressDeniedByRule',
  Meaning: 'A drop rule of the receiver’s groups matches.',
  Hops: {
    Hop: [
      { Kind: 'Card', InstanceName: 'web', Packet: packet },
      { Kind: 'SourceCheck', InstanceName: 'web', Passed: true, Packet: packet },
      { Kind: 'Gate', Direction: 'ingress', InstanceName: 'db', Passed: false, Packet: packet, DecidedBy: rule },
    ],
  },
};

describe('X1 why, for people', () => {
  it('begins with the verdict, its reason and the rule that decides, then goes the way', () => {
    expect(explain(refused)).toEqual([
      'refused: IngressDeniedByRule – sgr-1 of db (sg-1), priority 5: drop tcp port 22 from anywhere “no shells”',
      'A drop rule of the receiver’s groups matches.',
      '',
      ' 1  web  network card  10.0.0.1:49152 → 10.0.0.2:22',
      ' 2  web  source check  10.0.0.1:49152 → 10.0.0.2:22  the source is its own',
      ' 3  db   ingress gate  10.0.0.1:49152 → 10.0.0.2:22  dropped: sgr-1 of db (sg-1), priority 5: drop tcp port 22 from anywhere “no shells”',
    ]);
  });

  it('a rule that accepted what was refused elsewhere has not decided', () => {
    const hops = [...(refused.Hops?.Hop ?? []), { Kind: 'Router', VpcId: 'vpc-1', Next: 'Nowhere' }];
    const [first] = explain({ Verdict: 'Refused', Reason: 'NoPublicAddress', Hops: { Hop: hops } });
    expect(first).toBe('refused: NoPublicAddress');
    const way = { Verdict: 'Delivered', Reason: 'Delivered', Hops: { Hop: hops } };
    expect(explain(way)[0]).toMatch(/^delivered – sgr-1 of db/);
  });

  it('says where it is not real yet, where else it may be meant, and what is withheld', () => {
    const lines = explain({
      ...refused,
      Behind: ['vpc-1', 'edge'],
      ElsewhereVpcIds: ['vpc-2'],
      Hops: { Hop: [{ Kind: 'Withheld' }] },
    });
    expect(lines).toContain('It may be meant in vpc-2.');
    expect(lines).toContain('Not yet real in vpc-1, edge: packets may differ for a moment.');
    expect(lines.at(-1)).toBe(' 1  another account      withheld');
  });

  it('the packet stands beside the analysis, with what it met in the kernel’s words', () => {
    const Step = [
      {
        Kind: 'Gate',
        Direction: 'ingress',
        InstanceName: 'db',
        Verdict: 'Drop',
        Chain: 'ingress_gate > c_1',
        Rule: 'tcp dport 22 drop',
        Packet: packet,
        DecidedBy: rule,
      },
      { Kind: 'Edge', Verdict: 'Accept', Chain: 'forward', Rule: 'accept', Packet: packet },
    ];
    const Probe = {
      Outcome: 'Refused',
      Meaning: 'The gate has dropped it.',
      Agreement: 'Agrees',
      Answer: 'HostUnreachable',
      Trace: { Step },
    };
    expect(explain({ ...refused, Probe }).slice(6)).toEqual([
      '',
      'packet refused: The gate has dropped it. The analysis says the same.',
      'The sender heard host unreachable.',
      '',
      ' 1  db           ingress gate  10.0.0.1:49152 → 10.0.0.2:22  drop by sgr-1: tcp dport 22 drop  ingress_gate > c_1',
      ' 2  public edge  router        10.0.0.1:49152 → 10.0.0.2:22  accept: accept                    forward',
    ]);
    const differs = explain({ ...refused, Probe: { ...Probe, Agreement: 'Differs', Trace: { Step: [] } } });
    expect(differs.at(-2)).toBe('packet refused: The gate has dropped it. The analysis says otherwise!');
  });
});
