import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../values/refusal.ts';
import { acceptAddress, acceptFlow, type FlowAsked, isMeantForAddress, nameOfProtocol } from './rules.ts';

const flow = (asked: FlowAsked) => {
  const accepted = acceptFlow(asked, 50_000);
  return isRefusal(accepted) ? `${accepted.code} ${accepted.parameter}` : accepted;
};

describe('X1 the packet that is asked about', () => {
  it('is an echo request, or with a port the beginning of a connection', () => {
    expect(flow({})).toEqual({ protocol: 1, sourcePort: 0, destinationPort: 0 });
    expect(flow({ Port: 80 })).toEqual({ protocol: 6, sourcePort: 50_000, destinationPort: 80 });
    expect(flow({ IpProtocol: 'Udp', Port: 53, SourcePort: 53 })).toEqual({
      protocol: 17,
      sourcePort: 53,
      destinationPort: 53,
    });
  });

  it('has ports exactly with tcp and udp, however they are named', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }).filter((number) => number !== 58 && number !== 136),
        fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
        (number, Port) => {
          const withPorts = number === 6 || number === 17;
          const accepted = acceptFlow({ IpProtocol: String(number), Port }, 50_000);
          if (isRefusal(accepted)) expect(withPorts).toBe(Port === undefined);
          else {
            expect(accepted).toEqual({
              protocol: number,
              sourcePort: withPorts ? 50_000 : 0,
              destinationPort: withPorts ? Port : 0,
            });
            expect(flow({ IpProtocol: nameOfProtocol(number), Port })).toEqual(accepted);
          }
        },
      ),
    );
  });

  it('names the parameter at fault', () => {
    expect(flow({ IpProtocol: 'udp' })).toBe('MissingParameter Port');
    expect(flow({ IpProtocol: 'icmp', Port: 1 })).toBe('InvalidIpProtocol.Malformed Port');
    expect(flow({ SourcePort: 1 })).toBe('InvalidIpProtocol.Malformed SourcePort');
    for (const IpProtocol of ['256', '1000', '-1', '0x6', '6 ', 'icmpv6', '58', '136']) {
      expect([IpProtocol, flow({ IpProtocol })]).toEqual([
        IpProtocol,
        'InvalidIpProtocol.ValueNotSupported IpProtocol',
      ]);
    }
  });

  it('addresses begin with a digit, names do not', () => {
    expect(['10.0.0.1', '10.0', '1'].map(isMeantForAddress)).toEqual([true, true, true]);
    expect(['web', 'i-1', 'ö1', 'internet'].map(isMeantForAddress)).toEqual([false, false, false, false]);
    expect(acceptAddress('10.0.0.256', 'Source')).toMatchObject({ parameter: 'Source' });
  });
});
