/** `yunlan demo` without packets: what it makes, what it leaves alone, how it ends whenever it is interrupted. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { askAll } from '../../src/cli/demo/ask.ts';
import { makeDemo } from '../../src/cli/demo/make.ts';
import { DemoRegion, KINDS, type KindName } from '../../src/cli/demo/region.ts';
import { removeDemo } from '../../src/cli/demo/remove.ts';
import type { Product } from '../../src/contract/action.ts';
import type { Tables } from '../../src/store/schema.ts';
import { type Region, startRegion } from '../scenario/harness.ts';
import { EXPECTED, shortly } from './demo-expected.ts';
import { cleanUpAfterEach, scratch, start, up, yunlan } from './launcher.ts';

cleanUpAfterEach();

describe('yunlan demo', () => {
  it('starts a region when none runs, makes everything, and says that no packet moves', async () => {
    const folder = scratch();
    const data = ['--data', join(folder, 'data')];
    const first = await yunlan(['demo', '--driver', 'simulated', '--port', '0', ...data]);
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/Started a region at http:\/\/127\.0\.0\.1:\d+; 'yunlan down' ends it\./);
    expect(first.stdout).toMatch(/^The demo is ready: two VPCs with the same addresses, 10\.0\.0\.0\/16/);
    expect(first.stdout).toContain('the driver is simulated, no packet moves');
    expect(first.stdout).not.toContain('reality');
    expect(first.stdout).not.toContain('\x1b');
    expect(first.stdout).toMatch(/ {2}db +web +tcp 80 +delivered +demo-web: accept tcp 80 from anywhere\n/);
    expect(first.stdout).toContain(`  yunlan demo ${data.join(' ')} --remove `);
    for (const line of first.stdout.split('\n').slice(0, -8)) expect(line.length).toBeLessThanOrEqual(106);

    const again = await yunlan(['demo', ...data]);
    expect(again.code).toBe(0);
    expect(again.stdout).toBe(first.stdout.replace('is ready', 'is there already'));
    expect(again.stderr).not.toContain('Started a region');

    const json = JSON.parse((await yunlan(['demo', '--json', ...data])).stdout);
    expect(json).toMatchObject({ made: 0, address: '198.18.0.1', unsent: 'the driver is simulated, no packet moves' });
    expect(shortly(json.rows)).toEqual(EXPECTED);
    expect(json.page).toBeUndefined();

    const gone = await yunlan(['demo', '--remove', ...data]);
    expect(gone).toMatchObject({ code: 0, stdout: 'The demo is gone: 14 things were removed.\n' });
    expect(await yunlan(['demo', '--remove', ...data])).toMatchObject({
      code: 0,
      stdout: 'Nothing of a demo is there.\n',
    });
    const nothing = JSON.parse((await yunlan(['demo', '--remove', '--json', ...data])).stdout);
    expect(nothing).toEqual({ removed: 0, left: [] });
  });

  it('--remove starts no region', async () => {
    const folder = scratch();
    const { code, stderr } = await yunlan(['demo', '--remove', '--data', join(folder, 'data')]);
    expect(code).toBe(1);
    expect(stderr).toContain("start one with 'yunlan up'");
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('interrupted, it is completed by the next, or taken away as far as it got', async () => {
    const folder = scratch();
    const data = ['--data', join(folder, 'data')];
    const { endpoint } = await up(data[1]!);
    expect(endpoint).toMatch(/^http:/);
    const instances = async () =>
      JSON.parse((await yunlan(['ecs', 'DescribeInstances', ...data])).stdout).TotalCount as number;
    for (const next of ['demo', 'demo --remove']) {
      const running = start(['demo', ...data]);
      await expect.poll(instances, { timeout: 20_000 }).toBeGreaterThan(0);
      running.child.kill('SIGINT');
      await running.ended;
      expect((await yunlan([...next.split(' '), ...data])).code).toBe(0);
      if (next === 'demo') {
        expect(shortly(JSON.parse((await yunlan(['demo', '--json', ...data])).stdout).rows)).toEqual(EXPECTED);
        expect((await yunlan(['demo', '--remove', ...data])).code).toBe(0);
      }
      expect(await instances()).toBe(0);
    }
  });
});

describe('the demo of a region', () => {
  let region: Region | undefined;
  afterEach(async () => {
    await region?.close();
    region = undefined;
  });

  const open = async () => {
    region = await startRegion();
    const target = { endpoint: region.endpoint, ...region.key };
    return { region, demo: new DemoRegion(target, 'cn-hangzhou', false), target };
  };
  const rows = async (demo: DemoRegion) => shortly((await askAll(demo)).rows);

  /** All that there is, but for what a region remembers of what was: history, tokens, networks, addresses given out. */
  const living = async (of: Region) => {
    const { journal: _history, once: _tokens, setting, network_state, ...rest } = await of.snapshot();
    const networks = (network_state as Tables['network_state'][]).filter((state) => !state.deleted);
    return {
      ...rest,
      settings: (setting as Tables['setting'][]).filter(({ name }) => name !== 'public_address_cursor'),
      networks: networks.map(({ network_id }) => network_id).filter((id) => id !== 'edge'),
    };
  };

  it('is found by its tag, among things of the same names that are not its own', async () => {
    const { region, demo } = await open();
    const vpc = await region.vpc({ VpcName: 'demo-one' });
    await region.group(vpc, { SecurityGroupName: 'demo-web', Tag: [{ Key: 'other', Value: 'web' }] });
    const before = await living(region);
    expect(await makeDemo(demo)).toBe(14);
    expect(await rows(demo)).toEqual(EXPECTED);
    expect(await makeDemo(demo)).toBe(0);
    expect(await removeDemo(demo)).toEqual({ removed: 14, left: [] });
    expect(await living(region)).toEqual(before);
  });

  /** Ends when the n-th call that changes something was carried out, before its answer is heard. */
  class CutOff extends DemoRegion {
    left: number;

    constructor(target: DemoRegion['target'], after: number) {
      super(target, 'cn-hangzhou', false);
      this.left = after;
    }

    override async call(product: Product, action: string, parameters: { readonly [name: string]: string } = {}) {
      const answer = await super.call(product, action, parameters);
      if (!action.startsWith('Describe') && --this.left === 0) throw new Error('cut off');
      return answer;
    }
  }

  /** Calls that change something in a whole `makeDemo` and a whole `removeDemo`. */
  const MAKING = 17;
  const REMOVING = 16;

  it('is completed wherever its making was cut off', async () => {
    const { demo, target } = await open();
    for (let calls = 1; calls <= MAKING; calls += 1) {
      await expect(makeDemo(new CutOff(target, calls)), `call ${calls}`).rejects.toThrow('cut off');
      await makeDemo(demo);
      expect(await rows(demo), `cut off at call ${calls}`).toEqual(EXPECTED);
      expect((await removeDemo(demo)).left).toEqual([]);
    }
    expect(await makeDemo(new CutOff(target, MAKING + 1))).toBe(14);
  });

  it('goes wherever its making or its removal was cut off', async () => {
    const { region, demo, target } = await open();
    const before = await living(region);
    for (let calls = 1; calls <= MAKING; calls += 1) {
      await expect(makeDemo(new CutOff(target, calls)), `call ${calls}`).rejects.toThrow('cut off');
      expect((await removeDemo(demo)).left).toEqual([]);
      expect(await living(region), `making was cut off at call ${calls}`).toEqual(before);
    }
    for (let calls = 1; calls <= REMOVING; calls += 1) {
      await makeDemo(demo);
      await expect(removeDemo(new CutOff(target, calls)), `call ${calls}`).rejects.toThrow('cut off');
      expect((await removeDemo(demo)).left).toEqual([]);
      expect(await living(region), `removal was cut off at call ${calls}`).toEqual(before);
    }
    await makeDemo(demo);
    expect((await removeDemo(new CutOff(target, REMOVING + 1))).removed).toBe(14);
  });

  it('leaves alone what somebody has changed, and makes anew what somebody has taken away', async () => {
    const { region, demo } = await open();
    await makeDemo(demo);
    const client = region;
    const web = (await demo.byRole('group')).get('web')!;
    const rule = { IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '0.0.0.0/0' };
    await client.ok('Ecs', 'RevokeSecurityGroup', { SecurityGroupId: web.id, ...rule });
    const eip = (await demo.byRole('eip')).get('web')!;
    await client.ok('Vpc', 'UnassociateEipAddress', { AllocationId: eip.id });
    await demo.until('eip', ({ status }) => status === 'Available');
    expect(await makeDemo(demo)).toBe(0);
    const reasons = (await rows(demo)).map(([, , , reason]) => reason);
    expect([reasons[0], reasons[6], reasons[12]]).toEqual([
      'PublicAddressUnassigned',
      'IngressDeniedByDefault',
      'NoPublicAddress',
    ]);

    const stranger = (await demo.byRole('instance')).get('stranger')!;
    await client.ok('Ecs', 'DeleteInstance', { InstanceId: stranger.id, Force: 'true' });
    await client.gone([stranger.id]);
    // Its last part tells that it was complete: as if it had been cut off, it is set right altogether.
    expect(await makeDemo(demo)).toBe(1);
    expect(await rows(demo)).toEqual(EXPECTED);

    const first = (await demo.byRole('instance')).get('web')!;
    await client.ok('Ecs', 'DeleteInstance', { InstanceId: first.id, Force: 'true' });
    await client.gone([first.id]);
    expect(await makeDemo(demo)).toBe(1);
    expect(await rows(demo)).toEqual(EXPECTED);
  });

  it('asks about what is stopped, too', async () => {
    const { region, demo } = await open();
    await makeDemo(demo);
    const db = (await demo.byRole('instance')).get('db')!;
    await region.ok('Ecs', 'StopInstance', { InstanceId: db.id });
    await region.reach([db.id], 'Stopped');
    expect(await makeDemo(demo)).toBe(0);
    const asked = await rows(demo);
    expect(asked[5]).toEqual(['demo-db', 'demo-web', 'icmp', 'SenderNotPlugged', 'the sender does not run']);
    expect((await removeDemo(demo)).left).toEqual([]);
  });

  it('does not take away what is somebody’s own, says what stays and why, and goes when that has gone', async () => {
    const { region, demo } = await open();
    const before = await living(region);
    await makeDemo(demo);
    const vswitch = (await demo.byRole('vswitch')).get('one-back')!;
    const vpc = (await demo.byRole('vpc')).get('one')!;
    const client = region;
    const group = await client.group(vpc.id);
    const [own] = await client.run(vswitch.id, group);
    // Two of its groups name each other.
    const groups = await demo.byRole('group');
    await client.ok('Ecs', 'AuthorizeSecurityGroup', {
      SecurityGroupId: groups.get('web')!.id,
      IpProtocol: 'ALL',
      PortRange: '-1/-1',
      SourceGroupId: groups.get('db')!.id,
    });
    const { left } = await removeDemo(demo);
    expect(left.map(({ id }) => id).sort()).toEqual([vpc.id, vswitch.id].sort());
    for (const { why } of left) expect(why).toMatch(/^DependencyViolation/);
    expect(
      (await client.ok('Ecs', 'DescribeInstances')).Instances.Instance.map(
        (each: { InstanceId: string }) => each.InstanceId,
      ),
    ).toEqual([own]);
    for (const kind of Object.keys(KINDS) as KindName[]) {
      expect((await demo.all(kind)).map(({ id }) => id)).toEqual(
        kind === 'vpc' ? [vpc.id] : kind === 'vswitch' ? [vswitch.id] : [],
      );
    }
    await client.ok('Ecs', 'DeleteInstance', { InstanceId: own, Force: 'true' });
    await client.gone([own!]);
    await client.ok('Ecs', 'DeleteSecurityGroup', { SecurityGroupId: group });
    expect(await removeDemo(demo)).toEqual({ removed: 2, left: [] });
    expect(await living(region)).toEqual(before);
  });
});
