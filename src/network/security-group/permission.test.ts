import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockOf, formatCidr } from '../../values/cidr.ts';
import { formatIpv4, ipv4FromNumber } from '../../values/ip.ts';
import { isRefusal } from '../../values/refusal.ts';
import {
  changedFields,
  type Direction,
  isMeant,
  type Permission,
  type PermissionFields,
  parsePermission,
  peerKindOf,
  permissionFieldsOf,
  sameRule,
} from './permission.ts';

const OWNER = { accountId: '1000000000000001', accountName: 'me' };

function parsed(direction: Direction, fields: PermissionFields): Permission {
  const permission = parsePermission(direction, fields, OWNER, '');
  if (isRefusal(permission)) throw new Error(permission.message);
  return permission;
}

function codeOf(direction: Direction, fields: PermissionFields): string {
  const permission = parsePermission(direction, fields, OWNER, 'Permissions.3.');
  if (!isRefusal(permission)) throw new Error('it was not refused');
  return `${permission.code} ${permission.parameter}`;
}

const RULE: PermissionFields = { IpProtocol: 'TCP', PortRange: '80/90', SourceCidrIp: '10.0.0.0/8' };

const block = fc
  .tuple(fc.nat(0xffffffff), fc.nat(32))
  .map(([address, prefix]) => formatCidr(blockOf(ipv4FromNumber(address), prefix)));

const range = fc
  .tuple(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 }))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

const ANY = { from: -1, to: -1 };

type Rule = Permission & { readonly priority: number };

const rule: fc.Arbitrary<Rule> = fc
  .record({
    direction: fc.constantFrom<Direction>('ingress', 'egress'),
    protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'icmp' as const, 'gre' as const, 'all' as const),
    ports: range,
    sourcePorts: fc.option(range, { nil: ANY }),
    peer: fc.oneof(
      block.map((peer) => ({ peer_kind: 'cidr' as const, peer })),
      fc.constant({ peer_kind: 'group' as const, peer: 'sg-bp1' }),
      fc.constant({ peer_kind: 'prefixList' as const, peer: 'pl-bp1' }),
    ),
    local_cidr: fc.option(block, { nil: '' }),
    policy: fc.constantFrom('Accept' as const, 'Drop' as const),
    priority: fc.integer({ min: 1, max: 100 }),
    description: fc.string({ minLength: 1, maxLength: 20 }),
  })
  .map(({ ports, sourcePorts, peer, ...rest }) => {
    const withPorts = rest.protocol === 'tcp' || rest.protocol === 'udp';
    const [own, source] = withPorts ? [ports, sourcePorts] : [ANY, ANY];
    return {
      ...rest,
      ...peer,
      port_from: own.from,
      port_to: own.to,
      source_port_from: source.from,
      source_port_to: source.to,
    };
  });

describe('rules of security groups', () => {
  it('are read back from their own fields', () => {
    fc.assert(
      fc.property(rule, (each) => {
        expect(parsed(each.direction, permissionFieldsOf(each))).toEqual(each);
      }),
    );
  });

  it('are the same, and meant, exactly when every part is equal', () => {
    fc.assert(
      fc.property(rule, rule, (a, b) => {
        const equal = JSON.stringify({ ...a, description: '' }) === JSON.stringify({ ...b, description: '' });
        expect(sameRule(a, b)).toBe(equal);
        expect(isMeant(a, b)).toBe(equal);
        expect(isMeant(a, a)).toBe(true);
      }),
    );
  });

  it('differ by each part alone', () => {
    const base = { ...parsed('ingress', RULE), priority: 1 };
    const changes: Partial<Rule>[] = [
      { direction: 'egress' },
      { protocol: 'udp' },
      { port_from: 79 },
      { port_to: 91 },
      { source_port_from: 1 },
      { source_port_to: 2 },
      { peer_kind: 'group' },
      { peer_kind: 'prefixList' },
      { peer: '11.0.0.0/8' },
      { local_cidr: '10.0.0.1/32' },
      { policy: 'Drop' },
      { priority: 2 },
    ];
    for (const change of changes) {
      expect(sameRule(base, { ...base, ...change })).toBe(false);
      expect(isMeant({ ...base, ...change }, base)).toBe(false);
    }
    expect(sameRule(base, { ...base, description: 'other' } as Rule)).toBe(true);
  });

  it('without a priority mean rules of every priority', () => {
    const asked = parsed('ingress', RULE);
    expect(asked.priority).toBeUndefined();
    expect(isMeant({ ...asked, priority: 77 }, asked)).toBe(true);
  });

  it('keep blocks in canonical form, single addresses as /32', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(32), (number, prefix) => {
        const address = ipv4FromNumber(number);
        const { peer } = parsed('ingress', { ...RULE, SourceCidrIp: `${formatIpv4(address)}/${prefix}` });
        expect(peer).toBe(formatCidr(blockOf(address, prefix)));
      }),
    );
    expect(parsed('ingress', { ...RULE, SourceCidrIp: '10.1.2.3' }).peer).toBe('10.1.2.3/32');
  });

  it('take the block when a group or a prefix list is given too, and the group before the list', () => {
    const { SourceCidrIp, ...rest } = RULE;
    const names = { SourceGroupId: 'sg-bp1', SourcePrefixListId: 'pl-bp1' };
    expect(parsed('ingress', { ...RULE, ...names })).toMatchObject({ peer_kind: 'cidr' });
    expect(parsed('ingress', { ...rest, ...names })).toMatchObject({ peer_kind: 'group', peer: 'sg-bp1' });
    expect(parsed('ingress', { ...rest, SourcePrefixListId: 'pl-bp1' })).toMatchObject({
      peer_kind: 'prefixList',
      peer: 'pl-bp1',
    });
    expect(peerKindOf('ingress', { ...rest, ...names })).toBe('group');
    expect(peerKindOf('egress', { ...rest, ...names })).toBeUndefined();
  });

  it('accept groups that are said to be of the own account, by name or id, and no others', () => {
    const { SourceCidrIp, ...rest } = RULE;
    const group = { ...rest, SourceGroupId: 'sg-bp1' };
    for (const own of [{ SourceGroupOwnerAccount: 'me' }, { SourceGroupOwnerId: Number(OWNER.accountId) }]) {
      expect(parsed('ingress', { ...group, ...own })).toMatchObject({ peer_kind: 'group', peer: 'sg-bp1' });
    }
    expect(codeOf('ingress', { ...group, SourceGroupOwnerAccount: 'you' })).toBe(
      'UnsupportedParameter Permissions.3.SourceGroupOwnerAccount',
    );
    expect(codeOf('ingress', { ...group, SourceGroupOwnerId: 5 })).toBe(
      'UnsupportedParameter Permissions.3.SourceGroupOwnerId',
    );
  });

  it('never accept ports that are no range of 1 to 65535', () => {
    const form = /^([1-9]\d*)\/([1-9]\d*)$/;
    const text = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.tuple(fc.integer({ min: -2, max: 70_000 }), fc.integer({ min: -2, max: 70_000 })).map(([a, b]) => `${a}/${b}`),
    );
    fc.assert(
      fc.property(text, (PortRange) => {
        const permission = parsePermission('ingress', { ...RULE, PortRange }, OWNER, '');
        const parts = form.exec(PortRange);
        const good = parts && Number(parts[1]) <= Number(parts[2]) && Number(parts[2]) <= 65_535;
        expect(isRefusal(permission)).toBe(!good);
      }),
    );
  });

  it('name the parameter at fault', () => {
    expect(codeOf('ingress', { ...RULE, PortRange: '1/0' })).toBe('InvalidParam.PortRange Permissions.3.PortRange');
    expect(codeOf('ingress', { ...RULE, PortRange: '-1/-1' })).toBe(
      'InvalidIpProtocol.Malformed Permissions.3.PortRange',
    );
    expect(codeOf('ingress', { ...RULE, IpProtocol: 'GRE' })).toBe(
      'InvalidIpProtocol.Malformed Permissions.3.PortRange',
    );
    expect(codeOf('egress', RULE)).toBe('MissingParameter.Dest Permissions.3.DestCidrIp');
    expect(codeOf('egress', { ...RULE, DestCidrIp: 'x' })).toBe('InvalidParam.DestIp Permissions.3.DestCidrIp');
    expect(codeOf('egress', { ...RULE, DestCidrIp: '10.0.0.0/8', SourceCidrIp: '1.2.3' })).toBe(
      'InvalidParam.SourceIp Permissions.3.SourceCidrIp',
    );
  });
});

describe('rules that change', () => {
  const base = { ...parsed('ingress', RULE), priority: 1, description: 'words' };

  it('take what is given and keep the rest', () => {
    const given = fc.record(
      {
        PortRange: range.map(({ from, to }) => `${from}/${to}`),
        SourcePortRange: range.map(({ from, to }) => `${from}/${to}`),
        Policy: fc.constantFrom('accept' as const, 'drop' as const),
        Priority: fc.integer({ min: 1, max: 100 }),
        Description: fc.string({ minLength: 1, maxLength: 5 }),
        SourceCidrIp: block,
        DestCidrIp: block,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(given, (change) => {
        const fields = changedFields(base, change);
        const nothing = Object.keys(change).length === 0;
        expect(isRefusal(fields)).toBe(nothing);
        if (isRefusal(fields)) return;
        expect(parsed('ingress', fields)).toEqual(parsed('ingress', { ...permissionFieldsOf(base), ...change }));
      }),
    );
  });

  it('never change their kind of peer', () => {
    const kinds: PermissionFields[] = [
      { SourceCidrIp: '10.0.0.0/8' },
      { SourceGroupId: 'sg-bp1' },
      { SourcePrefixListId: 'pl-bp1' },
    ];
    for (const [from, own] of kinds.entries()) {
      const { SourceCidrIp, ...rest } = RULE;
      const rule = { ...parsed('ingress', { ...rest, ...own }), priority: 1 };
      for (const [to, other] of kinds.entries()) {
        const fields = changedFields(rule, other);
        expect(isRefusal(fields) && fields.code, `${from} to ${to}`).toBe(
          from === to ? false : 'InvalidOperation.ModifySgRuleEntityType',
        );
      }
    }
  });

  it('pass over what belongs to the other direction', () => {
    expect(changedFields(base, { DestGroupId: 'sg-bp1' })).toMatchObject({
      code: 'InvalidParam.InvalidModifyRuleRequest',
    });
    expect(changedFields(base, { NicType: 'internet', Policy: 'drop' })).toMatchObject({
      code: 'InvalidOperation.ModifyNicType',
    });
  });
});
